package dev.sallyport.identity.http;

import static dev.sallyport.identity.testing.Refusals.hasCode;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.PrincipalId;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import java.util.ArrayList;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FullRecordsTest {
  private final FullRecords records = new FullRecords();

  @Test
  void hasPlacesOfItsOwnForEachCallerAndForAllStrangers() {
    assertThat(taken(() -> records.takeForStranger("bad"))).isEqualTo(FullRecords.IN_FULL);
    assertThat(taken(() -> takeFor(0))).isEqualTo(FullRecords.IN_FULL);
    assertThat(taken(() -> takeFor(1))).isEqualTo(FullRecords.IN_FULL);
    assertThat(takeFor(0)).isFalse();
  }

  @Test
  void tellsSoManyCallersApartAndGivesTheOthersPlacesTogether() {
    for (int i = 0; i < FullRecords.MOST_KNOWN; i++) {
      assertThat(takeFor(i)).isTrue();
    }
    var others = FullRecords.MOST_KNOWN;

    assertThat(taken(() -> takeFor(others))).isEqualTo(FullRecords.IN_FULL);
    assertThat(takeFor(others + 1)).isFalse();
    assertThat(taken(() -> takeFor(others - 1))).isEqualTo(FullRecords.IN_FULL - 1);
  }

  @Test
  void namesWhoseAreCounted() {
    for (int i = 0; i < FullRecords.IN_FULL; i++) {
      assertThat(records.takeForStranger("bad")).isTrue();
      assertThat(takeFor(1)).isTrue();
      assertThat(takeFor(2)).isTrue();
    }
    assertThat(records.counts()).isEmpty();

    assertThat(records.takeForStranger("worse")).isFalse();
    assertThat(takeFor(2)).isFalse();
    assertThat(takeFor(2)).isFalse();
    assertThat(takeFor(1)).isFalse();

    assertThat(records.counts())
        .extracting(Object::toString)
        .containsExactly(
            "{\"principal\":\"spiffe://prod/agent/a1\",\"counts\":{\"bad\":1}}",
            "{\"principal\":\"spiffe://prod/agent/a2\",\"counts\":{\"bad\":2}}",
            "{\"counts\":{\"worse\":1}}");
  }

  @Test
  void countsCallersBeyondTheBoundWithTheStrangers() {
    for (int i = 0; i < FullRecords.MOST_KNOWN + 2 * FullRecords.IN_FULL; i++) {
      var _ = takeFor(i);
    }

    assertThat(records.counts())
        .extracting(Object::toString)
        .containsExactly("{\"counts\":{\"bad\":20}}");
  }

  @Test
  void countsAgainWhatWasNotWritten() {
    var later = new FullRecords();
    for (int i = 0; i <= FullRecords.IN_FULL; i++) {
      var _ = records.takeForStranger("bad");
      var _ = takeFor(1);
      var _ = takeFor(2);
      var _ = later.takeForStranger("bad");
    }
    var written = new ArrayList<ObjectNode>();

    assertThatThrownBy(() ->
            FullRecords.write(
                records.counts(),
                facts -> {
                  if (!written.isEmpty()) {
                    throw new Refusal(RefusalCode.EVIDENCE_UNAVAILABLE);
                  }
                  written.add(facts);
                },
                later::countAgain))
        .satisfies(hasCode(RefusalCode.EVIDENCE_UNAVAILABLE));
    FullRecords.write(later.counts(), written::add, later::countAgain);

    assertThat(written)
        .extracting(Object::toString)
        .containsExactly(
            "{\"principal\":\"spiffe://prod/agent/a1\",\"counts\":{\"bad\":1}}",
            "{\"principal\":\"spiffe://prod/agent/a2\",\"counts\":{\"bad\":1}}",
            "{\"counts\":{\"bad\":2}}");
  }

  @Test
  void countsAgainForNoMoreCallersThanItTellsApart() {
    var earlier = new FullRecords();
    for (int i = 0; i <= FullRecords.IN_FULL; i++) {
      var _ = earlier.takeFor(new PrincipalId("spiffe://prod/agent/earlier"), "bad");
    }
    for (int i = 0; i < FullRecords.MOST_KNOWN; i++) {
      assertThat(takeFor(i)).isTrue();
    }

    records.countAgain(earlier.counts());

    assertThat(records.counts())
        .extracting(Object::toString)
        .containsExactly("{\"counts\":{\"bad\":1}}");
  }

  private boolean takeFor(int number) {
    return records.takeFor(new PrincipalId("spiffe://prod/agent/a" + number), "bad");
  }

  /** How many of more than there are places. */
  private static long taken(BooleanSupplier one) {
    return IntStream.rangeClosed(0, FullRecords.IN_FULL).filter(_ -> one.getAsBoolean()).count();
  }
}
