package dev.sallyport.mcp.openapi;

import static dev.sallyport.identity.testing.Refusals.hasCode;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.identity.Owner;
import dev.sallyport.identity.PrincipalId;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.mcp.testing.TestingApi.Answer;
import dev.sallyport.mcp.upstream.Conversation;
import dev.sallyport.mcp.upstream.UpstreamAnswer;
import dev.sallyport.mcp.upstream.UpstreamRequest;
import dev.sallyport.mcp.wire.Json;
import dev.sallyport.vault.Lent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OpenApiUpstreamTest extends OpenApiScene {
  private static final String DOCUMENT =
      """
      openapi: 3.1.0
      info: {title: Things, version: "7"}
      paths:
        /free: {get: {operationId: free, responses: {"200": {description: anything}}}}
        /one:
          get:
            operationId: one
            responses:
              "200": {description: ok, content: {application/json: {schema: {type: object}}}}
        /many:
          get:
            operationId: many
            responses:
              "200": {description: ok, content: {application/json: {schema: {type: array}}}}
        /head: {head: {operationId: head}}
        /bad: {get: {operationId: bad, parameters: [{$ref: "x.yaml"}]}}
      """;

  private JsonNode answer(String tool, Answer answer) {
    api.answering(answer);
    return result(call(upstream(DOCUMENT), tool, Json.object()));
  }

  private static Answer bytes(String type, byte[] body) {
    return new Answer(200, type, body, List.of());
  }

  @Test
  void listsItsToolsAndWhatIsNone() {
    var listing = upstream(DOCUMENT).inspect(Lent.nothing());

    assertThat(listing.tools())
        .extracting(tool -> tool.path("name").asText())
        .containsExactly("free", "head", "many", "one");
    assertThat(listing.unfit()).isEqualTo(Map.of("bad", "remote_reference"));
    assertThat(listing.introduction().at("/serverInfo/name").asText()).isEqualTo("Things");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "free | {\"a\": 1.50} | {\"a\":1.50}",
        "free | [1, 2] | {\"result\":[1,2]}",
        "free | \"x\" | {\"result\":\"x\"}",
        "free | null | {\"result\":null}",
        "one | {\"a\": 1} | {\"a\":1}",
        "many | [1] | {\"result\":[1]}",
        "many | {\"a\": 1} | {\"result\":{\"a\":1}}",
      })
  void givesJsonAsStructureAndAsText(String tool, String body, String structured) {
    var result = answer(tool, Answer.json(body));

    assertThat(result.path("structuredContent").toString()).isEqualTo(structured);
    assertThat(result.at("/content/0/text").asText()).isEqualTo(body.replace(" ", ""));
    assertThat(result.path("content")).hasSize(1);
    assertThat(result.has("isError")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"application/problem+json", "application/json; charset=utf-8", "text/json"})
  void knowsJsonByItsName(String type) {
    assertThat(answer("free", Answer.of(200, type, "{}")).has("structuredContent")).isTrue();
  }

  @Test
  void saysSoWhereASuccessDoesNotHaveTheFormThatTheToolPromises() {
    for (var wrong :
        List.of(Answer.json("[]"), Answer.of(200, "text/plain", "x"), Answer.of(204, "", ""))) {
      var result = answer("one", wrong);

      assertThat(result.path("isError").asBoolean()).isTrue();
      assertThat(result.has("structuredContent")).isFalse();
      assertThat(result.path("content").toString()).contains("does not have the form");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {300, 302, 307, 308, 400, 401, 403, 404, 409, 422, 429, 500, 502, 503})
  void givesAFailureWithItsStatusAndItsBody(int status) {
    var json = answer("one", Answer.of(status, "application/json", "{\"message\": \"no\"}"));
    var text = answer("one", Answer.of(status, "text/plain", "no"));
    var nothing = answer("one", Answer.of(status, "", ""));

    assertThat(json.path("structuredContent").toString())
        .isEqualTo("{\"status\":%d,\"body\":{\"message\":\"no\"}}".formatted(status));
    assertThat(text.path("structuredContent").toString())
        .isEqualTo("{\"status\":%d}".formatted(status));
    assertThat(text.at("/content/1/text").asText()).isEqualTo("no");
    for (var result : List.of(json, text, nothing)) {
      assertThat(result.path("isError").asBoolean()).isTrue();
      assertThat(result.at("/content/0/text").asText()).startsWith("HTTP status " + status);
    }
  }

  @Test
  void givesAFailureWithItsStatusWhateverItSaysThatItsBodyIs() {
    var text = answer("one", Answer.of(404, "application/json", "no \"such\" thing"));
    var broken = new byte[] {'"', (byte) 0xff};
    var bytes = answer("one", new Answer(500, "application/json", broken, List.of()));

    assertThat(text.path("structuredContent").toString()).isEqualTo("{\"status\":404}");
    assertThat(text.at("/content/1/text").asText()).isEqualTo("no \"such\" thing");
    assertThat(bytes.path("structuredContent").toString()).isEqualTo("{\"status\":500}");
    assertThat(bytes.path("content")).hasSize(1);
    assertThat(bytes.path("isError").asBoolean()).isTrue();
  }

  @Test
  void followsNoRedirect() {
    var location = "Location: " + api.uri("/elsewhere");
    var result = answer("free", new Answer(302, "", new byte[0], List.of(location)));

    assertThat(api.seen()).hasSize(1);
    assertThat(result.toString()).contains("not followed").doesNotContain("elsewhere");
  }

  @Test
  void givesTextAsText() {
    assertThat(answer("free", Answer.of(200, "text/csv", "a,é")).at("/content/0/text").asText())
        .isEqualTo("a,é");
    assertThat(answer("free", Answer.of(200, "", "plain")).at("/content/0/text").asText())
        .isEqualTo("plain");
    assertThat(
            answer("free", bytes("text/plain; charset=ISO-8859-1", "é".getBytes(ISO_8859_1)))
                .at("/content/0/text")
                .asText())
        .isEqualTo("é");
    assertThat(answer("head", Answer.of(200, "text/plain", "")).at("/content/0/text").asText())
        .isEqualTo("HTTP status 200, without a body.");
  }

  @Test
  void givesBytesAsAResource() {
    var body = new byte[] {(byte) 0x89, 'P', 'N', 'G', 0, (byte) 0xff};
    for (var type : List.of("image/png", "application/octet-stream", "")) {
      var result = answer("free", bytes(type, body));

      assertThat(result.at("/content/0/type").asText()).isEqualTo("resource");
      assertThat(result.at("/content/0/resource/uri").asText()).isEqualTo("openapi:free");
      assertThat(result.at("/content/0/resource/mimeType").asText())
          .isEqualTo(type.isEmpty() ? "application/octet-stream" : type);
      assertThat(Base64.getDecoder().decode(result.at("/content/0/resource/blob").asText()))
          .isEqualTo(body);
    }
  }

  @Test
  void refusesWhatIsNotWhatItSaysItIs() {
    var hostile =
        List.of(
            Answer.json("{"),
            Answer.json("{} {}"),
            Answer.json("{\"a\": 1, \"a\": 2}"),
            Answer.json("[".repeat(300) + "]".repeat(300)),
            bytes("application/json", new byte[] {'"', (byte) 0xff, '"'}),
            bytes("text/plain", new byte[] {(byte) 0xff, (byte) 0xfe}),
            bytes("text/plain; charset=utf-8", "é".getBytes(ISO_8859_1)),
            bytes("text/plain; charset=utf-16", "secret".getBytes(UTF_16)));
    for (var answer : hostile) {
      assertThatThrownBy(() -> answer("free", answer))
          .satisfies(hasCode(RefusalCode.UPSTREAM_MALFORMED));
    }
  }

  @Test
  void readsNoMoreThanItsBound() {
    var most = Answer.of(200, "text/plain", "x".repeat(MAX_ANSWER));
    var more = Answer.of(200, "text/plain", "x".repeat(MAX_ANSWER + 1));

    assertThat(answer("free", most).at("/content/0/text").asText()).hasSize(MAX_ANSWER);
    assertThatThrownBy(() -> answer("free", more)).satisfies(hasCode(RefusalCode.RESULT_TOO_LARGE));
  }

  @Test
  void waitsNoLongerThanItMay() {
    var end = new CountDownLatch(1);
    api.answering(_ -> {
      try {
        end.await();
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      }
      return Answer.json("{}");
    });
    var upstream = upstream(DOCUMENT, Duration.ofMillis(200));

    assertThatThrownBy(() -> call(upstream, "free", Json.object()))
        .satisfies(hasCode(RefusalCode.UPSTREAM_TIMEOUT));
    end.countDown();
  }

  @Test
  void saysThatAServerIsNotThere() {
    var upstream = upstream(DOCUMENT);
    api.close();

    assertThatThrownBy(() -> call(upstream, "free", Json.object()))
        .satisfies(hasCode(RefusalCode.UPSTREAM_UNAVAILABLE));
  }

  @Test
  void callsToolsAndNothingElse() {
    var request =
        new UpstreamRequest(
            Owner.alone(new PrincipalId("spiffe://prod/agent/alice")),
            "prompts/get",
            Optional.of("x"),
            Json.object(),
            Map.of());

    var answer = upstream(DOCUMENT).ask(request, Lent.nothing(), Conversation.none());

    assertThat(answer)
        .isInstanceOfSatisfying(
            UpstreamAnswer.Failure.class,
            failure -> assertThat(failure.error().path("code").asInt()).isEqualTo(-32601));
    assertThatThrownBy(() -> call(upstream(DOCUMENT), "none", Json.object()))
        .satisfies(hasCode(RefusalCode.UPSTREAM_REJECTED));
    assertThat(api.seen()).isEmpty();
  }

  @Test
  void callsNothingInAnotherWayThanTheApprovedOne(@TempDir Path folder) throws Exception {
    var file = Files.writeString(folder.resolve("api.yaml"), DOCUMENT);
    var approved = Json.object();
    try (var upstream = fromFile(file, approved)) {
      var first = tool(upstream.inspect(Lent.nothing()), "free");
      assertThatThrownBy(() -> call(upstream, "free", Json.object()))
          .satisfies(hasCode(RefusalCode.UPSTREAM_REJECTED));
      approved.put("free", OpenApiUpstream.request(first).orElseThrow());
      call(upstream, "free", Json.object());

      Files.writeString(file, DOCUMENT.replace("/free: {get", "/free: {delete"));
      call(upstream, "free", Json.object());
      var second = tool(upstream.inspect(Lent.nothing()), "free");

      assertThat(second).isNotEqualTo(first);
      assertThatThrownBy(() -> call(upstream, "free", Json.object()))
          .satisfies(hasCode(RefusalCode.UPSTREAM_REJECTED));
      assertThat(api.seen()).extracting(seen -> seen.method()).containsExactly("GET", "GET");
    }
  }

  @Test
  void keepsTheLastDocumentThatCouldBeRead(@TempDir Path folder) throws Exception {
    var file = Files.writeString(folder.resolve("api.yaml"), DOCUMENT);
    var approved = Json.object();
    try (var upstream = fromFile(file, approved)) {
      var tool = tool(upstream.inspect(Lent.nothing()), "free");
      approved.put("free", OpenApiUpstream.request(tool).orElseThrow());

      for (var broken : List.of("openapi: [", "openapi: 3.1.0", "")) {
        Files.writeString(file, broken);
        assertThatThrownBy(() -> upstream.inspect(Lent.nothing()))
            .satisfies(hasCode(RefusalCode.UPSTREAM_MALFORMED));
      }
      Files.delete(file);
      assertThatThrownBy(() -> upstream.inspect(Lent.nothing()))
          .satisfies(hasCode(RefusalCode.UPSTREAM_MALFORMED));

      call(upstream, "free", Json.object());
      assertThat(api.seen()).hasSize(1);
    }
  }
}
