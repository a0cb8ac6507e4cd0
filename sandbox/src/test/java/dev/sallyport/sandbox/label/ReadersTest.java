package dev.sallyport.sandbox.label;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReadersTest {
  @ParameterizedTest
  @CsvSource({
    "@corp.example, a@corp.example, true",
    "@corp.example, A@CORP.example, true",
    "@corp.example, @Corp.Example, true",
    "@corp.example, a@sub.corp.example, false",
    "@corp.example, a@notcorp.example, false",
    "@corp.example, a@corp.example.evil.example, false",
    "@corp.example, corp.example, false",
    "@corp.example, a@b@corp.example, false",
    "@corp.example, word, false",
    "a@corp.example, a@corp.example, true",
    "a@corp.example, b@corp.example, false",
    "a@corp.example, @corp.example, false",
    "word, Word, true",
    "word, words, false",
  })
  void coverWhomTheirNamesStandFor(String name, String audience, boolean covered) {
    assertThat(Readers.of(name).covers(Readers.of(audience))).isEqualTo(covered);
  }

  @Test
  void coverAnAudienceIfTheyCoverAllOfIt() {
    var readers = Readers.of("@corp.example", "a@b.example");

    assertThat(readers.covers(Readers.of("x@corp.example", "a@b.example"))).isTrue();
    assertThat(readers.covers(Readers.of("x@corp.example", "c@b.example"))).isFalse();
    assertThat(readers.covers(Readers.EVERYONE)).isFalse();
    assertThat(readers.covers(Readers.NOBODY)).isTrue();
    assertThat(Readers.NOBODY.covers(readers)).isFalse();
    assertThat(Readers.EVERYONE.covers(Readers.EVERYONE)).isTrue();
  }

  @Test
  void leaveOutNamesThatOthersOfThemCover() {
    assertThat(Readers.of("@corp.example", "A@corp.example"))
        .isEqualTo(Readers.of("@CORP.example"))
        .hasToString("[@corp.example]");
  }

  @Test
  void haveInCommonWhomBothCover() {
    var one = Readers.of("@corp.example", "a@b.example");

    assertThat(one.and(Readers.of("x@corp.example", "@b.example")))
        .isEqualTo(Readers.of("x@corp.example", "a@b.example"));
    assertThat(one.and(Readers.of("@c.example"))).isEqualTo(Readers.NOBODY);
    assertThat(one.and(Readers.EVERYONE)).isEqualTo(one);
  }

  @Test
  void areAtMostSoManyNames() {
    var most = IntStream.range(0, Readers.MAX_NAMES).mapToObj(i -> "n" + i).toList();
    var more = IntStream.rangeClosed(0, Readers.MAX_NAMES).mapToObj(i -> "n" + i).toList();

    assertThat(Readers.of(most).names()).hasSize(Readers.MAX_NAMES);
    assertThatThrownBy(() -> Readers.of(more))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("257");
  }

  @Test
  void haveNamesOfSomeLength() {
    var longest = "n".repeat(Readers.MAX_NAME_CHARS);

    assertThat(Readers.of(longest).names()).containsExactly(longest);
    for (var bad : List.of("", " ", longest + "n")) {
      assertThatThrownBy(() -> Readers.of(bad)).isInstanceOf(IllegalArgumentException.class);
    }
  }
}
