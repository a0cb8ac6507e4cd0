package dev.sallyport.gateway.bench;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sallyport.gateway.trial.TrialIdentity;
import dev.sallyport.identity.action.CallId;
import dev.sallyport.identity.action.Decision;
import dev.sallyport.identity.action.Outcome;
import dev.sallyport.identity.audit.EvidenceLedger;
import dev.sallyport.identity.audit.LedgerConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * How many records of evidence become durable in a second, against a bare file that is committed in
 * groups and takes records of the same size.
 */
final class EvidenceBench {
  static final String NAME = "evidence";

  private static final int ROUNDS = 3;
  private static final int CALLERS = 64;

  /** About the size of a record. */
  private static final int RECORD_BYTES = 700;

  private static final List<Target> TARGETS =
      List.of(Target.atLeast("evidence.rps_ratio." + CALLERS, 0.5, 0.8));
  private static final Decision.Allowed ALLOWED =
      new Decision.Allowed(
          new Decision.Rule("bench-tools", "0123456789ab", "/spec/tools/0"),
          "bench",
          McpAnswers.TOOL,
          List.of());

  private EvidenceBench() {}

  /**
   * Measures it.
   *
   * @param folder for the records
   * @param callers how many wait for records at a time, rather than 64
   */
  static BenchReport run(Path folder, Duration time, Optional<Integer> callers, InstantSource clock)
      throws IOException {
    int number = callers.orElse(CALLERS);
    var ratio = new double[ROUNDS];
    var perSecond = new double[ROUNDS];
    var micros = new double[ROUNDS];
    try (var ledger =
            EvidenceLedger.open(
                LedgerConfig.in(folder.resolve("evidence")), new BenchKeys(), clock);
        var bare = new GroupCommittedFile(folder.resolve("bare"))) {
      write(ledger, number, time); // warms up
      for (int round = 0; round < ROUNDS; round++) {
        var theirs = Callers.run(number, time, () -> bare.append(new byte[RECORD_BYTES]));
        var ours = write(ledger, number, time);
        perSecond[round] = 2 * ours.perSecond();
        ratio[round] = perSecond[round] / theirs.perSecond();
        micros[round] = ours.micros(0.5) / 2;
      }
    }
    var measures = new LinkedHashMap<String, Measure>();
    measures.put("evidence.rps_ratio." + number, Measure.of(ratio));
    measures.put("evidence.records_per_s." + number, Measure.of(perSecond));
    measures.put("evidence.p50_us." + number, Measure.of(micros));
    return new BenchReport(
        NAME,
        "the intent and the outcome of tool calls, each durable before the next, hash-chained",
        "a bare file that takes %d bytes a record and is committed in groups, both on %s"
            .formatted(RECORD_BYTES, Files.getFileStore(folder).type()),
        List.of(),
        measures,
        TARGETS);
  }

  /** Writes two records at a time: the intent and the outcome of a call. */
  private static LoadResult write(EvidenceLedger ledger, int callers, Duration time) {
    var action = SampleAction.toolCall(TrialIdentity.WORKLOAD, "bench", McpAnswers.TOOL);
    return Callers.run(
        callers,
        time,
        () ->
            ledger
                .begin(new CallId(UUID.randomUUID().toString()), action, ALLOWED)
                .end(
                    new Outcome.Succeeded(),
                    JsonNodeFactory.instance.objectNode().put("bytes", 512)));
  }
}
