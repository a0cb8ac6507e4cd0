package dev.sallyport.identity.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.identity.PrincipalId;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FullRecordsTest {
  private final FullRecords records = new FullRecords();

  @Test
  void hasPlacesOfItsOwnForEachCallerAndForAllStrangers() {
    assertThat(taken(records::takeForStranger)).isEqualTo(FullRecords.IN_FULL);
    assertThat(taken(() -> records.takeFor(agent(0)))).isEqualTo(FullRecords.IN_FULL);
    assertThat(taken(() -> records.takeFor(agent(1)))).isEqualTo(FullRecords.IN_FULL);
    assertThat(records.takeFor(agent(0))).isFalse();
  }

  @Test
  void tellsSoManyCallersApartAndGivesTheOthersPlacesTogether() {
    for (int i = 0; i < FullRecords.MOST_KNOWN; i++) {
      assertThat(records.takeFor(agent(i))).isTrue();
    }
    var others = FullRecords.MOST_KNOWN;

    assertThat(taken(() -> records.takeFor(agent(others)))).isEqualTo(FullRecords.IN_FULL);
    assertThat(records.takeFor(agent(others + 1))).isFalse();
    assertThat(taken(() -> records.takeFor(agent(others - 1)))).isEqualTo(FullRecords.IN_FULL - 1);
  }

  private static PrincipalId agent(int number) {
    return new PrincipalId("spiffe://prod/agent/a" + number);
  }

  /** How many of more than there are places. */
  private static long taken(BooleanSupplier one) {
    return IntStream.rangeClosed(0, FullRecords.IN_FULL).filter(_ -> one.getAsBoolean()).count();
  }
}
