package dev.sallyport.gateway.turn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import java.io.IOException;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TurnBoundsTest extends TurnLoopScene {
  @ParameterizedTest
  @CsvSource({
    "payroll__pay, {}, crm, payroll__pay, unknown_tool crm payroll__pay {}",
    "crm__pay, {\"a\":1}, crm, pay, unknown_tool crm pay {\"a\":1}",
    "crm__pay, {\"a\":, crm, pay, unknown_tool crm pay {\"a\":",
    "q_ask, [], crm, q_ask, unknown_tool crm q_ask []"
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
    assertThat(tools.refused).containsExactly("unknown_tool crm query {}");
  }

  @Test
  void showsACallOfAToolWhereThereAreNone() throws IOException {
    model.thenCalls(new String[] {"c1", "crm__query", "{}"}).thenText("x");

    var response = run(request(""));

    assertThat(tools.refused).containsExactly("unknown_tool * crm__query {}");
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

    assertThat(tools.refused)
        .containsExactly(
            "unknown_tool crm a {}", "unknown_tool crm b {}", "tool_calls_exhausted crm c {}");
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
    assertThat(tools.refused).hasSize(2 - most);
    assertThat(response.path("status").asText()).isEqualTo(status);
  }

  @Test
  void putsEveryCallBeyondTheBoundOnRecordAndShowsNone() throws IOException {
    model.thenCalls(
        new String[] {"c1", "crm__query", "{\"a\":1}"},
        new String[] {"c2", "crm__query", "{\"a\":2}"},
        new String[] {"c3", "crm__export", "{\"a\":"});

    var response = run(request(MCP), new TurnLimits(24, 1, Duration.ofMinutes(1)));

    assertThat(tools.calls).containsExactly("crm query {\"a\":1}");
    assertThat(tools.refused)
        .containsExactly(
            "tool_calls_exhausted crm query {\"a\":2}", "tool_calls_exhausted crm export {\"a\":");
    assertThat(response.path("output").findValuesAsText("arguments")).containsExactly("{\"a\":1}");
    assertThat(response.at("/incomplete_details/reason").asText()).isEqualTo("max_tool_calls");
  }

  @ParameterizedTest
  @CsvSource({"64, 64", "65, 64"})
  void putsOnlySoManyCallsBeyondTheBoundOnRecord(int wanted, int recorded) throws IOException {
    model.thenCalls(
        IntStream.range(0, wanted)
            .mapToObj(i -> new String[] {"c" + i, "crm__query", "{}"})
            .toArray(String[][]::new));

    var response = run(request(MCP), new TurnLimits(24, 0, Duration.ofMinutes(1)));

    assertThat(tools.refused).hasSize(recorded);
    assertThat(response.at("/incomplete_details/reason").asText()).isEqualTo("max_tool_calls");
  }

  @Test
  void handsTheCallsOfTheClientBackThatStandBesideThoseBeyondTheBound() throws IOException {
    model.thenCalls(
        new String[] {"c1", "crm__query", "{}"}, new String[] {"c2", "own", "{\"b\":1}"});
    var own = "{\"type\":\"function\",\"name\":\"own\",\"parameters\":{\"type\":\"object\"}}";

    var response = run(request(MCP + "," + own), new TurnLimits(24, 0, Duration.ofMinutes(1)));

    assertThat(tools.refused).containsExactly("tool_calls_exhausted crm query {}");
    assertThat(response.at("/output/1/type").asText()).isEqualTo("function_call");
    assertThat(response.at("/output/1/arguments").asText()).isEqualTo("{\"b\":1}");
    assertThat(response.path("status").asText()).isEqualTo("incomplete");
  }

  @Test
  void failsIfACallBeyondTheBoundCannotBePutOnRecord() throws IOException {
    model.thenCalls(new String[] {"c1", "crm__query", "{}"});
    tools.withoutEvidence();

    var response = run(request(MCP), new TurnLimits(24, 0, Duration.ofMinutes(1)));

    assertThat(response.path("status").asText()).isEqualTo("failed");
    assertThat(response.at("/error/code").asText()).isEqualTo("evidence_unavailable");
  }

  @Test
  void isRefusedPlainlyIfTheFirstModelCallIsRefused() {
    model.then((_, _) -> {
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
        .then((_, _) -> {
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
    model.then((sink, _) -> sink.chunk(ScriptedTurnModel.finish(finish)));

    var response = run(request(""));

    assertThat(response.path("status").asText()).isEqualTo(status);
    assertThat(response.at("/incomplete_details/reason").asText("")).isEqualTo(reason);
  }

  @Test
  void endsWhenItsCallerHasLeft() {
    model.thenText("hello");

    assertThatThrownBy(() ->
            loop(TurnLimits.DEFAULT)
                .run(
                    caller,
                    TurnRequestReader.read(json(request(""))),
                    cancellation,
                    _ -> {
                      throw new IOException("gone");
                    }))
        .isInstanceOf(IOException.class);
  }
}
