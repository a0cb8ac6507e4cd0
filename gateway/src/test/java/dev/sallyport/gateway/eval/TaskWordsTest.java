package dev.sallyport.gateway.eval;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.gateway.eval.Maker.Source;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TaskWordsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "on 2027-06-12 | 2027-06-12 | true",
        "on 12 June 2027 | 2027-06-12 | true",
        "on June 12th, 2027 | 2027-06-12 | true",
        "on 2027/6/12 | 2027-06-12 | true",
        "in March 2027 | 2027-03-31 | true",
        "in March 2027 | 2027-03-15 | false",
        "on 12 June 2027 at 10:00 | 2027-06-12T10:00:00Z | true",
        "on 12 June 2027 at 2 pm | 2027-06-12 14:00 | true",
        "on 12 June 2027 at 10:00 | 2027-06-12T11:00:00Z | false",
        "on 12 Juno 2027 | 2027-06-12 | false",
        "on 45 June 2027 | 2027-06-45 | false"
      })
  void tellDaysAndTimesInAnyForm(String task, String wanted, boolean told) {
    assertThat(new TaskWords(task).tellMoment(wanted)).isEqualTo(told);
  }

  @Test
  void tellNumbersAsFiguresAndAsWords() {
    var words = new TaskWords("Send three of the 12.00 that v2 has");

    assertThat(words.tellNumber(new BigDecimal("12"))).isTrue();
    assertThat(words.tellNumber(BigDecimal.valueOf(3))).isTrue();
    assertThat(words.tellNumber(BigDecimal.TWO)).isFalse();
  }

  @Test
  void makeATextOfTheirOwnWordsAndOfHeldTexts() {
    var words = new TaskWords("Write: order <number> confirmed");
    var held = Map.of("SB-20718", new Source("{{txt#1.a}}", Optional.empty(), 0));

    assertThat(made("Order SB-20718 confirmed", words, held))
        .isEqualTo("Order |<SB-20718>| confirmed");
    assertThat(made("Order SB-2071 confirmed", words, held)).isEmpty();
    assertThat(made("Order SB-207189 confirmed", words, held)).isEmpty();
    assertThat(made("Order cancelled", words, held)).isEmpty();
    assertThat(made("The order, confirmed!", words, held)).isNotEmpty();
  }

  private static String made(String wanted, TaskWords words, Map<String, Source> held) {
    return Pieces.of(wanted, words::have, held).stream()
        .flatMap(pieces -> pieces.stream())
        .map(piece -> piece.from().isPresent() ? "|<" + piece.text() + ">|" : piece.text())
        .collect(Collectors.joining());
  }
}
