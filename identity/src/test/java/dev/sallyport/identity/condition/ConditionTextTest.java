package dev.sallyport.identity.condition;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What can be told of a condition without looking at a call. */
class ConditionTextTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '~',
      value = {
        "args.limit <= 100; args.limit",
        "has(args.a.b) && args['c'] == 'x'; args.a.b args.c",
        "args['x-y'] == 1; args",
        "args[ctx.label] == 1; args ctx.label",
        "size(args) < 3; args",
        "args.items.all(i, i.price < params.most); args.items params.most",
        "principal.team == 'a' || 'x' in principal.scopes; principal.scopes principal.team",
        "ctx.time < timestamp('2026-12-01T00:00:00Z'); ctx.time",
        "tool == 'query' && {'a': args.b}['a'] == [args.c][0]; args.b args.c tool",
        "args.to.endsWith('&& args.no'); args.to",
        "true; ",
      })
  void tellsWhatItLooksAt(String condition, String places) {
    assertThat(String.join(" ", ConditionText.reads(condition)))
        .isEqualTo(places == null ? "" : places);
  }

  @Test
  void takesWhatItCannotReadForOneThatLooksAtEverything() {
    assertThat(ConditionText.reads("args. <")).contains("args", "ctx", "params", "principal");
  }

  @Test
  void takesApartWhatMustAllHold() {
    assertThat(ConditionText.terms("args.a == '&&' && (args.b || args.c) && [1 , 2][0] == 1"))
        .containsExactly("args.a == '&&'", "(args.b || args.c)", "[1 , 2][0] == 1");
    assertThat(ConditionText.terms("args.a == 'it\\'s' && args.b"))
        .containsExactly("args.a == 'it\\'s'", "args.b");
  }

  @Test
  void leavesWholeWhatIsNotJustThat() {
    for (var whole :
        List.of(
            "args.a",
            "args.a && args.b || args.c",
            "args.a ? args.b && true : false",
            "(args.a && args.b)")) {
      assertThat(ConditionText.terms(whole)).containsExactly(whole);
    }
  }
}
