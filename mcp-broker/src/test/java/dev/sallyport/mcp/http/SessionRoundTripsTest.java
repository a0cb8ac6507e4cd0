package dev.sallyport.mcp.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients with sessions are asked on the streams of their requests, whatever the server speaks. */
class SessionRoundTripsTest extends RoundTripScene {
  private static final ObjectNode CALL = call("ask", "a");

  @ParameterizedTest
  @CsvSource({
    "modern, elicitation, elicitation/create",
    "modern, sampling, sampling/createMessage",
    "modern, roots, roots/list",
    "legacy, elicitation, elicitation/create",
    "legacy, sampling, sampling/createMessage",
    "legacy, roots, roots/list",
  })
  void asksOnTheStreamAndTakesWhatIsPosted(String door, String capability, String method) {
    modern.answerCalls((_, exchange, request) -> wishOnce(exchange, request, method));
    legacy.answerCalls((server, exchange, request) -> asking(server, exchange, request, method));
    var caller = alice(door);
    var session = session(caller, capability);

    try (var stream = open(caller, session, 7, "tools/call", CALL)) {
      var question = stream.next();
      assertThat(question.path("method").asText()).isEqualTo(method);
      assertThat(question.path("id").isTextual()).isTrue();
      assertThat(reply(caller, session, question, empty().put("action", "accept")).status())
          .isEqualTo(202);

      var answer = stream.next();
      assertThat(answer.path("id").asInt()).isEqualTo(7);
      assertThat(answer.at("/result/structuredContent").toString()).contains("accept");
      assertThat(answer.path("result").has("resultType")).isFalse();
      assertThat(stream.rest()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"modern", "legacy"})
  void carriesAClientsRefusalOn(String door) {
    var caller = alice(door);
    var session = session(caller, "elicitation");

    try (var stream = open(caller, session, 1, "tools/call", CALL)) {
      var refusal = empty().put("jsonrpc", "2.0");
      refusal.set("id", stream.next().get("id"));
      refusal.putObject("error").put("code", -1).put("message", "no");
      assertThat(caller.post(refusal.toString(), session).status()).isEqualTo(202);

      var result = stream.next().path("result");
      if (door.equals("modern")) {
        assertThat(result.at("/structuredContent/code").asText()).isEqualTo("upstream_rejected");
      } else {
        assertThat(result.at("/structuredContent/answers/0/code").asInt()).isEqualTo(-1);
      }
    }
  }

  @Test
  void bringsAWishBackEightTimesAndNoMore() {
    modern.answerCalls((_, exchange, request) -> result(exchange, request, wish(ELICIT, "s")));
    var caller = alice("modern");
    var session = session(caller, "elicitation");
    int before = modern.seen("tools/call").size();

    try (var stream = open(caller, session, 1, "tools/call", CALL)) {
      for (int round = 1; round <= 8; round++) {
        var question = stream.next();
        assertThat(question.path("method").asText()).isEqualTo(ELICIT);
        var _ = reply(caller, session, question, empty().put("action", "accept"));
      }
      assertThat(stream.next().at("/result/structuredContent/code").asText())
          .isEqualTo("upstream_rejected");
    }
    assertThat(modern.seen("tools/call")).hasSize(before + 8);
  }

  @ParameterizedTest
  @ValueSource(strings = {"modern", "legacy"})
  void asksNobodyWhoDidNotSayThatItAnswers(String door) {
    var caller = alice(door);
    var session = session(caller, "sampling");

    try (var stream = open(caller, session, 1, "tools/call", CALL)) {
      var answer = stream.next();

      assertThat(answer.has("method")).isFalse();
      if (door.equals("modern")) {
        assertThat(answer.at("/result/structuredContent/code").asText())
            .isEqualTo("upstream_malformed");
      } else {
        assertThat(answer.at("/result/structuredContent/answers/0/code").asInt())
            .isEqualTo(-32_601);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"modern", "legacy"})
  void takesAnAnswerOnlyInTheSessionThatWasAsked(String door) {
    var caller = alice(door);
    var session = session(caller, "elicitation");
    var another = session(caller, "elicitation");
    var bobs = session(bob(door), "elicitation");

    try (var stream = open(caller, session, 1, "tools/call", CALL)) {
      var question = stream.next();
      var lie = empty().put("action", "lie");
      assertThat(reply(caller, another, question, lie).status()).isEqualTo(202);
      assertThat(reply(bob(door), bobs, question, lie).status()).isEqualTo(202);
      assertThat(reply(bob(door), session, question, lie).status()).isEqualTo(404);
      var other = empty().put("id", question.path("id").asText() + "0");
      assertThat(reply(caller, session, other, lie).status()).isEqualTo(202);
      var _ = reply(caller, session, question, empty().put("action", "accept"));

      assertThat(stream.next().at("/result/structuredContent").toString())
          .contains("accept")
          .doesNotContain("lie");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"modern", "legacy"})
  void keepsCallsApartThatAskAtTheSameTime(String door) {
    var caller = alice(door);
    var session = session(caller, "elicitation");

    try (var one = open(caller, session, 1, "tools/call", call("ask", "one"));
        var two = open(caller, session, 2, "tools/call", call("ask", "two"))) {
      var first = one.next();
      var second = two.next();
      assertThat(first.get("id")).isNotEqualTo(second.get("id"));
      var _ = reply(caller, session, second, empty().put("to", "two"));
      var _ = reply(caller, session, first, empty().put("to", "one"));

      assertThat(one.next().toString()).contains("\"id\":1", "\"to\":\"one\"");
      assertThat(two.next().toString()).contains("\"id\":2", "\"to\":\"two\"");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"modern", "legacy"})
  void givesUpACallThatIsCancelledWhileItsQuestionIsOpen(String door) {
    var caller = alice(door);
    var session = session(caller, "elicitation");
    long aborted = outcomes("aborted");

    try (var stream = open(caller, session, 5, "tools/call", CALL)) {
      var question = stream.next();
      var cancelled = empty().put("jsonrpc", "2.0").put("method", "notifications/cancelled");
      cancelled.putObject("params").put("requestId", 5);
      assertThat(caller.post(cancelled.toString(), session).status()).isEqualTo(202);

      awaitOutcomes("aborted", aborted + 1);
      assertThat(stream.next().at("/error/data/code").asText()).isEqualTo("caller_left");
      assertThat(reply(caller, session, question, empty()).status()).isEqualTo(202);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"modern", "legacy"})
  void givesUpACallWhoseSessionEndsWhileItsQuestionIsOpen(String door) {
    var caller = alice(door);
    var session = session(caller, "elicitation");
    long aborted = outcomes("aborted");

    try (var stream = open(caller, session, 1, "tools/call", CALL)) {
      var _ = stream.next();
      assertThat(caller.send("DELETE", "", session).status()).isEqualTo(204);
      awaitOutcomes("aborted", aborted + 1);
    }
  }
}
