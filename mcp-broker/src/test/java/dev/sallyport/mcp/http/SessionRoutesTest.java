package dev.sallyport.mcp.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.identity.turn.TurnLimits;
import dev.sallyport.mcp.testing.McpCaller.Answer;
import dev.sallyport.mcp.testing.TestingBroker;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class SessionRoutesTest extends McpRoutesScene {
  @Test
  void servesASession() {
    var session = initialize(alice, "2025-11-25");
    assertThat(session.json().at("/result/protocolVersion").asText()).isEqualTo("2025-11-25");
    assertThat(session.json().at("/result/capabilities").toString())
        .isEqualTo("{\"tools\":{\"listChanged\":true}}");
    var headers = headers(session, "2025-11-25");

    assertThat(
            alice
                .post("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}", headers)
                .status())
        .isEqualTo(202);
    assertThat(request(alice, "ping", empty(), headers).json().path("result").toString())
        .isEqualTo("{}");
    var list = request(alice, "tools/list", empty(), headers).json().path("result");
    assertThat(list.path("tools")).hasSize(2);
    assertThat(list.has("ttlMs")).isFalse();
    var called = request(alice, "tools/call", callParams("echo"), headers).json().path("result");
    assertThat(called.has("content")).isTrue();
    assertThat(called.has("resultType")).isFalse();
    var unknown = request(alice, "resources/none", empty(), headers);
    assertThat(unknown.status()).isEqualTo(200);
    assertThat(unknown.json().at("/error/code").asInt()).isEqualTo(-32601);
    assertThat(alice.post("{\"jsonrpc\":\"2.0\",\"id\":9,\"result\":{}}", headers).status())
        .isEqualTo(202);

    assertThat(alice.send("DELETE", "", headers).status()).isEqualTo(204);
    assertThat(request(alice, "ping", empty(), headers).status()).isEqualTo(404);
    assertThat(alice.send("DELETE", "", headers).status()).isEqualTo(404);
  }

  @Test
  void givesEachSessionATurnOfItsOwn() {
    var first = initialize(alice, "2025-11-25");
    var second = initialize(alice, "2025-11-25");

    var turn = turn(first);
    assertThat(turn).isEqualTo(first.header("Sallyport-Turn")).isNotEqualTo(turn(second));
    var ambient = broker.caller(TestingBroker.ALICE).turn().id().value();
    assertThat(List.of(turn, turn(second))).doesNotContain(ambient);
    var called = request(alice, "tools/call", callParams("echo"), headers(first, "2025-11-25"));
    assertThat(turn(called)).isEqualTo(turn);
    assertThat(called.header("Sallyport-Turn")).isEqualTo(turn);
  }

  @Test
  void keepsToTheTurnThatWasNamed() {
    var named = broker.turns.begin(TestingBroker.ALICE).id().value();
    var params = empty().put("protocolVersion", "2025-11-25");
    var begun = request(alice, "initialize", params, Map.of("Sallyport-Turn", named));
    var other = initialize(alice, "2025-11-25");

    assertThat(turn(begun)).isEqualTo(named);
    var headers = new HashMap<>(headers(begun, "2025-11-25"));
    assertThat(turn(request(alice, "tools/call", callParams("echo"), headers))).isEqualTo(named);
    headers.put("Sallyport-Turn", turn(other));
    assertThat(turn(request(alice, "tools/call", callParams("echo"), headers)))
        .isEqualTo(turn(other));
  }

  @Test
  void endsWithItsTurn() {
    var session = initialize(alice, "2025-11-25");
    for (int i = 0; i < TurnLimits.DEFAULT.perPrincipal(); i++) {
      broker.turns.begin(TestingBroker.ALICE);
    }

    var after = request(alice, "tools/list", empty(), headers(session, "2025-11-25"));

    assertThat(after.status()).isEqualTo(404);
    assertThat(after.json().at("/error/data/code").asText()).isEqualTo("unknown_session");
  }

  private static String turn(Answer answer) {
    return answer.json().at("/result/_meta/dev.sallyport~1turn").asText();
  }

  @ParameterizedTest
  @CsvSource({
    "2025-11-25, 2025-11-25",
    "2025-06-18, 2025-06-18",
    "2025-03-26, 2025-11-25",
    "2024-11-05, 2025-11-25",
    "2026-07-28, 2025-11-25",
    "x, 2025-11-25",
  })
  void settlesOnARevision(String asked, String settled) {
    assertThat(initialize(alice, asked).json().at("/result/protocolVersion").asText())
        .isEqualTo(settled);
  }

  /** ID-44: a session of another. */
  @ParameterizedTest
  @MethodSource("dev.sallyport.mcp.testing.TestingBroker#strangers")
  void knowsASessionOnlyToTheOwnerThatBeganIt(String token, String other) {
    var owner = broker.client(token, "crm");
    var stranger = broker.client(other, "crm");
    var headers = headers(initialize(owner, "2025-11-25"), "2025-11-25");

    assertThat(request(stranger, "ping", empty(), headers).status()).isEqualTo(404);
    assertThat(stranger.send("GET", "", headers).status()).isEqualTo(404);
    assertThat(stranger.send("DELETE", "", headers).status()).isEqualTo(404);
    assertThat(request(owner, "ping", empty(), headers).status()).isEqualTo(200);
  }

  @Test
  void wantsASessionAndARevisionThatItKnows() {
    var headers = headers(initialize(alice, "2025-11-25"), "2025-11-25");
    var id = headers.get("Mcp-Session-Id");

    assertThat(request(alice, "ping", empty(), Map.of()).status()).isEqualTo(400);
    assertThat(request(alice, "ping", empty(), Map.of("Mcp-Session-Id", "none")).status())
        .isEqualTo(404);
    assertThat(request(alice, "ping", empty(), Map.of("Mcp-Session-Id", id)).status())
        .isEqualTo(200);
    for (var version : List.of("2025-03-26", "2024-11-05", "x")) {
      assertThat(
              request(
                      alice,
                      "ping",
                      empty(),
                      Map.of("Mcp-Session-Id", id, "MCP-Protocol-Version", version))
                  .status())
          .isEqualTo(400);
    }
  }

  @Test
  void endsSessionsThatAreLeftAloneOrTooMany() {
    var first = headers(initialize(bob, "2025-11-25"), "2025-11-25");
    broker.clock.advance(Duration.ofMinutes(31));
    assertThat(request(bob, "ping", empty(), first).status()).isEqualTo(404);

    var second = headers(initialize(bob, "2025-11-25"), "2025-11-25");
    broker.clock.advance(Duration.ofSeconds(1));
    for (int i = 0; i < 3; i++) {
      initialize(bob, "2025-11-25");
    }
    assertThat(request(bob, "ping", empty(), second).status()).isEqualTo(404);
  }

  @Test
  void givesUpACallInASessionThatIsCancelled() throws Exception {
    var headers = headers(initialize(alice, "2025-11-25"), "2025-11-25");
    var begun = new CountDownLatch(1);
    var end = new CountDownLatch(1);
    crm.answerCalls((_, _, _) -> {
      begun.countDown();
      await(end);
    });
    var calling =
        Thread.ofVirtual().start(() -> request(alice, "tools/call", callParams("echo"), headers));
    begun.await();

    alice.post(
        "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":1}}",
        headers);

    assertThat(calling.join(Duration.ofSeconds(20))).isTrue();
    end.countDown();
    assertThat(lastOutcome()).contains("aborted");
  }
}
