package dev.sallyport.mcp.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.identity.Owner;
import dev.sallyport.identity.PrincipalId;
import dev.sallyport.identity.action.Cancellation;
import dev.sallyport.identity.testing.TestingClock;
import dev.sallyport.identity.turn.TurnId;
import dev.sallyport.mcp.wire.Json;
import dev.sallyport.mcp.wire.Revision;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SessionsTest {
  private static final Owner ALICE = Owner.alone(new PrincipalId("spiffe://prod/agent/alice"));
  private static final Owner BOB = Owner.alone(new PrincipalId("spiffe://prod/agent/bob"));
  private static final Duration IDLE = Duration.ofMinutes(30);

  private final TestingClock clock = new TestingClock();
  private final Sessions sessions = new Sessions(clock, IDLE, 2, 3);

  @Test
  void findsASessionForItsOwnerOnly() {
    var session = begin(ALICE);

    assertThat(sessions.find(ALICE, session.id())).contains(session);
    assertThat(sessions.find(BOB, session.id())).isEmpty();
    assertThat(sessions.find(ALICE, "another")).isEmpty();
  }

  @Test
  void endsTheSessionOfAPrincipalThatItUsedLongestAgo() {
    var first = begin(ALICE);
    var second = begin(ALICE);
    sessions.find(ALICE, first.id());

    var third = begin(ALICE);

    assertThat(sessions.find(ALICE, second.id())).isEmpty();
    assertThat(sessions.find(ALICE, first.id())).contains(first);
    assertThat(sessions.find(ALICE, third.id())).contains(third);
  }

  @Test
  void endsTheSessionOfAllThatWasUsedLongestAgo() {
    var first = begin(ALICE);
    var second = begin(BOB);
    begin(BOB);
    sessions.find(ALICE, first.id());

    begin(ALICE);

    assertThat(sessions.find(BOB, second.id())).isEmpty();
    assertThat(sessions.find(ALICE, first.id())).contains(first);
  }

  @Test
  void endsASessionThatStaysUnused() {
    var session = begin(ALICE);
    clock.advance(IDLE);
    assertThat(sessions.find(ALICE, session.id())).contains(session);
    clock.advance(IDLE.plusNanos(1));
    assertThat(sessions.find(ALICE, session.id())).isEmpty();
  }

  @Test
  void makesRoomWithWhatIsOver() {
    var first = begin(ALICE);
    clock.advance(IDLE.plusNanos(1));
    var second = begin(BOB);
    var third = begin(BOB);
    var fourth = begin(ALICE);

    assertThat(sessions.find(ALICE, first.id())).isEmpty();
    assertThat(sessions.find(BOB, second.id())).contains(second);
    assertThat(sessions.find(BOB, third.id())).contains(third);
    assertThat(sessions.find(ALICE, fourth.id())).contains(fourth);
  }

  @Test
  void endsWhatIsEnded() {
    var session = begin(ALICE);

    sessions.end(session, Cancellation.Why.CALLER_LEFT);
    sessions.end(session, Cancellation.Why.CALLER_LEFT);

    assertThat(sessions.find(ALICE, session.id())).isEmpty();
  }

  /** Source: JSON Schema 2020-12, for which 1.0 is the integer 1. */
  @ParameterizedTest
  @CsvSource({
    "1, 1, true",
    "1.0, 1, true",
    "1, 1.0, true",
    "100, 1E+2, true",
    "0.0, -0, true",
    "10000000000000000000000.0, 1e22, true",
    "1, 2, false",
    "1, 1.5, false",
    "1, '\"1\"', false",
    "'\"1.0\"', '\"1\"', false",
    "1, null, false"
  })
  void givesUpTheCallOfAnIdHoweverItIsWritten(String called, String cancelled, boolean givenUp)
      throws Exception {
    var session = begin(ALICE);
    var cancellation = new Cancellation();
    session.begin(id(called), cancellation);

    session.cancel(id(cancelled));

    assertThat(cancellation.isCancelled()).isEqualTo(givenUp);
  }

  @Test
  void forgetsTheCallOfAnIdHoweverItIsWritten() throws Exception {
    var session = begin(ALICE);
    var cancellation = new Cancellation();
    session.begin(id("1.0"), cancellation);
    session.end(id("1"), cancellation);

    session.cancel(id("1.0"));

    assertThat(cancellation.isCancelled()).isFalse();
  }

  private static JsonNode id(String written) throws Exception {
    return Json.parseRequest(("{\"id\":" + written + "}").getBytes(UTF_8)).path("id");
  }

  private Sessions.Session begin(Owner owner) {
    return sessions.begin(
        owner,
        new Sessions.Beginning(
            Revision.R2025_11_25, new TurnId("turn_" + "a".repeat(26)), Json.object()));
  }
}
