package dev.sallyport.gateway.turn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.Principal;
import dev.sallyport.identity.action.Caller;
import dev.sallyport.identity.action.Door;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.identity.turn.Turn;
import dev.sallyport.identity.turn.TurnId;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TurnLoopTest {
  private static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");
  private static final String MCP = "{\"type\":\"mcp\",\"server_label\":\"crm\"}";

  private final ScriptedTurnModel model = new ScriptedTurnModel();
  private final RecordingTurnTools tools = new RecordingTurnTools();
  private final List<ObjectNode> events = new ArrayList<>();
  private final List<ObjectNode> shown = new ArrayList<>();
  private final AtomicReference<Instant> now = new AtomicReference<>(NOW);
  private final Caller caller = caller();

  private static Caller caller() {
    var principal = Principal.internal("test");
    var turn = new Turn(new TurnId("turn_" + "a".repeat(26)), principal.id(), NOW);
    return new Caller(principal, turn, Door.TURN);
  }

  private ObjectNode run(String body) throws IOException {
    return run(body, TurnLimits.DEFAULT);
  }

  private ObjectNode run(String body, TurnLimits limits) throws IOException {
    InstantSource clock = now::get;
    var loop = new TurnLoop(model, tools, new Rendering(shown), limits, clock, new Random(1));
    return loop.run(caller, TurnRequestReader.read(json(body)), event -> events.add(copy(event)));
  }

  private static ObjectNode copy(ObjectNode event) {
    return event.deepCopy();
  }

  private static JsonNode json(String text) {
    try {
      return new ObjectMapper().readTree(text);
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }

  private static String request(String tools) {
    return "{\"model\":\"fast\",\"input\":\"hello\",\"tools\":[" + tools + "]}";
  }

  private List<String> eventTypes() {
    return events.stream().map(event -> event.get("type").asText()).toList();
  }

  @Test
  void answersWithoutToolsInTheEventsOfTheResponsesApi() throws IOException {
    model.thenText("hi");

    var response = run("{\"model\":\"fast\",\"input\":\"hello\",\"instructions\":\"be brief\"}");

    assertThat(eventTypes())
        .containsExactly(
            "response.created",
            "response.in_progress",
            "response.output_item.added",
            "response.content_part.added",
            "response.output_text.delta",
            "response.output_text.delta",
            "response.output_text.done",
            "response.content_part.done",
            "response.output_item.done",
            "response.completed");
    assertThat(events.stream().map(event -> event.get("sequence_number").asInt()).toList())
        .isEqualTo(IntStream.range(0, events.size()).boxed().toList());
    assertThat(response.path("status").asText()).isEqualTo("completed");
    assertThat(response.at("/output/0/content/0/text").asText()).isEqualTo("hi");
    assertThat(response.at("/usage/total_tokens").asInt()).isEqualTo(15);
    assertThat(model.requests.getFirst().at("/messages/0/content").asText()).isEqualTo("be brief");
    assertThat(model.requests.getFirst().at("/messages/1/content").asText()).isEqualTo("hello");
  }

  @Test
  void alternatesModelAndToolsUntilTheModelAnswers() throws IOException {
    model
        .thenCalls(new String[] {"c1", "crm__query", "{\"limit\":2}"})
        .thenText("it is {{txt#1.n7}}");

    var response = run(request(MCP));

    assertThat(tools.calls).containsExactly("crm query {\"limit\":2}");
    assertThat(model.requests.get(1).at("/messages/2/role").asText()).isEqualTo("tool");
    assertThat(model.requests.get(1).at("/messages/2/content").asText())
        .isEqualTo("{\"ref\":\"{{txt#1.n7}}\"}");
    assertThat(response.at("/output/0/type").asText()).isEqualTo("mcp_list_tools");
    assertThat(response.at("/output/1/type").asText()).isEqualTo("mcp_call");
    assertThat(response.at("/output/1/status").asText()).isEqualTo("completed");
    assertThat(response.at("/output/2/content/0/text").asText()).isEqualTo("it is {{txt#1.n7}}");
    assertThat(response.at("/usage/input_tokens").asInt()).isEqualTo(20);
  }

  @Test
  void showsWhatTheAnswerRefersToBesideTheAnswerAndNotInIt() throws IOException {
    model.thenText("it is {{txt#1.n7}}");

    run(request(MCP));

    var last = events.getLast().get("response");
    assertThat(last.at("/sallyport/rendered_text").asText()).isEqualTo("[external] secret words");
    assertThat(last.get("output").toString()).doesNotContain("secret words");
  }

  @Test
  void givesWhatWasShownToThePersonBesideTheAnswerAndNotToTheModel() throws IOException {
    model.thenCalls(new String[] {"c1", "crm__query", "{}"}).thenText("I showed it to you.");
    shown.add((ObjectNode) json("{\"reference\":\"{{txt#1.n7}}\",\"text\":\"secret words\"}"));

    var whole = run(request(MCP));

    assertThat(whole.at("/sallyport/shown/0/text").asText()).isEqualTo("secret words");
    var last = events.getLast().get("response");
    assertThat(last.at("/sallyport/shown")).isEqualTo(whole.at("/sallyport/shown"));
    assertThat(last.at("/sallyport").has("rendered_text")).isFalse();
    assertThat(last.get("output").toString()).doesNotContain("secret words");
    assertThat(model.requests.toString()).doesNotContain("secret words");
  }

  @Test
  void saysNothingToThePersonWhereNothingIsShown() throws IOException {
    model.thenText("hi");

    assertThat(run(request(MCP)).has("sallyport")).isFalse();
  }

  @Test
  void tellsTheModelOfARefusalAndGoesOn() throws IOException {
    model.thenCalls(new String[] {"c1", "crm__export", "{}"}).thenText("sorry");

    var response = run(request(MCP));

    assertThat(model.requests.get(1).at("/messages/2/content").asText())
        .contains("\"code\":\"unknown_tool\"");
    assertThat(response.at("/output/1/status").asText()).isEqualTo("failed");
    assertThat(eventTypes()).contains("response.mcp_call.failed");
    assertThat(response.path("status").asText()).isEqualTo("completed");
  }

  @Test
  void givesToolsOfTheCallersOwnBackToTheCaller() throws IOException {
    model.thenCalls(
        new String[] {"c1", "crm__query", "{}"}, new String[] {"c2", "weather", "{\"c\":\"x\"}"});

    var response =
        run(request(MCP + ",{\"type\":\"function\",\"name\":\"weather\",\"parameters\":{}}"));

    assertThat(tools.calls).containsExactly("crm query {}");
    assertThat(response.at("/output/2/type").asText()).isEqualTo("function_call");
    assertThat(response.at("/output/2/call_id").asText()).isEqualTo("c2");
    assertThat(response.at("/output/2/arguments").asText()).isEqualTo("{\"c\":\"x\"}");
    assertThat(model.requests).hasSize(1);
  }

  @Test
  void continuesFromTheItemsOfAnEarlierAnswer() throws IOException {
    model.thenText("done");

    run(
        """
        {"model":"fast","input":[
          {"role":"user","content":[{"type":"input_text","text":"go"}]},
          {"type":"mcp_call","id":"m1","server_label":"crm","name":"query","arguments":"{}","output":"o"},
          {"type":"function_call","call_id":"c2","name":"weather","arguments":"{}"},
          {"type":"function_call_output","call_id":"c2","output":"sunny"}]}
        """);

    var messages = model.requests.getFirst().get("messages");
    assertThat(messages.at("/1/tool_calls/0/function/name").asText()).isEqualTo("crm__query");
    assertThat(messages.at("/2/tool_call_id").asText()).isEqualTo("m1");
    assertThat(messages.at("/3/tool_calls/0/id").asText()).isEqualTo("c2");
    assertThat(messages.at("/4/content").asText()).isEqualTo("sunny");
  }

  @Test
  void offersEveryServerUnderTheLabelOfTheGateway() throws IOException {
    model.thenCalls(new String[] {"c1", "crm__query", "{}"}).thenText("x");

    run(request("{\"type\":\"mcp\",\"server_label\":\"sallyport\"}"));

    assertThat(tools.calls).containsExactly("* crm__query {}");
  }

  @Test
  void offersOnlyTheAllowedToolsAndTheOperationsOfTheTurn() throws IOException {
    model.thenText("x");

    run(
        request(
            "{\"type\":\"mcp\",\"server_label\":\"crm\",\"allowed_tools\":[\"query\"],"
                + "\"require_approval\":\"never\",\"server_url\":\"http://127.0.0.1:1/mcp/crm\"}"));

    assertThat(model.requests.getFirst().get("tools").findValuesAsText("name"))
        .containsExactly("crm__query", "q_get");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "{\"a\":1,\"a\":2}", "{\"a\":", "1", "{} {}"})
  void doesNotCallAToolWhoseArgumentsAreNotOneObject(String arguments) throws IOException {
    model.thenCalls(new String[] {"c1", "crm__query", arguments}).thenText("x");

    run(request(MCP));

    assertThat(tools.calls).isEmpty();
    assertThat(model.requests.get(1).at("/messages/2/content").asText())
        .contains("malformed_request");
  }

  @ParameterizedTest
  @CsvSource({
    "payroll__pay, {}, crm, payroll__pay, crm payroll__pay {}",
    "crm__pay, {\"a\":1}, crm, pay, crm pay {\"a\":1}",
    "crm__pay, {\"a\":, crm, pay, crm pay {}",
    "q_ask, [], crm, q_ask, crm q_ask {}"
  })
  void showsACallOfAToolThatWasNotOfferedAsFailed(
      String name, String arguments, String label, String tool, String recorded)
      throws IOException {
    model.thenCalls(new String[] {"c1", name, arguments}).thenText("x");

    var response = run(request(MCP));

    assertThat(tools.calls).isEmpty();
    assertThat(tools.refused).containsExactly(recorded);
    var item = response.at("/output/1");
    assertThat(item.path("type").asText()).isEqualTo("mcp_call");
    assertThat(item.path("status").asText()).isEqualTo("failed");
    assertThat(item.path("server_label").asText()).isEqualTo(label);
    assertThat(item.path("name").asText()).isEqualTo(tool);
    assertThat(item.path("arguments").asText()).isEqualTo(arguments);
    assertThat(item.path("error").asText()).contains("\"code\":\"unknown_tool\"", "advice");
    assertThat(eventTypes()).contains("response.mcp_call.failed");
    assertThat(model.requests.get(1).at("/messages/2/content").asText())
        .isEqualTo(item.path("error").asText());
    assertThat(response.path("status").asText()).isEqualTo("completed");
  }

  @Test
  void refusesAToolThatTheCallerDidNotAllowInThisTurn() throws IOException {
    model.thenCalls(new String[] {"c1", "crm__query", "{}"}).thenText("x");

    run(request("{\"type\":\"mcp\",\"server_label\":\"crm\",\"allowed_tools\":[\"export\"]}"));

    assertThat(tools.calls).isEmpty();
    assertThat(tools.refused).containsExactly("crm query {}");
  }

  @Test
  void showsACallOfAToolWhereThereAreNone() throws IOException {
    model.thenCalls(new String[] {"c1", "crm__query", "{}"}).thenText("x");

    var response = run(request(""));

    assertThat(tools.refused).containsExactly("* crm__query {}");
    assertThat(response.at("/output/0/server_label").asText()).isEqualTo("sallyport");
    assertThat(response.at("/output/0/status").asText()).isEqualTo("failed");
  }

  @Test
  void countsCallsOfToolsThatWereNotOfferedToo() throws IOException {
    model.thenCalls(
        new String[] {"c1", "a", "{}"},
        new String[] {"c2", "b", "{}"},
        new String[] {"c3", "c", "{}"});

    var response =
        run("{\"model\":\"fast\",\"input\":\"x\",\"max_tool_calls\":2,\"tools\":[" + MCP + "]}");

    assertThat(tools.refused).hasSize(2);
    assertThat(response.at("/incomplete_details/reason").asText()).isEqualTo("max_tool_calls");
  }

  @Test
  void stopsAtTheBoundOfModelCalls() throws IOException {
    model
        .thenCalls(new String[] {"c1", "crm__query", "{}"})
        .thenCalls(new String[] {"c2", "crm__query", "{}"});

    var response = run(request(MCP), new TurnLimits(2, 64, Duration.ofMinutes(1)));

    assertThat(response.path("status").asText()).isEqualTo("incomplete");
    assertThat(response.at("/incomplete_details/reason").asText()).isEqualTo("max_model_calls");
    assertThat(eventTypes().getLast()).isEqualTo("response.incomplete");
  }

  @ParameterizedTest
  @CsvSource({"1, incomplete", "2, completed"})
  void stopsAtTheBoundOfToolCallsThatTheCallerSet(int most, String status) throws IOException {
    model
        .thenCalls(new String[] {"c1", "crm__query", "{}"}, new String[] {"c2", "crm__query", "{}"})
        .thenText("x");

    var response =
        run(
            "{\"model\":\"fast\",\"input\":\"hello\",\"max_tool_calls\":"
                + most
                + ",\"tools\":["
                + MCP
                + "]}");

    assertThat(tools.calls).hasSize(most);
    assertThat(response.path("status").asText()).isEqualTo(status);
  }

  @Test
  void stopsWhenItsTimeIsOver() throws IOException {
    model.then(sink -> {
      now.set(NOW.plusSeconds(60));
      new ScriptedTurnModel().thenCalls(new String[] {"c1", "crm__query", "{}"});
      sink.chunk(
          (ObjectNode)
              json(
                  "{\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"c1\","
                      + "\"function\":{\"name\":\"crm__query\",\"arguments\":\"{}\"}}]}}]}"));
    });

    var response = run(request(MCP), new TurnLimits(5, 5, Duration.ofMinutes(1)));

    assertThat(tools.calls).isEmpty();
    assertThat(response.at("/incomplete_details/reason").asText()).isEqualTo("max_time");
  }

  @Test
  void isRefusedPlainlyIfTheFirstModelCallIsRefused() {
    model.then(_ -> {
      throw new Refusal(RefusalCode.UNKNOWN_MODEL);
    });

    assertThatThrownBy(() -> run(request(MCP)))
        .isInstanceOfSatisfying(
            Refusal.class,
            refusal -> assertThat(refusal.code()).isEqualTo(RefusalCode.UNKNOWN_MODEL));
    assertThat(events).isEmpty();
  }

  @Test
  void endsAsFailedIfALaterModelCallIsRefused() throws IOException {
    model
        .thenCalls(new String[] {"c1", "crm__query", "{}"})
        .then(_ -> {
          throw new Refusal(RefusalCode.BUDGET_EXHAUSTED);
        });

    var response = run(request(MCP));

    assertThat(response.path("status").asText()).isEqualTo("failed");
    assertThat(response.at("/error/code").asText()).isEqualTo("budget_exhausted");
    assertThat(eventTypes().getLast()).isEqualTo("response.failed");
  }

  @ParameterizedTest
  @CsvSource({
    "length, incomplete, max_output_tokens",
    "content_filter, incomplete, content_filter",
    "error, failed, ''"
  })
  void tellsHowTheModelEnded(String finish, String status, String reason) throws IOException {
    model.then(sink -> sink.chunk(ScriptedTurnModel.finish(finish)));

    var response = run(request(""));

    assertThat(response.path("status").asText()).isEqualTo(status);
    assertThat(response.at("/incomplete_details/reason").asText("")).isEqualTo(reason);
  }

  @Test
  void endsWhenItsCallerHasLeft() {
    model.thenText("hello");
    var loop =
        new TurnLoop(
            model, tools, new Rendering(shown), TurnLimits.DEFAULT, now::get, new Random(1));

    assertThatThrownBy(() ->
            loop.run(
                caller,
                TurnRequestReader.read(json(request(""))),
                _ -> {
                  throw new IOException("gone");
                }))
        .isInstanceOf(IOException.class);
  }

  /** Puts words in the place of references, and shows what it was given. */
  private record Rendering(List<ObjectNode> shown) implements TurnRendering {
    @Override
    public Optional<String> render(Turn turn, String text) {
      return text.contains("{{") ? Optional.of("[external] secret words") : Optional.empty();
    }

    @Override
    public List<ObjectNode> shown(Turn turn) {
      return List.copyOf(shown);
    }
  }
}
