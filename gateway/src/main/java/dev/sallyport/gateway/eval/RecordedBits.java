package dev.sallyport.gateway.eval;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.identity.audit.EvidenceReader;
import dev.sallyport.sandbox.quarantine.QuarantineLimits;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;

/**
 * What the evidence of a gateway says of bits. It holds no content, so it can be held against the
 * budgets only, not counted once more.
 */
final class RecordedBits {
  private static final QuarantineLimits LIMITS = QuarantineLimits.defaults();

  private final Checks checks;
  private final HashMap<String, JsonNode> intents = new HashMap<>();
  private final HashMap<String, Asked> asked = new HashMap<>();
  private int crossings;
  private long bits;

  private RecordedBits(Checks checks) {
    this.checks = checks;
  }

  /** What the questions of a turn told, and since when; each is charged in whole bits here. */
  private record Asked(Instant since, int bits, int questions) {
    boolean isWithinBudget(Instant now) {
      var hours = (double) Duration.between(since, now).toMillis() / LIMITS.askRefill().toMillis();
      return bits - questions <= LIMITS.askBits() * (1 + hours);
    }
  }

  static void check(Checks checks, Path data) throws IOException {
    var recorded = new RecordedBits(checks);
    new EvidenceReader(data.resolve("evidence")).forEach(recorded::read);
    checks.number("crossings in the evidence of " + data, recorded.crossings);
    checks.number("bits in the evidence of " + data, recorded.bits);
  }

  private void read(JsonNode record) {
    var call = record.path("call_id").asText();
    if (record.path("type").asText().equals("intent")) {
      intents.put(call, record);
      return;
    }
    var told = record.at("/facts/quarantine_bits");
    var intent = intents.remove(call);
    if (intent == null || !told.isInt()) {
      return;
    }
    crossings++;
    bits += told.asInt();
    checks.check(
        "recorded: nothing tells more than its budget",
        told.asInt() <= LIMITS.resultBits(),
        record.toString());
    if (intent.at("/target/operation").asText().equals("q_ask")) {
      ask(intent, told.asInt(), Instant.parse(record.path("at").asText()));
    }
  }

  private void ask(JsonNode intent, int told, Instant now) {
    var turn = intent.path("turn").asText();
    var before = asked.getOrDefault(turn, new Asked(now, 0, 0));
    var after = new Asked(before.since(), before.bits() + told, before.questions() + 1);
    asked.put(turn, after);
    checks.check(
        "recorded: the questions of a turn are within its budget",
        after.isWithinBudget(now),
        "%s: %d bits".formatted(turn, after.bits()));
  }

  @Override
  public String toString() {
    return "RecordedBits[" + crossings + "]";
  }
}
