package dev.sallyport.gateway.eval;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WordFormsTest {
  @ParameterizedTest
  @CsvSource({
    "book, booking, true",
    "booked, booking, true",
    "summarize, summary, true",
    "reserve, reservation, true",
    "pay, payment, true",
    "price, prices, true",
    "remind, reminder, true",
    "refund, difference, false",
    "general, generous, false",
    "in, ing, false",
    "20, 2024, false",
    "book, bookcase, false"
  })
  void areOneStemWithAnEndingEach(String one, String other, boolean same) {
    assertThat(WordForms.same(one, other)).isEqualTo(same);
    assertThat(WordForms.same(other, one)).isEqualTo(same);
  }
}
