package dev.sallyport.mcp.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.mcp.testing.Fault;
import dev.sallyport.mcp.testing.FaultyProcess;
import dev.sallyport.mcp.testing.FaultyServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a server does that goes wrong in any way: its caller is told in time and in our words, the
 * evidence has it, other servers answer as fast as before, and the server itself works again.
 */
@Timeout(120)
class FaultMatrixTest extends FaultScene {
  /** What a busy machine takes beside the time that an answer may take. */
  private static final Duration SLACK = Duration.ofSeconds(10);

  /** How the call ends, by how the server is reached; a dash where there is no such thing. */
  private static final String MATRIX =
      """
                                      | HTTP, in sessions    | HTTP, without        | stdio
      KILLED_IN_MID_CALL              | upstream_unavailable | upstream_unavailable | upstream_unavailable
      KILLED_BEFORE_THE_CALL          | upstream_unavailable | upstream_unavailable | ok
      HANGS                           | upstream_timeout     | upstream_timeout     | upstream_timeout
      DRIPS_ITS_HEAD                  | upstream_timeout     | upstream_timeout     | -
      DRIPS_ITS_ANSWER                | upstream_timeout     | upstream_timeout     | upstream_timeout
      STOPS_IN_THE_ANSWER             | upstream_timeout     | upstream_timeout     | upstream_timeout
      FLOODS_WITH_MESSAGES            | upstream_malformed   | upstream_malformed   | upstream_malformed
      FLOODS_WITH_BYTES               | result_too_large     | result_too_large     | result_too_large
      FLOODS_WITH_NOTHING             | upstream_malformed   | upstream_malformed   | upstream_malformed
      FLOODS_WITH_A_HEAD              | result_too_large     | result_too_large     | -
      FLOODS_ITS_LOG                  | -                    | -                    | ok
      ANSWERS_NO_JSON                 | upstream_malformed   | upstream_malformed   | upstream_malformed
      STREAMS_NO_JSON                 | upstream_malformed   | upstream_malformed   | -
      ANSWERS_ANOTHER_TYPE            | upstream_malformed   | upstream_malformed   | -
      FAILS_WITH_500                  | upstream_unavailable | upstream_unavailable | -
      ANSWERS_NOTHING                 | upstream_rejected    | upstream_rejected    | -
      ANSWERS_ANOTHER_ID              | upstream_malformed   | upstream_malformed   | upstream_timeout
      ANSWERS_TWICE                   | ok                   | ok                   | ok
      ANSWERS_AGAIN_LATER             | ok                   | ok                   | ok
      ANSWERS_TOO_LATE                | upstream_timeout     | upstream_timeout     | upstream_timeout
      ANSWERS_TOO_MUCH                | result_too_large     | result_too_large     | result_too_large
      STREAMS_TOO_MUCH                | result_too_large     | result_too_large     | -
      CLOSES_ITS_OUTPUT               | upstream_unavailable | upstream_unavailable | upstream_unavailable
      CLOSES_ITS_OUTPUT_IN_THE_ANSWER | upstream_unavailable | upstream_unavailable | upstream_unavailable
      CLOSES_ITS_INPUT                | upstream_timeout     | upstream_timeout     | upstream_timeout
      EXITS_AT_ITS_START              | -                    | -                    | upstream_unavailable
      WRITES_GARBAGE_AT_ITS_START     | -                    | -                    | ok
      """;

  /** What happens if a server goes wrong that is reached in that way. */
  record Cell(Reach reach, String ending) {
    Duration deadline() {
      return ending.equals("upstream_timeout") ? SOON : LATE;
    }

    @Override
    public String toString() {
      return reach + " " + ending;
    }
  }

  /** A server that goes wrong. */
  private record Bad(String name, FaultyServer server, Cell cell) {}

  static Stream<Arguments> rows() {
    return MATRIX
        .lines()
        .skip(1)
        .map(FaultMatrixTest::columns)
        .map(row -> Arguments.of(Fault.valueOf(row.getFirst()), cells(row)));
  }

  private static List<Cell> cells(List<String> row) {
    return Stream.of(
            new Cell(Reach.HTTP_IN_SESSIONS, row.get(1)),
            new Cell(Reach.HTTP_WITHOUT_SESSIONS, row.get(2)),
            new Cell(Reach.STDIO, row.get(3)))
        .filter(cell -> !cell.ending().equals("-"))
        .toList();
  }

  private static List<String> columns(String line) {
    return Arrays.stream(line.split("\\|", -1)).map(String::strip).toList();
  }

  @Test
  void knowsEveryFault() {
    assertThat(MATRIX.lines().skip(1).map(line -> columns(line).getFirst()))
        .containsExactly(Arrays.stream(Fault.values()).map(Fault::name).toArray(String[]::new));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("rows")
  void isToldRecordedAndContained(Fault fault, List<Cell> cells) throws Exception {
    var all = new ArrayList<Bad>();
    try {
      for (var cell : cells) {
        var server = cell.reach().start();
        all.add(new Bad(register(server, cell.deadline()), server, cell));
        assertSteady(alice, all.getLast().name());
      }
      goWrong(fault, all);
    } finally {
      for (var bad : all) {
        remove(bad.name());
        bad.server().close();
      }
    }
  }

  private void goWrong(Fault fault, List<Bad> all) throws InterruptedException {
    var before = latencyOfTheGood();
    var calls = new ArrayList<CompletableFuture<Timed>>();
    for (var bad : all) {
      bad.server().prepare(fault);
      awaitNoticed(bad.name(), fault);
      calls.add(beginFaulty(alice, bad.name(), fault));
      if (isInTheCall(fault, bad.cell().ending())) {
        bad.server().awaitBegun(1);
      }
    }
    var during = latencyOfTheGood();

    for (int i = 0; i < all.size(); i++) {
      var bad = all.get(i);
      var said = calls.get(i).join();
      bad.server().mend();
      assertTold(said, bad.cell());
      assertRecorded(bad.name(), said, bad.cell());
      assertWorksAgain(bad);
    }
    assertSame(before, during);
  }

  /** What a process wrote last was read, and so its end was seen. */
  private static void awaitNoticed(String server, Fault fault) throws InterruptedException {
    if (FaultyProcess.DEAD_BEFORE.contains(fault)) {
      for (var thread : Thread.getAllStackTraces().keySet()) {
        if (thread.getName().equals("mcp-" + server + "-out")) {
          thread.join();
        }
      }
    }
  }

  private static boolean isInTheCall(Fault fault, String ending) {
    return fault != Fault.EXITS_AT_ITS_START
        && (fault != Fault.KILLED_BEFORE_THE_CALL || ending.equals("ok"));
  }

  /** In time and in our words, of which a caller can make something. */
  private static void assertTold(Timed said, Cell cell) {
    var ending = cell.ending();
    assertThat(said.answer().status()).isEqualTo(200);
    assertThat(said.all()).doesNotContain(Fault.LEAK);
    assertThat(said.took()).isLessThan(cell.deadline().plus(SLACK));
    if (ending.equals("ok")) {
      assertThat(said.text()).as("%s: %s", cell, said.all()).isEqualTo("first");
      assertThat(said.result().path("isError").asBoolean()).isFalse();
      return;
    }
    var advice = RefusalCode.valueOf(ending.toUpperCase(Locale.ROOT)).advice();
    assertThat(said.text()).as("%s: %s", cell, said.all()).isEqualTo(ending + ": " + advice);
    assertThat(said.result().path("isError").asBoolean()).isTrue();
    var data = said.result().path("structuredContent");
    assertThat(data.path("code").asText()).isEqualTo(ending);
    assertThat(data.path("advice").asText()).isEqualTo(advice);
    assertThat(data.fieldNames())
        .toIterable()
        .isSubsetOf("code", "advice", "callId", "retryAfterMillis");
  }

  /** Once, before it was made and after it ended. */
  private void assertRecorded(String server, Timed said, Cell cell) {
    var ending = cell.ending();
    var records = recordsOfFaulty(server);
    assertThat(records)
        .as("%s", cell)
        .extracting(record -> record.path("type").asText())
        .containsExactly("intent", "outcome");
    var outcome = records.getLast();
    boolean refused = !ending.equals("ok");
    assertThat(outcome.path("outcome").asText()).isEqualTo(refused ? "refused" : "ok");
    assertThat(outcome.path("code").asText()).isEqualTo(refused ? ending : "");
    if (refused) {
      assertThat(said.result().at("/structuredContent/callId").asText())
          .isEqualTo(outcome.path("call_id").asText());
    }
  }

  /** At once, save for a process, which has to start. */
  private void assertWorksAgain(Bad bad) {
    if (bad.cell().reach() == Reach.STDIO) {
      awaitSteady(alice, bad.name());
    }
    for (int i = 0; i < 3; i++) {
      assertSteady(alice, bad.name());
    }
    assertThat(load(bad.name()).underWay()).isZero();
  }
}
