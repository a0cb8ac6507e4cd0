package dev.sallyport.identity.audit;

import static dev.sallyport.identity.audit.LedgerSamples.ALLOWED;
import static dev.sallyport.identity.audit.LedgerSamples.action;
import static dev.sallyport.identity.audit.LedgerSamples.call;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.sallyport.identity.action.Action;
import dev.sallyport.identity.action.Decision.Grounds;
import dev.sallyport.identity.action.KeptArguments;
import dev.sallyport.identity.action.Target;
import dev.sallyport.identity.testing.TestingClock;
import dev.sallyport.identity.testing.TestingSigningKeys;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** AU-05, AU-06: what evidence holds of arguments, and what it never does. */
class KeptContentTest {
  private static final JsonMapper MAPPER = new JsonMapper();
  private static final String CANARY = "canary-5f2d81";
  private static final int HOSTILE_CHARS = 4 * 1_024 * 1_024;

  @TempDir private Path directory;
  private final List<JsonNode> lookedAt = new ArrayList<>();
  private int ledgers;

  @Test
  void holdsNothingButADigestUnlessThePolicyWantsMore() throws IOException {
    var args = written("{'limit': 5}", KeptArguments.NONE);

    assertThat(names(args)).containsExactly("salt", "sha256", "bytes");
  }

  @Test
  void holdsAllOfThemWhereThePolicyWantsThat() throws IOException {
    var args = written("{'limit': 5, 'deep': {'list': [1, null, 'x']}}", KeptArguments.ALL);

    assertThat(args.path("value"))
        .isEqualTo(tree("{'limit': 5, 'deep': {'list': [1, null, 'x']}}"));
    assertThat(args.has("redacted")).isFalse();
  }

  @Test
  void holdsJustThePlacesThatAreNamedAndSaysWhichAreEmpty() throws IOException {
    var args =
        written(
            "{'limit': 5, 'to': {'iban': 'DE1', 'name': 'x'}, 'note': null}",
            new KeptArguments.Some(List.of("/limit", "/to/iban", "/note", "/currency")));

    assertThat(args.path("parameters"))
        .isEqualTo(tree("{'/limit': 5, '/to/iban': 'DE1', '/note': null}"));
    assertThat(args.path("absent")).isEqualTo(tree("['/currency']"));
    assertThat(args.toString()).doesNotContain("name");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'password': 'S'}",
        "{'db': {'user_Password': 'S'}}",
        "{'api_key': 'S'}",
        "{'apiKey': 'S'}",
        "{'Authorization': 'S'}",
        "{'client_secret': 'S'}",
        "{'access_token': 'S'}",
        "{'token': 'S'}",
        "{'private-key': 'S'}",
        "{'lines\\npassword': 'S'}",
        "{'passwords': ['S', 'b']}",
        "{'credentials': {'kind': 'basic', 'value': 'S'}}",
        "{'cookies': [{'name': 'a', 'value': 'S'}]}",
        "{'headers': ['Cookie', 'Authorization: Bearer S-and-more']}",
        "{'text': 'see Basic S-and-more= for it'}",
        "{'text': 'eyJhbGciOiJFUzI1NiJ9.S.x'}",
        "{'text': 'ghp_S0123456789'}",
        "{'text': 'sk-S0123456789'}",
        "{'text': 'spk_S0123456789'}",
        "{'spk_S0123456789': 1}",
        "{'text': 'token-eyJhbGciOiJFUzI1NiJ9.S.x'}",
        "{'text': 'eyJhbGciOiJkaXIifQ..iv.S.tag'}",
        "{'url': 'https://user:S@host/x'}",
        "{'url': 'redis://:S@host/x'}",
        "{'url': 'https://user:in@S@host/x'}",
        "{'pem': '-----BEGIN EC PRIVATE KEY-----\\nProc-Type: 4,ENCRYPTED\\n\\nS\\n-----END EC"
            + " PRIVATE KEY-----'}",
        "{'pem': '-----BEGIN PRIVATE KEY-----\\nS-S'}",
        "{'pem': '-----BEGIN PRIVATE KEY-----\\nS\\n-----END PRIVATE KEY-----'}",
      })
  void holdsNoSecretThatItsNameOrItsFormTells(String arguments) throws IOException {
    var args = written(arguments.replace("S", CANARY), KeptArguments.ALL);

    assertThat(args.toString()).doesNotContain(CANARY).contains(SecretShapes.REDACTED);
    assertThat(args.path("redacted").asBoolean()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"1000000", "-1000000", "12345678", "0.5", "1e7", "[7]", "{}", "''"})
  void holdsNoValueOfWhatNamesASecretUnlessItMayBeACount(String value) throws IOException {
    var args = written("{'password': " + value + "}", KeptArguments.ALL);

    assertThat(args.path("value")).isEqualTo(tree("{'password': '[REDACTED]'}"));
    assertThat(args.path("redacted").asBoolean()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"999999", "-999999", "0", "true", "false", "null"})
  void holdsCountsAndMarksByWhateverName(String value) throws IOException {
    var args = written("{'password': " + value + "}", KeptArguments.ALL);

    assertThat(args.path("value")).isEqualTo(tree("{'password': " + value + "}"));
    assertThat(args.has("redacted")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/token",
        "/access_token",
        "/user/password",
        "/passwords",
        "/passwords/0",
        "/credentials/value",
        "/a~1b/password",
        "/user",
      })
  void holdsNoSecretAtAPlaceThatNamesOne(String pointer) throws IOException {
    var args =
        written(
            """
            {'token': 'S', 'access_token': 12345678, 'user': {'password': 'S'},
             'passwords': ['S'], 'credentials': {'value': 'S'}, 'a/b': {'password': 'S'}}
            """
                .replace("S", CANARY),
            new KeptArguments.Some(List.of(pointer)));

    assertThat(args.path("parameters").toString())
        .contains(SecretShapes.REDACTED, "\"" + pointer + "\"")
        .doesNotContain(CANARY, "12345678");
    assertThat(args.path("redacted").asBoolean()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'page_token_count': 'x', 'max_tokens': 5, 'secrets': 3}",
        "{'text': 'a basic idea, a bearer of news, and sk-'}",
        "{'url': 'https://host:8443/a@b'}",
        "{'url': 'https://host:8443?to=a@b'}",
        "{'text': 'eyJhbGciOiJFUzI1NiJ9.and no more'}",
      })
  void leavesWhatIsNoSecretAsItIs(String arguments) throws IOException {
    var args = written(arguments, KeptArguments.ALL);

    assertThat(args.path("value")).isEqualTo(tree(arguments));
  }

  @Test
  void holdsNoSecretThatIsKnown() throws IOException {
    var args = written("{'text': '" + CANARY + "', 'limit': 5}", KeptArguments.ALL);

    assertThat(args.path("value")).isEqualTo(tree("{'text': 'GONE', 'limit': 5}"));
    assertThat(args.path("redacted").asBoolean()).isTrue();
  }

  @Test
  void holdsNothingThatIsTooLong() throws IOException {
    int around = "{\"text\":\"\"}".length();
    var longest = "x".repeat(KeptContent.MAX_BYTES - around);

    assertThat(written("{'text': '" + longest + "'}", KeptArguments.ALL).has("value")).isTrue();
    assertThat(written("{'text': '" + longest + "x'}", KeptArguments.ALL).has("value")).isFalse();
  }

  @Test
  void looksForSecretsInNothingThatIsTooLongToBeHeld() throws IOException {
    var hostile = "{'user': {'text': '" + "eyJ".repeat(HOSTILE_CHARS / 3) + "'}}";
    var twice = new KeptArguments.Some(List.of("/user", "/user/text"));

    assertThat(written(hostile, KeptArguments.ALL).has("value")).isFalse();
    assertThat(written(hostile, twice).has("parameters")).isFalse();
    assertThat(written("{'list': [" + "0,".repeat(HOSTILE_CHARS) + "0]}", KeptArguments.ALL))
        .hasSize(3);
    assertThat(lookedAt).isEmpty();
  }

  @Test
  void holdsTheShortPartsOfLongArguments() throws IOException {
    var args =
        written(
            "{'text': '" + "x".repeat(HOSTILE_CHARS) + "', 'limit': 5}",
            new KeptArguments.Some(List.of("/limit")));

    assertThat(args.path("parameters")).isEqualTo(tree("{'/limit': 5}"));
  }

  @Test
  void holdsNothingOfWhatCouldNotBeUsed() throws IOException {
    var action =
        new Action(
            action().caller(),
            action().target(),
            JsonNodeFactory.instance.objectNode(),
            "{\"limit\":1e400}".getBytes(StandardCharsets.UTF_8),
            List.of());

    assertThat(names(written(action, KeptArguments.ALL))).doesNotContain("value");
  }

  private JsonNode written(String arguments, KeptArguments kept) throws IOException {
    var tree = tree(arguments);
    var sample = action(new Target.Tool("sf", "query"), tree.toString());
    return written(
        new Action(sample.caller(), sample.target(), tree, sample.payload(), List.of()), kept);
  }

  private JsonNode withoutCanaryLookingAt(JsonNode tree) {
    lookedAt.add(tree);
    return withoutCanary(tree);
  }

  private JsonNode written(Action action, KeptArguments kept) throws IOException {
    var folder = directory.resolve("ledger" + ++ledgers);
    try (var ledger =
        EvidenceLedger.redacting(
            LedgerConfig.in(folder),
            new TestingSigningKeys(),
            new TestingClock(),
            this::withoutCanaryLookingAt)) {
      ledger.begin(call("c1"), action, ALLOWED.on(Grounds.NONE.keeping(kept)));
    }
    return LedgerSamples.records(folder).get(1).path("args");
  }

  private static JsonNode withoutCanary(JsonNode tree) {
    if (!tree.path("text").asText().equals(CANARY)) {
      return tree;
    }
    var clean = JsonNodeFactory.instance.objectNode();
    tree.properties().forEach(field -> clean.set(field.getKey(), field.getValue()));
    return clean.set("text", TextNode.valueOf("GONE"));
  }

  private static List<String> names(JsonNode object) {
    return object.propertyStream().map(field -> field.getKey()).toList();
  }

  private static JsonNode tree(String json) {
    try {
      return MAPPER.readTree(json.replace('\'', '"'));
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }
}
