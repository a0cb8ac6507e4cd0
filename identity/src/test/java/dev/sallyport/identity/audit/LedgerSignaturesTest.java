package dev.sallyport.identity.audit;

import static dev.sallyport.identity.audit.LedgerSamples.facts;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.identity.audit.Verification.Broken;
import dev.sallyport.identity.audit.Verification.Fault;
import dev.sallyport.identity.audit.Verification.Verified;
import dev.sallyport.identity.testing.TestingClock;
import dev.sallyport.identity.testing.TestingSigningKeys;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class LedgerSignaturesTest extends LedgerVerifierScene {
  @Test
  void au04_findsThatTheCheckpointsOfALedgerThatWasClosedAreGone() throws IOException {
    write(directory, 3);
    var first = Files.readAllBytes(directory.resolve("checkpoints"));
    write(directory, 3);

    Files.write(directory.resolve("checkpoints"), first);
    assertBroken(directory, Fault.TRUNCATED, 5);

    Files.delete(directory.resolve("checkpoints"));
    assertBroken(directory, Fault.TRUNCATED, 0);
  }

  @Test
  void au04_saysThatNothingIsSignedOfALedgerWithoutCheckpoints() throws IOException {
    write(directory, 3);
    Files.delete(directory.resolve("checkpoints"));
    dropLast(directory);

    assertThat(LedgerVerifier.verify(directory))
        .isInstanceOfSatisfying(
            Verified.class,
            verified -> {
              assertThat(verified.signed()).isFalse();
              assertThat(verified.sentence()).contains("none of the 4 records is signed");
            });
  }

  @Test
  void au04_saysHowManyRecordsCouldBeCutOffUnseen() throws IOException {
    write(directory, 3);
    var first = Files.readAllBytes(directory.resolve("checkpoints"));
    write(directory, 3);
    Files.write(directory.resolve("checkpoints"), first);
    dropLast(directory);

    assertThat(LedgerVerifier.verify(directory))
        .isInstanceOfSatisfying(
            Verified.class,
            verified -> {
              assertThat(verified.signedRecords()).isEqualTo(5);
              assertThat(verified.sentence())
                  .startsWith("evidence verified up to record 4: 9 records")
                  .contains("the last 4 records are not signed yet");
            });
  }

  @Test
  void au04_findsThatMoreIsNotSignedThanAGatewayLeaves() throws IOException {
    write(directory, 1);
    var first = Files.readAllBytes(directory.resolve("checkpoints"));
    var clock = new TestingClock();
    try (var ledger = EvidenceLedger.open(LedgerConfig.in(directory), keys, clock)) {
      ledger.event("e", facts());
      clock.advance(Duration.ofMinutes(1));
      ledger.event("e", facts());
    }
    Files.write(directory.resolve("checkpoints"), first);
    dropLast(directory);

    assertThat(LedgerVerifier.verify(directory))
        .isInstanceOfSatisfying(
            Broken.class, broken -> assertThat(broken.sentence()).contains("the last 60 seconds"));
  }

  @Test
  void au04_findsACutWithItsCheckpointsByACheckpointThatWasKeptElsewhere() throws IOException {
    write(directory, 3);
    var records = Files.readAllBytes(SegmentHeader.files(directory).getFirst());
    var checkpoints = Files.readAllBytes(directory.resolve("checkpoints"));
    write(directory, 3);
    var kept = Files.readAllBytes(directory.resolve("checkpoints"));
    assertThat(LedgerVerifier.verify(directory, own(), kept)).isInstanceOf(Verified.class);

    Files.write(SegmentHeader.files(directory).getFirst(), records);
    Files.write(directory.resolve("checkpoints"), checkpoints);

    assertThat(LedgerVerifier.verify(directory)).isInstanceOf(Verified.class);
    assertThat(LedgerVerifier.verify(directory, own(), kept))
        .isInstanceOfSatisfying(
            Broken.class, broken -> assertThat(broken.fault()).isEqualTo(Fault.TRUNCATED));
  }

  @Test
  void au04_findsAnotherHistoryUnderAKeyOfItsOwn() throws IOException {
    write(directory, 3);
    var kept = Files.readAllBytes(directory.resolve("checkpoints"));
    var forged = Files.createTempDirectory(directory, "forged");
    try (var ledger =
        EvidenceLedger.open(LedgerConfig.in(forged), new TestingSigningKeys(), CLOCK)) {
      for (int i = 0; i < 9; i++) {
        ledger.event("e", facts());
      }
    }

    assertThat(LedgerVerifier.verify(forged)).isInstanceOf(Verified.class);
    assertThat(LedgerVerifier.verify(forged, own())).isInstanceOf(Broken.class);
    assertThat(LedgerVerifier.verify(forged, LedgerVerifier.keysBeside(forged), kept))
        .isInstanceOf(Broken.class);
  }

  @Test
  void takesNothingThatIsNoCheckpointForOneThatWasKept() throws IOException {
    write(directory, 3);
    var kept = Files.readAllBytes(directory.resolve("checkpoints"));

    for (var bytes :
        List.of("x".getBytes(StandardCharsets.UTF_8), Arrays.copyOf(kept, kept.length - 1))) {
      assertThat(LedgerVerifier.verify(directory, own(), bytes)).isInstanceOf(Broken.class);
    }
  }

  @Test
  void saysThatAllIsWellOfALedgerThatIsEmpty() throws IOException {
    assertThat(LedgerVerifier.verify(directory))
        .isInstanceOfSatisfying(
            Verified.class, verified -> assertThat(verified.records()).isZero());
  }

  @Test
  void trustsNoKeysButThoseThatItIsGiven() throws IOException {
    write(directory, 3);
    var own = NoteKey.of("sallyport.dev/evidence", keys.publicKey()).written();
    var other =
        NoteKey.of("sallyport.dev/evidence", new TestingSigningKeys().publicKey()).written();

    assertThat(LedgerVerifier.verify(directory, List.of(other, own))).isInstanceOf(Verified.class);
    assertThat(LedgerVerifier.verify(directory, List.of(other)))
        .isInstanceOfSatisfying(
            Broken.class,
            broken -> assertThat(broken.sentence()).contains("not signed by a key that is known"));
    assertThat(LedgerVerifier.verify(directory, List.of("nonsense"))).isInstanceOf(Broken.class);
  }

  @Test
  void findsThatCheckpointsChangedPlaces() throws IOException {
    write(directory, 1);
    var first = Files.readString(directory.resolve("checkpoints"));
    write(directory, 1);
    var both = Files.readString(directory.resolve("checkpoints"));
    Files.writeString(directory.resolve("checkpoints"), both.substring(first.length()) + first);

    assertThat(LedgerVerifier.verify(directory))
        .isInstanceOfSatisfying(
            Broken.class, broken -> assertThat(broken.fault()).isEqualTo(Fault.REORDERED));
  }
}
