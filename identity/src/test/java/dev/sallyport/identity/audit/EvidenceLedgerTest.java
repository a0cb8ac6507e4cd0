package dev.sallyport.identity.audit;

import static dev.sallyport.identity.audit.LedgerSamples.ALLOWED;
import static dev.sallyport.identity.audit.LedgerSamples.action;
import static dev.sallyport.identity.audit.LedgerSamples.call;
import static dev.sallyport.identity.audit.LedgerSamples.facts;
import static dev.sallyport.identity.audit.LedgerSamples.records;
import static dev.sallyport.identity.audit.LedgerSamples.summary;
import static dev.sallyport.identity.testing.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.identity.action.Decision;
import dev.sallyport.identity.action.Outcome;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.identity.action.Target;
import dev.sallyport.identity.digest.Sha256;
import dev.sallyport.identity.testing.TestingClock;
import dev.sallyport.identity.testing.TestingSigningKeys;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class EvidenceLedgerTest {
  private static final Instant NOW = Instant.parse("2026-11-21T10:00:00.123456789Z");

  private final TestingSigningKeys keys = new TestingSigningKeys();
  @TempDir private Path directory;

  @Test
  void writesIntentAndOutcomeInAFixedOrderOfFields() throws IOException {
    try (var ledger = open()) {
      ledger
          .begin(call("c1"), action(), ALLOWED)
          .end(new Outcome.Succeeded(), facts().put("bytes", 7));
    }

    var intent = records(directory).get(1);
    var salt = intent.at("/args/salt").asText();
    var digest = Sha256.create();
    digest.update(HexFormat.of().parseHex(salt));
    digest.update("{\"secret\":\"canary\"}".getBytes(StandardCharsets.UTF_8));
    assertThat(intent.toString())
        .isEqualTo(
            """
            {"seq":1,"at":"2026-11-21T10:00:00.123456Z","type":"intent","call_id":"c1",\
            "principal":"spiffe://prod/agent/a","method":"jwt-svid",\
            "turn":"turn_aaaaaaaaaaaaaaaaaaaaaaaaaa","door":"mcp",\
            "target":{"kind":"tool","server":"sf","tool":"query"},\
            "resource":"salesforce.accounts","action":"read","policy":"analyst",\
            "policy_version":"0123456789ab","rule":"/spec/tools/0/actions/0",\
            "credentials":[{"credential":"crm","version":2,"destination":"server:sf"}],\
            "args":{"salt":"%s","sha256":"%s","bytes":19}}\
            """
                .formatted(salt, HexFormat.of().formatHex(digest.digest())));
    assertThat(records(directory).get(2).toString())
        .isEqualTo(
            """
            {"seq":2,"at":"2026-11-21T10:00:00.123456Z","type":"outcome","call_id":"c1",\
            "outcome":"ok","facts":{"bytes":7}}\
            """);
  }

  @Test
  void writesADenialWithWhatTheCallerIsToldAndTheReason() throws IOException {
    var rule = new Decision.Rule("analyst", "0123456789ab", "/spec/tools/0/deny/1");
    try (var ledger = open()) {
      ledger.denied(
          call("c1"),
          action(),
          new Decision.Denied(RefusalCode.UNKNOWN_TOOL, "denied_by_rule", Optional.of(rule)));
    }

    var denied = records(directory).get(1);
    assertThat(denied.fieldNames())
        .toIterable()
        .containsExactly(
            "seq",
            "at",
            "type",
            "call_id",
            "principal",
            "method",
            "turn",
            "door",
            "target",
            "policy",
            "policy_version",
            "rule",
            "credentials",
            "args",
            "outcome",
            "code",
            "reason");
    assertThat(denied.path("code").asText()).isEqualTo("unknown_tool");
    assertThat(denied.path("reason").asText()).isEqualTo("denied_by_rule");
  }

  static List<Target> targets() {
    return List.of(
        new Target.Tool("s", "t"),
        new Target.Prompt("s", "p"),
        new Target.Resource("s", "file:///a"),
        new Target.Template("s", "file:///{a}"),
        new Target.Model("fast"),
        new Target.TurnOperation("q_get"),
        new Target.ServerInspection("s"),
        new Target.Administration("AgentPolicy", "p", "put"));
  }

  @ParameterizedTest
  @MethodSource("targets")
  void namesEveryKindOfTarget(Target target) throws IOException {
    try (var ledger = open()) {
      ledger.begin(call("c1"), action(target, ""), ALLOWED);
    }
    assertThat(records(directory).get(1).path("target").toString())
        .isEqualTo(
            switch (target) {
              case Target.Tool _ -> "{\"kind\":\"tool\",\"server\":\"s\",\"tool\":\"t\"}";
              case Target.Prompt _ -> "{\"kind\":\"prompt\",\"server\":\"s\",\"prompt\":\"p\"}";
              case Target.Resource _ ->
                  "{\"kind\":\"server_resource\",\"server\":\"s\",\"uri\":\"file:///a\"}";
              case Target.Template _ ->
                  "{\"kind\":\"server_template\",\"server\":\"s\",\"template\":\"file:///{a}\"}";
              case Target.Model _ -> "{\"kind\":\"model\",\"alias\":\"fast\"}";
              case Target.TurnOperation _ -> "{\"kind\":\"turn\",\"operation\":\"q_get\"}";
              case Target.ServerInspection _ -> "{\"kind\":\"server\",\"server\":\"s\"}";
              case Target.Administration _ ->
                  "{\"kind\":\"resource\",\"resource_kind\":\"AgentPolicy\",\"name\":\"p\","
                      + "\"verb\":\"put\"}";
            });
  }

  static Stream<Outcome> outcomes() {
    return Stream.of(
        new Outcome.Succeeded(),
        new Outcome.ToolFailed(),
        new Outcome.Refused(RefusalCode.UPSTREAM_TIMEOUT),
        new Outcome.Failed("NullPointerException"),
        new Outcome.Aborted("caller_left"));
  }

  @ParameterizedTest
  @MethodSource("outcomes")
  void namesEveryKindOfOutcome(Outcome outcome) throws IOException {
    try (var ledger = open()) {
      ledger.begin(call("c1"), action(), ALLOWED).end(outcome, facts());
    }
    var record = records(directory).get(2);
    assertThat(record.path("outcome").asText()).isEqualTo(outcome.label());
    assertThat(record.path("code").asText() + record.path("reason").asText())
        .isEqualTo(
            switch (outcome) {
              case Outcome.Refused _ -> "upstream_timeout";
              case Outcome.Failed _ -> "NullPointerException";
              case Outcome.Aborted _ -> "caller_left";
              case Outcome.Succeeded _, Outcome.ToolFailed _ -> "";
            });
  }

  @Test
  void holdsNoContentOfArguments() throws IOException {
    try (var ledger = open()) {
      ledger.begin(call("c1"), action(), ALLOWED).end(new Outcome.Succeeded(), facts());
    }
    assertThat(text()).doesNotContain("canary");
  }

  static List<String> hostileNames() {
    return List.of(
        "a\nb",
        "a\r\n{\"seq\":0}",
        "\u0000\u001b[31m",
        "\u202eevil",
        "\u2028",
        "\ud800",
        "\udc00x",
        "\"}",
        "\\",
        "x".repeat(10_000_000),
        "\ud83d\ude00".repeat(1_000));
  }

  @ParameterizedTest(name = "{index}")
  @MethodSource("hostileNames")
  void au05_keepsARecordToOneShortLineOfVisibleAscii(String name) throws IOException {
    try (var ledger = open()) {
      ledger.begin(call("c1"), action(new Target.Tool("s", name), name), ALLOWED);
    }
    var payloads = payloads();
    assertThat(payloads).hasSize(3);
    assertThat(payloads.get(1)).matches("[\\x20-\\x7e]{1,5000}");
    var recorded = records(directory).get(1).at("/target/tool").asText();
    assertThat(recorded)
        .isEqualTo(
            name.length() <= RecordEncoder.MAX_TEXT
                ? name
                : name.substring(0, RecordEncoder.MAX_TEXT)
                    + " (cut, of "
                    + name.length()
                    + " characters)");
  }

  @Test
  void au05_leavesOutFactsThatAreTooLong() throws IOException {
    try (var ledger = open()) {
      ledger.event("most", facts().put("x", "y".repeat(RecordEncoder.MAX_FACTS_BYTES - 8)));
      ledger.event("too much", facts().put("x", "y".repeat(RecordEncoder.MAX_FACTS_BYTES - 7)));
    }
    assertThat(records(directory).get(1).at("/facts/x").asText())
        .hasSize(RecordEncoder.MAX_FACTS_BYTES - 8);
    assertThat(records(directory).get(2).path("facts").toString())
        .isEqualTo(
            "{\"x\":{\"omitted_bytes\":%d},\"omitted_bytes\":%d}"
                .formatted(RecordEncoder.MAX_FACTS_BYTES - 5, RecordEncoder.MAX_FACTS_BYTES + 1));
  }

  @Test
  void au05_keepsWhatIsShortBesideWhatACallerMadeLong() throws IOException {
    try (var ledger = open()) {
      var made = facts();
      var dropped = made.putArray("dropped");
      for (int i = 0; i < 2_000; i++) {
        dropped.add("parameter-" + i);
      }
      ledger.event("long", made.put("deployment", "main").put("tokens_in", 7).put("cost", 41));
    }
    var kept = records(directory).get(1).path("facts");
    assertThat(kept.path("deployment").asText()).isEqualTo("main");
    assertThat(kept.path("tokens_in").asInt()).isEqualTo(7);
    assertThat(kept.path("cost").asInt()).isEqualTo(41);
    assertThat(kept.at("/dropped/omitted_bytes").asInt()).isGreaterThan(20_000);
  }

  @Test
  void au07_recordsThatTheClockWentBackButNeverCountsBack() throws IOException {
    var clock = new ArrayList<>(List.of(NOW, NOW.minusSeconds(3_600), NOW.plusSeconds(1)));
    InstantSource source = () -> clock.size() > 1 ? clock.removeFirst() : clock.getFirst();
    try (var ledger = EvidenceLedger.open(LedgerConfig.in(directory), keys, source)) {
      ledger.event("a", facts());
    }
    assertThat(records(directory))
        .extracting(record -> record.path("seq").asLong() + " " + record.path("at").asText())
        .containsExactly(
            "0 2026-11-21T10:00:00.123456Z",
            "1 2026-11-21T09:00:00.123456Z",
            "2 2026-11-21T10:00:01.123456Z");
  }

  @Test
  void writesForManyCallersAtOnce() throws Exception {
    try (var ledger = open();
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 2_000; i++) {
        var id = call("c" + i);
        threads.execute(
            () -> ledger.begin(id, action(), ALLOWED).end(new Outcome.Succeeded(), facts()));
      }
    }
    var records = records(directory);
    assertThat(records)
        .extracting(record -> record.path("seq").asInt())
        .containsExactlyElementsOf(IntStream.range(0, 4_002).boxed().toList());
    assertThat(records)
        .filteredOn(record -> record.path("outcome").asText().equals("ok"))
        .hasSize(2_000);
    assertThat(LedgerVerifier.verify(directory)).isInstanceOf(Verification.Verified.class);
  }

  @Test
  void holdsCallersBackWhenTheQueueIsFull() throws Exception {
    var config = new LedgerConfig(directory, "test", LedgerConfig.MIN_SEGMENT_BYTES, 1);
    try (var ledger = EvidenceLedger.open(config, keys, InstantSource.fixed(NOW))) {
      try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
        for (int i = 0; i < 50; i++) {
          threads.execute(() -> ledger.event("e", facts()));
        }
      }
    }
    assertThat(records(directory))
        .filteredOn(record -> record.path("event").asText().equals("e"))
        .hasSize(50);
  }

  @Test
  void keepsACallersInterruptForItself() throws Exception {
    try (var ledger = open()) {
      Thread.currentThread().interrupt();
      ledger.event("e", facts());
      assertThat(Thread.interrupted()).isTrue();
    }
    assertThat(summary(directory)).contains("event e");
  }

  @Test
  void refusesEverythingAfterItWasClosed() throws IOException {
    var ledger = open();
    var entry = ledger.begin(call("c1"), action(), ALLOWED);
    ledger.close();
    ledger.close();

    assertRefused(RefusalCode.EVIDENCE_UNAVAILABLE, () -> ledger.event("late", facts()));
    assertRefused(
        RefusalCode.EVIDENCE_UNAVAILABLE, () -> entry.end(new Outcome.Succeeded(), facts()));
  }

  @Test
  void signsWhileItIsWrittenButNotEveryWrite() throws Exception {
    var notes = directory.resolve(CheckpointFile.NAME);
    int records = 0;
    try (var ledger = open()) {
      while (Files.size(notes) == 0) {
        ledger.event("e", facts());
        records++;
      }
    }
    assertThat(records).isGreaterThan(1);
    assertThat(LedgerVerifier.verify(directory))
        .isInstanceOfSatisfying(
            Verification.Verified.class,
            verified -> assertThat(verified.checkpoints()).isGreaterThanOrEqualTo(2));
  }

  @Test
  void writesCheckpointsAsSignedNotes() throws IOException {
    EvidenceLedger.open(
            LedgerConfig.in(directory).withOrigin("example/log"), keys, new TestingClock())
        .close();

    var note = Files.readString(directory.resolve("checkpoints"));
    assertThat(note)
        .matches(
            """
            example/log
            2
            [A-Za-z0-9+/]{43}=
            chain [A-Za-z0-9+/]{43}=

            \u2014 example/log [A-Za-z0-9+/]{91}=
            """);
  }

  private EvidenceLedger open() throws IOException {
    return EvidenceLedger.open(LedgerConfig.in(directory), keys, InstantSource.fixed(NOW));
  }

  private List<String> payloads() throws IOException {
    var payloads = new ArrayList<String>();
    try (var reader = new SegmentReader(SegmentHeader.files(directory).getFirst())) {
      assertThat(reader.header()).isPresent();
      while (reader.next() instanceof SegmentReader.Entry entry) {
        payloads.add(new String(entry.payload(), StandardCharsets.ISO_8859_1));
      }
    }
    return payloads;
  }

  private String text() throws IOException {
    var text = new StringBuilder();
    try (var files = Files.list(directory)) {
      for (var file : files.toList()) {
        text.append(Files.readString(file, StandardCharsets.ISO_8859_1));
      }
    }
    return text.toString();
  }
}
