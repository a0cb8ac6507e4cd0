package dev.sallyport.sandbox.quarantine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sallyport.sandbox.contract.ResultBudget;
import dev.sallyport.sandbox.contract.Standing;
import dev.sallyport.sandbox.label.Label;
import java.util.NoSuchElementException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HeldValuesTest {
  private final HeldValues values = new HeldValues();

  @Test
  void findsAValueByItsNumberAndNoneBesideThem() {
    add(3);

    assertThat(IntStream.rangeClosed(1, 3)).allMatch(number -> text(number).equals("v" + number));
    for (int number : new int[] {0, 4, 16, 17, 20, -1, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
      assertThat(values.find(number)).isEmpty();
    }
  }

  @Test
  void keepsEveryValueWhereItGrows() {
    for (var count : new int[] {15, 16, 17, 32, 33, 100}) {
      add(count - values.size());

      assertThat(values.size()).isEqualTo(count);
      assertThat(IntStream.rangeClosed(1, count)).allMatch(n -> text(n).equals("v" + n));
      assertThat(values.find(count + 1)).isEmpty();
    }
  }

  @Test
  void takesTheOldestOutFirstAlsoWhereTheRingHasComeRound() {
    add(16);
    for (int oldest = 1; oldest <= 50; oldest++) {
      assertThat(values.removeOldest().reference().number()).isEqualTo(oldest);
      assertThat(values.find(oldest)).isEmpty();
      add(1);

      assertThat(values.size()).isEqualTo(16);
      assertThat(text(oldest + 1)).isEqualTo("v" + (oldest + 1));
      assertThat(text(oldest + 16)).isEqualTo("v" + (oldest + 16));
      assertThat(values.find(oldest + 17)).isEmpty();
    }
    add(1);

    assertThat(IntStream.rangeClosed(51, 67)).allMatch(number -> text(number).equals("v" + number));
  }

  @Test
  void putsAValueInThePlaceOfTheOneOfItsNumberOnly() {
    add(2);
    values.removeOldest();

    for (int number = 1; number <= 3; number++) {
      values.replace(held(number, "other"));
    }

    assertThat(values.find(1)).isEmpty();
    assertThat(text(2)).isEqualTo("other");
    assertThat(values.find(3)).isEmpty();
    assertThat(values.size()).isEqualTo(1);
  }

  @Test
  void givesNoNumberTwice() {
    add(20);
    values.clear();

    assertThat(values.size()).isZero();
    assertThat(IntStream.rangeClosed(1, 40)).allMatch(number -> values.find(number).isEmpty());
    assertThat(values.next()).isEqualTo(21);
    add(1);
    assertThat(text(21)).isEqualTo("v21");
    values.removeOldest();
    assertThat(values.next()).isEqualTo(22);
  }

  @Test
  void takesNoNumberButTheNext() {
    add(1);

    for (int number : new int[] {0, 1, 3}) {
      assertThatThrownBy(() -> values.add(held(number, "v")))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("the next number is 2: " + number);
    }
    assertThat(values).hasToString("HeldValues[1]");
  }

  @Test
  void hasNoOldestWhereItIsEmpty() {
    assertThatThrownBy(values::removeOldest).isInstanceOf(NoSuchElementException.class);
    add(1);
    assertThat(values.removeOldest().text()).isEqualTo("v1");
    assertThatThrownBy(values::removeOldest).isInstanceOf(NoSuchElementException.class);
  }

  private void add(int count) {
    for (var i = 0; i < count; i++) {
      values.add(held(values.next(), "v" + values.next()));
    }
  }

  private String text(int number) {
    return values.find(number).map(Held::text).orElse("");
  }

  private static Held held(int number, String text) {
    return new Held(
        new Reference(Kind.TEXT, number, "abcdefghij"),
        Intake.strict("crm/get", Vocabulary.NONE),
        LookBudget.of(QuarantineLimits.defaults(), ResultBudget.DEFAULT),
        Standing.of(Label.CLEAN),
        JsonNodeFactory.instance.textNode(text),
        8 + text.length());
  }
}
