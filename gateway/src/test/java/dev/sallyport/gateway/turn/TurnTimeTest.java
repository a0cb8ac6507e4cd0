package dev.sallyport.gateway.turn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The time of a turn, and its caller's leave, end what is under way. */
class TurnTimeTest extends TurnLoopScene {
  private static final String[] QUERY = {"c1", "crm__query", "{}"};

  @ParameterizedTest
  @ValueSource(strings = {"", "Let me see"})
  void endsAModelThatHangsWhenItsTimeIsOver(String said) throws IOException {
    model.thenHang(said, new Hanging(timer::ring));

    var response = run(request(MCP));

    assertIncomplete(response);
    assertThat(response.at("/output").findValuesAsText("text")).containsExactly(said(said));
    assertThat(response.at("/output").findValuesAsText("status"))
        .doesNotContain("in_progress", "completed");
  }

  private static String[] said(String text) {
    return text.isEmpty() ? new String[0] : new String[] {text};
  }

  @Test
  void endsAToolThatHangsWhenItsTimeIsOver() throws IOException {
    model.thenCalls(QUERY);
    tools.hang(new Hanging(timer::ring));

    var response = run(request(MCP));

    assertIncomplete(response);
    var call = response.at("/output/1");
    assertThat(call.path("type").asText()).isEqualTo("mcp_call");
    assertThat(call.path("status").asText()).isEqualTo("incomplete");
    assertThat(call.path("error").asText()).contains("time_over");
    assertThat(model.requests).hasSize(1);
  }

  @Test
  void beginsNoCallOnceItsTimeIsOver() throws IOException {
    model.then((sink, _) -> {
      new ScriptedTurnModel()
          .thenCalls(QUERY).stream(caller, request(), Optional.empty(), cancellation, sink);
      timer.ring();
    });

    var response = run(request(MCP));

    assertIncomplete(response);
    assertThat(tools.calls).isEmpty();
  }

  @Test
  void startsItsTimeOnceAndStopsItAtTheEnd() throws IOException {
    model.thenCalls(QUERY).thenText("x");

    run(request(MCP), new TurnLimits(5, 5, Duration.ofMinutes(7)));

    assertThat(timer.started).containsExactly(Duration.ofMinutes(7));
    assertThat(timer.running()).isZero();
  }

  @Test
  void endsWhatHangsWhenItsCallerLeaves() {
    model.thenHang("", new Hanging(cancellation::cancel));

    assertThatThrownBy(() -> run(request(MCP)))
        .isInstanceOf(IOException.class)
        .hasMessage("the caller has left");
    assertThat(timer.running()).isZero();
  }

  @Test
  void ringsByItselfInTheGateway() throws InterruptedException {
    var rung = new CountDownLatch(1);

    try (var _ = TurnTimer.ofVirtualThreads().start(Duration.ofMillis(1), rung::countDown)) {
      assertThat(rung.await(20, TimeUnit.SECONDS)).isTrue();
    }
  }

  private void assertIncomplete(JsonNode response) {
    assertThat(response.path("status").asText()).isEqualTo("incomplete");
    assertThat(response.at("/incomplete_details/reason").asText()).isEqualTo("max_time");
    assertThat(eventTypes().getLast()).isEqualTo("response.incomplete");
  }

  private static ObjectNode request() {
    return JsonNodeFactory.instance.objectNode();
  }
}
