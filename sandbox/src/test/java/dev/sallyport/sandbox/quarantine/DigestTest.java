package dev.sallyport.sandbox.quarantine;

import static dev.sallyport.sandbox.quarantine.TestJson.json;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DigestTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'a': 1, 'b': [true, null]} | {'b':[true,null],'a':1.0}",
        "[0, 100, 0.5] | [-0.0, 1E+2, 0.50]",
        "'é' | '\\u00e9'",
        "{} | { }",
      })
  void namesTheSameValueTheSameHoweverItIsWritten(String one, String other) {
    assertThat(Digest.ofValue(json(one))).isEqualTo(Digest.ofValue(json(other)));
    assertThat(Digest.ofMeaning(json(one).toString()))
        .isEqualTo(Digest.ofMeaning(json(other).toString()));
  }

  @Test
  void namesValuesApartThatAreNotTheSame() {
    var names = new HashMap<String, String>();
    for (var value :
        new String[] {
          "null",
          "'null'",
          "true",
          "'true'",
          "1",
          "'1'",
          "12",
          "[1, 2]",
          "[12]",
          "['1', '2']",
          "['12']",
          "[[1], 2]",
          "[[1, 2]]",
          "[]",
          "[[]]",
          "{}",
          "[{}]",
          "''",
          "['']",
          "['', '']",
          "{'a': 'b'}",
          "['a', 'b']",
          "{'a': {'b': 1}}",
          "{'a': {}, 'b': 1}",
          "{'a': [], 'b': 1}",
          "{'a': 'b', 'c': 'd'}",
          "{'a': 'b\\\"1:c\\\"1:d'}",
          "{'a\\\"1:b': 'c'}",
          "'a\\\"1:b'",
          "'}'",
          "['}']",
          "' 1 '",
          "1E+2",
          "1E+3",
          "-1",
          "0"
        }) {
      var digest = Digest.ofValue(json(value));

      assertThat(digest).matches("json:[0-9a-f]{64}");
      assertThat(names.put(digest, value)).isNull();
    }
  }
}
