package dev.sallyport.mcp;

import static dev.sallyport.identity.testing.Refusals.hasCode;
import static dev.sallyport.mcp.testing.TestingBroker.ALICE;
import static dev.sallyport.mcp.testing.TestingBroker.BOB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Outcome;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.identity.action.Target;
import dev.sallyport.identity.resource.InvalidResourcesException;
import dev.sallyport.identity.resource.Resource;
import dev.sallyport.identity.testing.RecordingEvidence.Begun;
import dev.sallyport.identity.testing.RecordingEvidence.Ended;
import dev.sallyport.mcp.registry.ServerStatus;
import dev.sallyport.mcp.registry.ServerStatus.State;
import dev.sallyport.mcp.testing.TestingApi;
import dev.sallyport.mcp.testing.TestingApi.Answer;
import dev.sallyport.mcp.testing.TestingBroker;
import dev.sallyport.mcp.wire.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an OpenAPI document describes is called as every tool is. */
class OpenApiCallsTest extends BrokerScene {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final String DOCUMENT =
      """
      openapi: 3.0.3
      info: {title: Shop, version: "1"}
      servers: [{url: "https://shop.example"}]
      security: [{token: []}]
      paths:
        /goods/{id}:
          get:
            operationId: getGood
            parameters: [{name: id, in: path, required: true, schema: {type: string}}]
            responses:
              "200":
                description: ok
                content:
                  application/json:
                    schema:
                      type: object
                      properties: {name: {type: string}, price: {type: number}}
        /hidden: {get: {operationId: hidden}}
        /raw: {post: {operationId: raw, requestBody: {content: {application/xml: {}}}}}
      components:
        securitySchemes: {token: {type: http, scheme: bearer}}
      """;

  @TempDir private static Path folder;
  private final TestingApi shop = new TestingApi();
  private Path file = Path.of("");

  @BeforeEach
  void write() throws IOException {
    file = Files.writeString(Files.createTempFile(folder, "shop", ".yaml"), DOCUMENT);
    broker.credential("shop", SECRET, "shop");
    shop.answering(Answer.json("{\"name\": \"tea\", \"price\": 4.50, \"stock\": 3}"));
  }

  @AfterEach
  void close() {
    shop.close();
  }

  private ObjectNode spec(String quarantine) {
    return JSON.createObjectNode()
        .put("transport", "openapi")
        .put("documentFile", file.toString())
        .put("baseUrl", shop.uri("/v1").toString())
        .put("credential", "shop")
        .put("approval", "auto")
        .put("quarantine", quarantine);
  }

  private static ObjectNode id(String id) {
    return JSON.createObjectNode().put("id", id);
  }

  @Test
  void showsToEachTheOperationsThatItMayCall() {
    broker.register("shop", spec("trusted"));

    assertThat(names(ALICE, Optional.of("shop"))).containsExactly("getGood");
    assertThat(names(ALICE, Optional.empty())).containsExactly("shop__getGood");
    assertThat(names(BOB, Optional.empty())).isEmpty();
    assertThat(tool("shop__getGood").path("annotations").path("readOnlyHint").asBoolean()).isTrue();
  }

  @Test
  void saysOfAServerWhichOperationsAreNoToolsAndWhy() {
    broker.register("shop", spec("trusted"));

    assertThat(status("shop").unfit()).isEqualTo(Map.of("raw", "unsupported_body"));
  }

  /** CV-04: a lent secret stands in one header of the request, and in nothing that comes back. */
  @ParameterizedTest
  @ValueSource(ints = {200, 403})
  void sendsTheCredentialInItsPlaceAndTakesItOutOfWhatComesBack(int status) {
    broker.register("shop", spec("trusted"));
    shop.answering(seen ->
        Answer.of(
            status,
            "application/json",
            "{\"name\": \"%s\"}".formatted(seen.header("Authorization"))));

    var answer = call(ALICE, "shop__getGood", id("a1"));

    var seen = shop.last();
    assertThat(seen.method() + " " + seen.target()).isEqualTo("GET /v1/goods/a1");
    assertThat(seen.headers().get("authorization")).containsExactly("Bearer " + SECRET);
    assertThat(seen.all().split(SECRET, -1)).hasSize(2);
    assertThat(answer.text()).doesNotContain(SECRET).contains("[REDACTED]");
    assertThat(answer.failed()).isEqualTo(status != 200);
    assertThat(broker.evidence.records(Begun.class).getLast().action().credentials())
        .extracting(use -> use.credential())
        .containsExactly("shop");
    assertThat(broker.evidence.records(Ended.class).getLast().facts().path("redacted").asInt())
        .isEqualTo(1);
  }

  /** R3: the same request leaves, with the same credential, by whichever door a call came. */
  @Test
  void sendsTheSameRequestByEveryDoor() {
    broker.register("shop", spec("trusted"));

    call(ALICE, "shop__getGood", id("a1"));
    broker.client("alice").call("shop__getGood", id("a1"));
    broker.client("alice", "shop").call("getGood", id("a1"));

    assertThat(shop.seen()).hasSize(3);
    assertThat(shop.seen().stream().map(TestingApi.Seen::all).distinct()).hasSize(1);
    assertThat(broker.evidence.records(Begun.class).stream().skip(1))
        .allSatisfy(begun ->
            assertThat(begun.action().target()).isEqualTo(new Target.Tool("shop", "getGood")));
  }

  @Test
  void containsWhatAnApiAnswers() {
    broker.register("shop", spec("strict"));

    var answer = call(ALICE, "shop__getGood", id("a1"));

    assertThat(answer.text())
        .contains("\"price\":4.5", "\"name\"")
        .doesNotContain("tea")
        .doesNotContain("stock");
    var reference = name(answer);
    call(ALICE, "shop__getGood", id(reference));
    assertThat(shop.last().target()).isEqualTo("/v1/goods/tea");
  }

  private static String name(ServerAnswer answer) {
    var result = ((ServerAnswer.Result) answer).result();
    return result.path("structuredContent").path("name").asText();
  }

  /** What comes out of the quarantine is written as carefully as what a caller writes. */
  @Test
  void letsNoHeldTextLeadOutOfItsPath() {
    broker.register("shop", spec("strict"));
    shop.answering(Answer.json("{\"name\": \"../admin\"}"));
    var reference = name(call(ALICE, "shop__getGood", id("a1")));

    assertThatThrownBy(() -> call(ALICE, "shop__getGood", id(reference)))
        .satisfies(hasCode(RefusalCode.INVALID_ARGUMENTS))
        .hasMessageNotContaining("admin");
    assertThat(shop.seen()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"..", "a/b", "%2f", "", "a\r\nb"})
  void recordsACallThatCannotBeWritten(String id) {
    broker.register("shop", spec("trusted"));

    assertThatThrownBy(() -> call(ALICE, "shop__getGood", id(id)))
        .satisfies(hasCode(RefusalCode.INVALID_ARGUMENTS));

    assertThat(shop.seen()).isEmpty();
    assertThat(broker.evidence.records(Ended.class).getLast().outcome())
        .isEqualTo(new Outcome.Refused(RefusalCode.INVALID_ARGUMENTS));
  }

  @Test
  void hidesAnOperationThatIsCalledInAnotherWayUntilItIsApprovedAgain() throws Exception {
    broker.register("shop", spec("trusted"));
    Files.writeString(file, DOCUMENT.replace("/goods/{id}:", "/admin/{id}:"));
    broker.clock.advance(Duration.ofMinutes(5));

    assertThat(broker.registry.inspect("shop", PATIENCE)).isTrue();

    assertThat(names(ALICE, Optional.empty())).isEmpty();
    assertThatThrownBy(() -> call(ALICE, "shop__getGood", id("a1")))
        .satisfies(hasCode(RefusalCode.UNKNOWN_TOOL));
    var changed = broker.registry.pending().getFirst();
    broker.registry.approve("shop", Map.of(changed.key(), changed.digest()), "admin");
    call(ALICE, "shop__getGood", id("a1"));
    assertThat(shop.seen()).extracting(TestingApi.Seen::target).containsExactly("/v1/admin/a1");
  }

  private ServerStatus status(String server) {
    return broker.registry.status(server).orElseThrow();
  }

  @Test
  void saysThatADocumentCannotBeReadAnyMore() throws Exception {
    broker.register("shop", spec("trusted"));
    Files.delete(file);

    assertThat(broker.registry.inspect("shop", Duration.ofMillis(500))).isFalse();
    while (status("shop").state() != State.UNREACHABLE) {
      assertThat(Thread.currentThread().isInterrupted()).isFalse();
      Thread.onSpinWait();
    }

    assertThat(status("shop").reason()).contains("upstream_malformed");
    assertThat(names(ALICE, Optional.empty())).containsExactly("shop__getGood");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "openapi: 3.0.3 | swagger: '2.0' | FILE /swagger: line 1: Swagger 2.0 is not taken;",
        "openapi: 3.0.3 | openapi: 3.3.0 | FILE /openapi: line 1: must be",
        "openapi: 3.0.3 | 'openapi: [' | FILE: line",
        "operationId: getGood | operationId: other | FILE /paths: line 5: has no operation with",
        "paths: | path: | FILE /paths: must be",
      })
  void saysWhereANewDocumentIsWrong(String from, String to, String problem) throws Exception {
    Files.writeString(file, DOCUMENT.replace(from, to));
    var spec = spec("strict");
    spec.putArray("include").add("getGood");

    assertMistake(spec, "/spec/documentFile", problem.replace("FILE", file.toString()));
  }

  @Test
  void saysWhereADocumentInAResourceIsWrong() throws Exception {
    var spec = spec("strict");
    spec.remove(List.of("documentFile", "baseUrl"));
    spec.putObject("document")
        .put("openapi", "3.1.0")
        .putObject("paths")
        .putObject("/x")
        .putObject("get");

    assertMistake(spec, "/spec/document/servers", "baseUrl");
  }

  @Test
  void saysThatThereIsNoDocument() throws Exception {
    Files.delete(file);

    assertMistake(spec("strict"), "/spec/documentFile", "no plain file");
  }

  @Test
  void saysWhenNoOperationIsLeft() {
    var spec = spec("strict");
    spec.remove("credential");
    spec.putArray("include").add("getGood");

    assertMistake(spec, "/spec/documentFile", "getGood: needs_credential");
  }

  private void assertMistake(ObjectNode spec, String pointer, String problem) {
    var resource = new Resource(Resource.API_VERSION, "McpServer", "shop", Map.of(), spec);
    assertThatThrownBy(() -> absorbed(resource))
        .isInstanceOfSatisfying(
            InvalidResourcesException.class,
            e -> {
              assertThat(e.mistakes()).hasSize(1);
              assertThat(e.mistakes().getFirst().pointer()).isEqualTo(pointer);
              assertThat(e.mistakes().getFirst().problem()).contains(problem);
            });
  }

  private Resource absorbed(Resource resource) throws Exception {
    try (var connection = TestingBroker.database().getConnection()) {
      return broker.registry.absorb(resource, Optional.empty(), connection).stored();
    }
  }

  @Test
  void keepsADocumentInAResourceAsItIs() throws Exception {
    var spec = spec("trusted");
    spec.remove("documentFile");
    spec.set("document", Json.parseResult(JSON.writeValueAsBytes(document())));
    var resource = new Resource(Resource.API_VERSION, "McpServer", "shop", Map.of(), spec);

    assertThat(absorbed(resource)).isEqualTo(resource);
    broker.register("shop", spec);
    call(ALICE, "shop__getGood", id("a1"));
    assertThat(shop.seen()).hasSize(1);
  }

  private static ObjectNode document() {
    var document = JSON.createObjectNode().put("openapi", "3.1.0");
    var operation = document.withObject("/paths").putObject("/goods/{id}").putObject("get");
    operation.put("operationId", "getGood");
    operation.putArray("parameters").addObject().put("name", "id").put("in", "path");
    return document;
  }
}
