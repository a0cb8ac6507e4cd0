package dev.sallyport.mcp.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.testing.RecordingEvidence.Begun;
import dev.sallyport.identity.testing.RecordingEvidence.Refused;
import dev.sallyport.mcp.testing.McpCaller.Answer;
import dev.sallyport.mcp.testing.TestingMcpServer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every method about prompts and resources, in every revision, at both doors. */
class ItemRoutesTest extends ItemScene {
  private record Wire(String revision, String door) {}

  private static Stream<Wire> allWires() {
    return Stream.of(MODERN, "2025-11-25", "2025-06-18")
        .flatMap(revision -> Stream.of("open", "").map(door -> new Wire(revision, door)));
  }

  static Stream<Arguments> wires() {
    return allWires().map(wire -> Arguments.of(wire.revision(), wire.door()));
  }

  @ParameterizedTest
  @MethodSource("wires")
  void listsToEachItsOwnItemsInOneOrder(String revision, String door) {
    assertThat(listed(revision, "alice", door, "prompts/list", "prompts", "name"))
        .isEqualTo(shown(door, List.of("bobs", "greet", "sum"), ItemScene::named));
    assertThat(listed(revision, "alice", door, "resources/list", "resources", "uri"))
        .isEqualTo(shown(door, List.of("file:///a", "file:///b", "file:///c"), ItemScene::at));
    assertThat(
            listed(
                revision,
                "alice",
                door,
                "resources/templates/list",
                "resourceTemplates",
                "uriTemplate"))
        .isEqualTo(shown(door, List.of("doc:///{id}"), ItemScene::at));
    assertThat(listed(revision, "bob", door, "prompts/list", "prompts", "name"))
        .isEqualTo(shown(door, List.of("bobs"), ItemScene::named));
    assertThat(listed(revision, "bob", door, "resources/list", "resources", "uri")).isEmpty();
  }

  @FunctionalInterface
  private interface Shown {
    String at(String door, String server, String name);
  }

  private static List<String> shown(String door, List<String> names, Shown shown) {
    var all = new ArrayList<String>();
    for (var server : door.isEmpty() ? List.of("open", "shut") : List.of(door)) {
      names.forEach(name -> all.add(shown.at(door, server, name)));
    }
    return all;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"tools/list", "prompts/list", "resources/list", "resources/templates/list"})
  void saysOfEveryPageThatItIsForOneCallerAlone(String method) {
    var first = result(alice(MODERN, "", method, empty()));
    assertThat(first.path("cacheScope").asText()).isEqualTo("private");
    assertThat(first.path("ttlMs").isInt()).isTrue();
    if (first.has("nextCursor")) {
      var cursor = empty().set("cursor", first.get("nextCursor"));
      var second = result(alice(MODERN, "", method, (ObjectNode) cursor));
      assertThat(second.path("cacheScope").asText()).isEqualTo("private");
    }
    var legacy = result(alice("2025-11-25", "", method, empty()));
    assertThat(legacy.has("cacheScope") || legacy.has("ttlMs")).isFalse();
  }

  @ParameterizedTest
  @MethodSource("wires")
  void getsAPrompt(String revision, String door) {
    var params = empty().put("name", named(door, "open", "greet"));
    params.putObject("arguments").put("who", "me");

    var result = result(alice(revision, door, "prompts/get", params));

    var messages = result.path("messages");
    assertThat(messages.at("/0/content/text").asText()).isEqualTo(HOSTILE);
    assertThat(messages.at("/1/content/uri").asText()).isEqualTo(at(door, "open", "file:///a"));
    assertThat(messages.at("/2/content/resource/uri").asText())
        .isEqualTo(at(door, "open", "file:///b"));
    assertThat(result.path("unknown").asInt()).isEqualTo(1);
    assertThat(result.has("resultType")).isEqualTo(revision.equals(MODERN));
    var sent = upstream.seen("prompts/get").getLast().body().path("params");
    assertThat(sent.path("name").asText()).isEqualTo("greet");
    assertThat(sent.at("/arguments/who").asText()).isEqualTo("me");
  }

  @ParameterizedTest
  @MethodSource("wires")
  void readsAResourceByItselfAndByATemplate(String revision, String door) {
    for (var uri : List.of("file:///a", "doc:///7")) {
      var params = empty().put("uri", at(door, "open", uri));

      var result = result(alice(revision, door, "resources/read", params));

      assertThat(result.at("/contents/0/uri").asText()).isEqualTo(at(door, "open", uri));
      assertThat(result.at("/contents/0/text").asText()).isEqualTo(HOSTILE);
      assertThat(upstream.seen("resources/read").getLast().body().at("/params/uri").asText())
          .isEqualTo(uri);
      assertThat(result.path("cacheScope").asText())
          .isEqualTo(revision.equals(MODERN) ? "private" : "");
    }
  }

  @ParameterizedTest
  @MethodSource("wires")
  void completesArgumentsOfPromptsAndTemplates(String revision, String door) {
    var prompt = completion("ref/prompt", "name", named(door, "open", "greet"));
    assertThat(completed(alice(revision, door, "completion/complete", prompt))).contains(HOSTILE);
    assertThat(lastReference().path("name").asText()).isEqualTo("greet");

    var template = completion("ref/resource", "uri", at(door, "open", "doc:///{id}"));
    assertThat(completed(alice(revision, door, "completion/complete", template))).contains(HOSTILE);
    assertThat(lastReference().path("uri").asText()).isEqualTo("doc:///{id}");
  }

  private JsonNode lastReference() {
    return upstream.seen("completion/complete").getLast().body().at("/params/ref");
  }

  private static String completed(Answer answer) {
    return result(answer).at("/completion/values").toString();
  }

  /** R3: nothing that a strict server wrote comes through, whatever is asked and however. */
  @ParameterizedTest
  @CsvSource({
    "2026-07-28, shut, result",
    "2025-11-25, '', result",
    "2026-07-28, '', error",
    "2025-06-18, shut, error"
  })
  void letsNoWordsOfAStrictServerThrough(String revision, String door, String kind) {
    if (kind.equals("error")) {
      for (var method : List.of("prompts/get", "resources/read", "completion/complete")) {
        upstream.answer(
            method,
            (_, exchange, request) ->
                TestingMcpServer.send(
                    exchange, 200, TestingMcpServer.failure(request, -32_000, HOSTILE)));
      }
    }
    var asked =
        Map.of(
            "prompts/get", empty().put("name", named(door, "shut", "greet")),
            "resources/read", empty().put("uri", at(door, "shut", "file:///a")),
            "completion/complete", completion("ref/prompt", "name", named(door, "shut", "greet")));

    asked.forEach((method, params) -> {
      int before = upstream.seen(method).size();
      var answer = alice(revision, door, method, params);
      assertThat(upstream.seen(method)).hasSize(before + 1);
      assertThat(answer.response().body()).doesNotContain("gnore");
      assertThat(answer.json().has(kind)).as("%s", answer.json()).isTrue();
    });
    if (kind.equals("result")) {
      var params = completion("ref/prompt", "name", named(door, "shut", "greet"));
      var completion = alice(revision, door, "completion/complete", params);
      assertThat(result(completion).at("/completion/values")).isEmpty();
    }
  }

  static Stream<Arguments> absent() {
    return allWires()
        .flatMap(wire -> {
          var revision = wire.revision();
          var door = wire.door();
          int uri = revision.equals(MODERN) ? -32_602 : -32_002;
          return Stream.of(
              Arguments.of(
                  revision, door, "prompts/get", "name", named(door, "open", "greet"), -32_602),
              Arguments.of(
                  revision, door, "prompts/get", "name", named(door, "open", "none"), -32_602),
              Arguments.of(
                  revision, door, "resources/read", "uri", at(door, "open", "file:///a"), uri),
              Arguments.of(
                  revision, door, "resources/read", "uri", at(door, "open", "doc:///7"), uri),
              Arguments.of(revision, door, "resources/read", "uri", at(door, "none", "x:y"), uri),
              Arguments.of(revision, door, "resources/read", "uri", "sallyport://open", uri),
              Arguments.of(revision, door, "resources/read", "uri", "", uri));
        });
  }

  /** What Bob may not have, as what there is not: the same words, and on record. */
  @ParameterizedTest
  @MethodSource("absent")
  void tellsWhatIsNotGrantedAsWhatIsNotThere(
      String revision, String door, String method, String field, String name, int code) {
    int before = upstream.seen(method).size();
    int recorded = broker.evidence.records().size();

    var refused = error(ask(revision, "bob", door, method, empty().put(field, name)));
    var nothing = named(door, "open", "nothing");
    var unknown = error(ask(revision, "bob", door, method, empty().put(field, nothing)));

    assertThat(refused.path("code").asInt()).isEqualTo(code);
    if (field.equals("uri")) {
      assertThat(refused.at("/data/uri").asText()).isEqualTo(name);
      assertThat(unknown.at("/data/uri").asText()).isEqualTo(nothing);
    }
    assertThat(withoutNames(refused)).isEqualTo(withoutNames(unknown));
    assertThat(upstream.seen(method)).hasSize(before);
    assertThat(broker.evidence.records()).hasSize(recorded + 2);
    assertThat(broker.evidence.records().getLast()).isInstanceOf(Refused.class);
  }

  private static JsonNode withoutNames(JsonNode error) {
    var bare = (ObjectNode) error.deepCopy();
    bare.withObjectProperty("data").remove(List.of("callId", "uri"));
    return bare;
  }

  @ParameterizedTest
  @MethodSource("wires")
  void tellsOfAServerThatIsNotThereByAnError(String revision, String door) {
    for (var method : List.of("prompts/get", "resources/read", "completion/complete")) {
      upstream.answer(
          method,
          (_, exchange, _) -> TestingMcpServer.sendRaw(exchange, 503, "text/plain", HOSTILE));
    }
    var asked =
        Map.of(
            "prompts/get", empty().put("name", named(door, "open", "greet")),
            "resources/read", empty().put("uri", at(door, "open", "file:///a")),
            "completion/complete", completion("ref/prompt", "name", named(door, "open", "greet")));

    asked.forEach((method, params) -> {
      var error = error(alice(revision, door, method, params));
      assertThat(error.path("code").asInt()).isEqualTo(-32_603);
      assertThat(error.at("/data/code").asText()).isEqualTo("upstream_unavailable");
      assertThat(error.toString()).doesNotContain(HOSTILE);
    });
  }

  /** A member that means something to another method names nothing else here. */
  @ParameterizedTest
  @CsvSource({"prompts/get, name, greet", "resources/read, uri, file:///a"})
  void takesTheNameOfARequestFromItsOwnPlaceAlone(String method, String field, String name) {
    var params = empty().put(field, name);
    params.putObject("ref").put("type", "ref/prompt").put("name", "hidden").put("uri", "hidden");

    var answer = alice(MODERN, "shut", method, params);

    assertThat(result(answer).has("completion")).isFalse();
    assertThat(upstream.seen(method).getLast().body().at("/params/" + field).asText())
        .isEqualTo(name);
  }

  static Stream<ObjectNode> malformedCompletions() {
    var params = empty();
    params.put("ref", "greet");
    var tool = completion("ref/tool", "name", "echo");
    var unnamed = completion("ref/prompt", "uri", "greet");
    return Stream.of(empty(), params, tool, unnamed);
  }

  @ParameterizedTest
  @MethodSource("malformedCompletions")
  void completesNothingThatIsNotSaid(ObjectNode params) {
    for (var revision : List.of(MODERN, "2025-11-25")) {
      assertThat(error(alice(revision, "open", "completion/complete", params)).path("code").asInt())
          .isEqualTo(-32_602);
    }
  }

  /** Source: MCP, "Completion": unlike what is read. */
  @ParameterizedTest
  @CsvSource({"2025-06-18, open", "2025-11-25, ''", "2026-07-28, open"})
  void takesWhatIsNotThereForAParamOfACompletionThatIsNotValid(String revision, String door) {
    var unknown = completion("ref/resource", "uri", at(door, "open", "none:///{id}"));
    var error = error(alice(revision, door, "completion/complete", unknown));
    assertThat(error.path("code").asInt()).isEqualTo(-32_602);
  }

  @ParameterizedTest
  @CsvSource({"2025-11-25, open", "2025-06-18, ''"})
  void subscribesOnlyToWhatMayBeRead(String revision, String door) {
    var caller = caller("alice", door);
    var session = session(caller, revision, empty());
    var granted = empty().put("uri", at(door, "open", "file:///a"));
    var hidden = at(door, "open", "file:///hidden");

    assertThat(result(request(caller, "resources/subscribe", granted.deepCopy(), session)))
        .isEmpty();
    var error = error(request(caller, "resources/subscribe", empty().put("uri", hidden), session));
    assertThat(error.path("code").asInt()).isEqualTo(-32_002);
    assertThat(error.at("/data/uri").asText()).isEqualTo(hidden);
    assertThat(result(request(caller, "resources/unsubscribe", granted, session))).isEmpty();
    assertThat(result(request(caller, "resources/unsubscribe", empty().put("uri", "x"), session)))
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"debug, true", "emergency, true", "DEBUG, false", "loud, false", "'', false"})
  void takesOnlySeveritiesThatThereAre(String level, boolean known) {
    var answer = alice("2025-11-25", "open", "logging/setLevel", empty().put("level", level));

    assertThat(answer.json().has("result")).isEqualTo(known);
    if (!known) {
      assertThat(error(answer).path("code").asInt()).isEqualTo(-32_602);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "open, 2026-07-28, true",
    "open, 2025-11-25, true",
    "shut, 2026-07-28, false",
    "shut, 2025-11-25, false"
  })
  void passesOnWhatTrustedServersLogAlone(String door, String revision, boolean heard) {
    upstream.answerCalls((_, exchange, request) -> {
      var log = empty().put("jsonrpc", "2.0").put("method", "notifications/message");
      log.putObject("params").put("level", "error").put("data", HOSTILE);
      TestingMcpServer.stream(exchange, 100, log, TestingMcpServer.response(request, empty()));
    });
    var params = empty().put("name", "echo");
    params.putObject("arguments");
    params.putObject("_meta").put("io.modelcontextprotocol/logLevel", "debug");

    var answer = alice(revision, door, "tools/call", params);

    assertThat(answer.messages().toString().contains(HOSTILE)).isEqualTo(heard);
    assertThat(answer.json().has("result")).isTrue();
  }

  @Test
  void refusesACursorThatIsNotItsOwnAndTakesNone() {
    for (var method : List.of("prompts/list", "resources/list", "resources/templates/list")) {
      for (var revision : List.of(MODERN, "2025-06-18")) {
        assertThat(
                error(alice(revision, "open", method, empty().put("cursor", "x")))
                    .path("code")
                    .asInt())
            .isEqualTo(-32_602);
        assertThat(
                error(alice(revision, "open", method, empty().put("cursor", 1)))
                    .path("code")
                    .asInt())
            .isEqualTo(-32_602);
        assertThat(result(alice(revision, "open", method, empty().putNull("cursor")))).isNotEmpty();
      }
    }
  }

  @Test
  void saysWhatThereIsToEachAsItMayKnowIt() {
    var alices = result(alice(MODERN, "", "server/discover", empty())).path("capabilities");
    assertThat(alices.has("prompts")).isTrue();
    assertThat(alices.at("/resources/subscribe").asBoolean()).isTrue();
    assertThat(alices.has("completions")).isTrue();
    assertThat(alices.has("logging")).isTrue();
    var strict = result(alice(MODERN, "shut", "server/discover", empty())).path("capabilities");
    assertThat(strict.has("logging")).isFalse();
    var unknown = result(alice(MODERN, "none", "server/discover", empty())).path("capabilities");
    assertThat(unknown.toString()).isEqualTo("{\"tools\":{\"listChanged\":true}}");
  }

  @Test
  void knowsNoListOfAServerThatIsNotThere() {
    for (var method : List.of("tools/list", "prompts/list", "resources/list")) {
      var answer = alice(MODERN, "none", method, empty());
      assertThat(answer.status()).isEqualTo(404);
      assertThat(error(answer).at("/data/code").asText()).isEqualTo("unknown_server");
    }
  }

  @Test
  void putsEveryRequestOnRecordBeforeItIsMade() {
    int before = broker.evidence.records(Begun.class).size();

    var _ = alice(MODERN, "open", "prompts/get", empty().put("name", "greet"));
    var _ = alice(MODERN, "open", "resources/read", empty().put("uri", "file:///a"));
    var _ = alice(MODERN, "open", "completion/complete", completion("ref/prompt", "name", "greet"));

    assertThat(broker.evidence.records(Begun.class)).hasSize(before + 3);
  }
}
