package dev.sallyport.sandbox.label;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Design section 3.6: the audience of a call is the people whom it reaches. */
class ReaderGroupsTest {
  private static final ReaderGroups GROUPS =
      ReaderGroups.of(
          Map.of(
              "Board@corp.example", Readers.of("ann@corp.example", "bo@corp.example"),
              "all@corp.example", Readers.of("ann@corp.example", "cy@partner.example"),
              "client-a", Readers.of("@a.example"),
              "nested", Readers.of("board@corp.example")));

  @ParameterizedTest
  @CsvSource({
    "ann@corp.example bo@corp.example, board@corp.example, true",
    "ann@corp.example, board@corp.example, false",
    "board@corp.example, board@corp.example, true",
    "BOARD@corp.example, ann@corp.example bo@corp.example, true",
    "board@corp.example, cy@partner.example, false",
    "@corp.example, board@corp.example, true",
    "@corp.example, all@corp.example, false",
    "@corp.example, other@corp.example, true",
    "client-a, x@a.example, true",
    "client-a, x@b.example, false",
    "client-a, client-a, true",
    "@a.example, client-a, true",
    "x@a.example, client-a, false",
    "nested, board@corp.example, false",
    "nested, ann@corp.example, false",
    "unknown, ann@corp.example, false",
    "unknown, unknown, true",
  })
  void takesAGroupForThoseWhoAreInIt(String readers, String audience, boolean covered) {
    assertThat(GROUPS.cover(names(readers), names(audience))).isEqualTo(covered);
  }

  @Test
  void isForEveryoneOnlyWhatEveryoneMaySee() {
    assertThat(GROUPS.cover(Readers.EVERYONE, Readers.EVERYONE)).isTrue();
    assertThat(GROUPS.cover(Readers.EVERYONE, names("all@corp.example"))).isTrue();
    assertThat(GROUPS.cover(names("all@corp.example"), Readers.EVERYONE)).isFalse();
    assertThat(GROUPS.cover(Readers.NOBODY, names("ann@corp.example"))).isFalse();
    assertThat(ReaderGroups.NONE.cover(names("@corp.example"), names("all@corp.example"))).isTrue();
  }

  @Test
  void refusesAGroupOfNobodyAndOneThatIsSaidTwice() {
    assertThatThrownBy(() -> ReaderGroups.of(Map.of("a", Readers.NOBODY)))
        .hasMessage("nobody is in the group a");
    assertThatThrownBy(() -> ReaderGroups.of(Map.of("a", names("x"), "A", names("x"))))
        .hasMessageStartingWith("two groups have the name ");
  }

  private static Readers names(String text) {
    return Readers.of(Arrays.asList(text.split(" ", -1)));
  }
}
