package dev.sallyport.gateway.document;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestTest {
  @ParameterizedTest
  @CsvSource({
    "PROT, PORT",
    "opst, post",
    "hostt, host",
    "ot, to",
    "hsot, host",
    "abcd, ''",
    "kkk, ''",
  })
  void takesTwoLettersInTheWrongOrderForOneSlip(String written, String meant) {
    var known = List.of("data", "PORT", "post", "host", "to", "dcbaxx");

    assertThat(Nearest.hint(written, known))
        .isEqualTo(meant.isEmpty() ? "" : "; did you mean " + meant + "?");
  }

  @Test
  void suggestsWhatIsToBeWrittenForWhatIsNear() {
    assertThat(Nearest.hint("prot", Map.of("port", "LISTEN_PORT", "data", "DATA")))
        .isEqualTo("; did you mean LISTEN_PORT?");
  }
}
