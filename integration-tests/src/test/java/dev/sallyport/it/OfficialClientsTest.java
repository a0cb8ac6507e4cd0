package dev.sallyport.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sallyport.gateway.demo.peer.ScriptedModel;
import dev.sallyport.gateway.testing.TestingGateway;
import dev.sallyport.it.McpPeer.Call;
import dev.sallyport.llm.kit.CannedAnswers;
import dev.sallyport.llm.kit.FakeProvider;
import dev.sallyport.sandbox.quarantine.QuarantineTools;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Official clients of other people, as they are published, against the running product. */
@Timeout(600)
class OfficialClientsTest {
  private static final String GREETING = "hello there";
  private static final String KEY = "key-5d07b1c4";

  @TempDir private Path folder;

  @ParameterizedTest
  @EnumSource(names = {"TYPESCRIPT_1", "TYPESCRIPT_2", "JAVA"})
  void anMcpClientSeesAndCallsOnlyTheToolsThatAreGranted(McpPeer client) {
    try (var office = TestingOffice.open(folder)) {
      var told =
          client.call(
              office.gateway().data().resolve("/mcp"),
              office.token(),
              new Call("crm__get_account", Map.of("id", "A-1001")),
              new Call("crm__whoami", Map.of()),
              new Call("crm__export_accounts", Map.of("destination", "elsewhere")),
              new Call("crm__no_such_tool", Map.of()));

      assertThat(told.revision()).isEqualTo(client.revision());
      assertThat(told.tools())
          .containsExactlyInAnyOrderElementsOf(
              withOperations(
                  "crm__get_account",
                  "crm__query_accounts",
                  "crm__whoami",
                  "guarded__get_account",
                  "guarded__query_accounts",
                  "guarded__whoami"));
      assertThat(told.answer(0).at("/result/structuredContent/name").asText())
          .isEqualTo("Northwind Traders");
      assertThat(told.answer(1).at("/result/structuredContent/headers/Authorization").asText())
          .isEqualTo("Bearer [REDACTED:crm]");
      assertThat(told.answer(2).at("/error/code").asInt()).isEqualTo(-32602);
      assertThat(told.answer(2)).isEqualTo(told.answer(3));
      assertThat(told.answers().toString()).doesNotContain(TestingOffice.CRM_TOKEN, office.token());
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"TYPESCRIPT_1", "TYPESCRIPT_2", "JAVA"})
  void anMcpClientPassesOnWhatItMayNotRead(McpPeer client) {
    try (var office = TestingOffice.open(folder)) {
      var told =
          client.call(
              office.gateway().data().resolve("/mcp/guarded"),
              office.token(),
              new Call("get_account", Map.of("id", "A-1001")),
              new Call("export_accounts", Map.of("destination", "elsewhere")));

      assertThat(told.tools())
          .containsExactlyInAnyOrderElementsOf(
              withOperations("get_account", "query_accounts", "whoami"));
      var account = told.answer(0).at("/result/structuredContent");
      assertThat(account.path("arr").asInt()).isEqualTo(120_000);
      assertThat(account.path("name").asText()).matches("\\{\\{txt#[0-9]+\\.[a-z2-7]+}}");
      assertThat(told.answer(0).toString()).doesNotContain("Northwind", "Ada Quist");
      assertThat(told.answer(1).at("/error/code").asInt()).isEqualTo(-32602);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"gpt", "claude"})
  void theOpenAiSdkListsModelsAndChats(String model) {
    try (var office = TestingOffice.open(folder)) {
      var told = openAi(office, model, "crm");

      assertThat(told.path("models"))
          .extracting(JsonNode::asText)
          .containsExactlyInAnyOrder("gpt", "claude");
      for (var chat : List.of(told.path("chat"), told.path("stream"))) {
        assertThat(chat.path("text").asText()).isEqualTo("I read: " + GREETING);
        assertThat(chat.path("finish").asText()).isEqualTo("stop");
        assertThat(chat.at("/usage/total_tokens").asInt())
            .isEqualTo(
                chat.at("/usage/prompt_tokens").asInt()
                    + chat.at("/usage/completion_tokens").asInt())
            .isPositive();
      }
      assertThat(told.at("/stream/deltas").asInt()).isGreaterThan(1);
      for (var response : List.of(told.path("response"), told.path("responseStream"))) {
        assertThat(response.path("text").asText()).isEqualTo("I read: " + GREETING);
        assertThat(response.path("status").asText()).isEqualTo("completed");
        assertThat(response.path("items")).extracting(JsonNode::asText).containsExactly("message");
        var usage = response.path("usage");
        assertThat(usage.path("total_tokens").asInt())
            .isEqualTo(usage.path("input_tokens").asInt() + usage.path("output_tokens").asInt())
            .isPositive();
      }
      assertThat(told.at("/responseStream/deltas").asInt()).isGreaterThan(1);
      assertThat(told.path("forbidden"))
          .isEqualTo(
              TestingGateway.read(
                  """
                  {"notFound": true, "status": 404, "code": "unknown_model",
                   "type": "invalid_request_error"}
                  """));
      assertThat(told.path("unknown")).isEqualTo(told.path("forbidden"));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "gpt, crm, true",
    "claude, crm, true",
    "gpt, guarded, false",
    "claude, guarded, false"
  })
  void theOpenAiSdkTakesATurnWithToolsToItsEnd(String model, String server, boolean readable) {
    try (var office = TestingOffice.open(folder)) {
      var told = openAi(office, model, server);

      for (var turn : List.of(told.path("turn"), told.path("turnStream"))) {
        assertThat(turn.path("status").asText()).isEqualTo("completed");
        assertThat(turn.path("items"))
            .extracting(JsonNode::asText)
            .containsExactlyElementsOf(
                // A model that can read the record obeys it, and calls what it does not have.
                readable
                    ? List.of("mcp_list_tools", "mcp_call", "mcp_call", "message")
                    : List.of("mcp_list_tools", "mcp_call", "message"));
        var calls = turn.path("calls");
        assertThat(calls).hasSize(readable ? 2 : 1);
        assertThat(calls.path(1).path("error").isTextual()).isEqualTo(readable);
        var call = calls.get(0);
        assertThat(call.path("name").asText()).isEqualTo("query_accounts");
        assertThat(call.path("server_label").asText()).isEqualTo(server);
        assertThat(call.path("error").isNull()).isTrue();
        assertThat(call.path("output").asText().contains("Northwind Traders")).isEqualTo(readable);
        assertThat(turn.path("text").asText()).startsWith("Done with query_accounts");
      }
      assertThat(told.at("/turnStream/events"))
          .extracting(JsonNode::asText)
          .startsWith("response.created", "response.in_progress")
          .contains("response.mcp_call.completed", "response.output_text.delta")
          .endsWith("response.output_item.done", "response.completed");
    }
  }

  @Test
  void theAnthropicSdkUnderstandsTheModelOfTheDemo() {
    try (var model = new ScriptedModel(0, KEY, InstantSource.system())) {
      var told = anthropic(model.uri(), "I read: " + GREETING);

      var tool = told.path("tool");
      assertThat(tool.at("/whole/content"))
          .isEqualTo(
              TestingGateway.read(
                  """
                  [{"type": "tool_use", "name": "set_alarm", "input": {"number": 17}}]
                  """));
      assertThat(tool.at("/whole/stop").asText()).isEqualTo("tool_use");
      assertThat(tool.at("/streamed/content")).isEqualTo(tool.at("/whole/content"));
      assertThat(tool.at("/streamed/stop").asText()).isEqualTo("tool_use");
    }
  }

  @Test
  void theAnthropicSdkUnderstandsTheProviderThatTheProxyIsTestedWith() throws IOException {
    try (var provider = new FakeProvider().wants(KEY)) {
      anthropic(provider.base(), CannedAnswers.TEXT);

      assertThat(provider.last().header("anthropic-version")).isEqualTo("2026-10-21");
    }
  }

  private static JsonNode openAi(TestingOffice office, String model, String server) {
    var input =
        JsonNodeFactory.instance
            .objectNode()
            .put("baseUrl", office.gateway().data().resolve("/v1").toString())
            .put("token", office.token())
            .put("model", model)
            .put("text", GREETING)
            .put("turn", "Use query_accounts to list the accounts that renew this quarter.")
            .put("server", server)
            .put("forbidden", "reserved")
            .put("unknown", "no-such-model");
    return Peers.run("llm-sdks", "openai.mjs", input);
  }

  /** Asks a provider directly, whose base URL ends in {@code /v1}, which the SDK adds itself. */
  private static JsonNode anthropic(URI base, String answer) {
    var input =
        JsonNodeFactory.instance
            .objectNode()
            .put("baseUrl", base.resolve("/").toString())
            .put("key", KEY)
            .put("model", "gullible-1")
            .put("text", GREETING)
            .put("toolText", "Use set_alarm with the number 17.");
    input.set(
        "tool",
        TestingGateway.read(
            """
            {"name": "set_alarm", "description": "Set an alarm.",
             "input_schema": {"type": "object", "properties": {"number": {"type": "integer"}},
                              "required": ["number"]}}
            """));
    var told = Peers.run("llm-sdks", "anthropic.mjs", input);

    var text = told.path("text");
    for (var message : List.of(text.path("whole"), text.path("streamed"))) {
      assertThat(message.path("content")).hasSize(1);
      assertThat(message.at("/content/0/type").asText()).isEqualTo("text");
      assertThat(message.at("/content/0/text").asText()).isEqualTo(answer);
      assertThat(message.path("stop").asText()).isEqualTo("end_turn");
      assertThat(message.at("/usage/output_tokens").asInt()).isPositive();
    }
    assertThat(text.path("events"))
        .extracting(JsonNode::asText)
        .startsWith("message_start", "content_block_start")
        .endsWith("content_block_stop", "message_delta", "message_stop");
    assertThat(told.path("refused"))
        .isEqualTo(
            TestingGateway.read("{\"unauthorized\": true, \"type\": \"authentication_error\"}"));
    return told;
  }

  /** These, and the operations on what is held. */
  private static List<String> withOperations(String... tools) {
    return Stream.concat(Stream.of(tools), QuarantineTools.names().stream()).toList();
  }
}
