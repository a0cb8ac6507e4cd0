package dev.sallyport.identity.audit;

import static dev.sallyport.identity.audit.LedgerSamples.ALLOWED;
import static dev.sallyport.identity.audit.LedgerSamples.action;
import static dev.sallyport.identity.audit.LedgerSamples.call;
import static dev.sallyport.identity.audit.LedgerSamples.facts;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.identity.action.Action;
import dev.sallyport.identity.action.Caller;
import dev.sallyport.identity.action.Outcome;
import dev.sallyport.identity.testing.TestingClock;
import dev.sallyport.identity.testing.TestingSigningKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvidenceReaderTest {
  private static final int CALLS = 20;

  @TempDir private Path directory;
  private EvidenceLedger ledger;
  private EvidenceReader reader;

  @BeforeEach
  void writeSomeCallsOfTwoTurns() throws IOException {
    var config = LedgerConfig.in(directory).withSegmentBytes(LedgerConfig.MIN_SEGMENT_BYTES);
    ledger = EvidenceLedger.open(config, new TestingSigningKeys(), new TestingClock());
    reader = new EvidenceReader(directory);
    for (int i = 0; i < CALLS; i++) {
      ledger
          .begin(call("c" + i), inTurn(i % 2 == 0 ? 'a' : 'b'), ALLOWED)
          .end(new Outcome.Succeeded(), facts().put("note", "\"call_id\":\"c3\",\"turn\":\"x\""));
    }
  }

  @AfterEach
  void close() throws IOException {
    ledger.close();
  }

  @Test
  void readsWhatIsWrittenSoFar() throws IOException {
    assertThat(SegmentHeader.files(directory)).hasSizeGreaterThan(3);
    assertThat(LedgerSamples.records(directory))
        .extracting(EvidenceReaderTest::seq)
        .isSorted()
        .hasSizeGreaterThan(2 * CALLS)
        .first()
        .isEqualTo(0L);
    ledger.event("later", facts());
    assertThat(reader.last(1))
        .extracting(record -> record.path("event").asText())
        .containsExactly("later");
  }

  @Test
  void findsTheRecordsOfOneCall() throws IOException {
    assertThat(reader.call("c3"))
        .extracting(record -> record.path("type").asText() + record.path("call_id").asText())
        .containsExactly("intentc3", "outcomec3");
    assertThat(reader.call("none")).isEmpty();
  }

  @Test
  void findsTheRecordsOfOneTurn() throws IOException {
    var found = reader.turn(LedgerSamples.turn('a').id().value());
    assertThat(found).hasSize(CALLS);
    assertThat(found)
        .allMatch(
            record -> Integer.parseInt(record.path("call_id").asText().substring(1)) % 2 == 0);
    assertThat(reader.turn(LedgerSamples.turn('c').id().value())).isEmpty();
  }

  @Test
  void givesTheLastRecordsAcrossFiles() throws IOException {
    var all = LedgerSamples.records(directory);
    for (int count : List.of(0, 1, 7, all.size(), all.size() + 1)) {
      assertThat(reader.last(count))
          .isEqualTo(all.subList(Math.max(0, all.size() - count), all.size()));
    }
  }

  @Test
  void givesPagesFromANumberOn() throws IOException {
    var all = LedgerSamples.records(directory);
    for (int first = 0; first <= all.size(); first++) {
      assertThat(reader.from(first, 5))
          .isEqualTo(all.subList(first, Math.min(all.size(), first + 5)));
    }
  }

  @Test
  void stopsBeforeARecordThatIsBeingWritten() throws IOException {
    var before = LedgerSamples.records(directory);
    Files.write(
        SegmentHeader.files(directory).getLast(),
        new byte[] {0, 0, 1, 0, '{', '"'},
        StandardOpenOption.APPEND);
    assertThat(LedgerSamples.records(directory)).isEqualTo(before);
  }

  @Test
  void findsNothingInAnEmptyDirectory() throws IOException {
    var empty = new EvidenceReader(Files.createDirectory(directory.resolve("empty")));
    assertThat(empty.last(5)).isEmpty();
    assertThat(empty.call("c1")).isEmpty();
  }

  private static long seq(JsonNode record) {
    return record.path("seq").asLong();
  }

  private static Action inTurn(char turn) {
    var action = action();
    var caller = action.caller();
    return new Action(
        new Caller(caller.principal(), LedgerSamples.turn(turn), caller.door()),
        action.target(),
        action.arguments(),
        action.payload(),
        action.credentials());
  }
}
