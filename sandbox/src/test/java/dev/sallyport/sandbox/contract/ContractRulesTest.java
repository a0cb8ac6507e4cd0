package dev.sallyport.sandbox.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.sallyport.sandbox.contract.ArgumentRule.Otherwise;
import dev.sallyport.sandbox.contract.Condition.Operator;
import dev.sallyport.sandbox.contract.FieldForm.Decimal;
import dev.sallyport.sandbox.contract.FieldForm.Flag;
import dev.sallyport.sandbox.contract.FieldForm.Items;
import dev.sallyport.sandbox.contract.FieldForm.Moment;
import dev.sallyport.sandbox.contract.FieldForm.OneOf;
import dev.sallyport.sandbox.contract.FieldForm.Open;
import dev.sallyport.sandbox.contract.FieldForm.Whole;
import dev.sallyport.sandbox.label.Authority;
import dev.sallyport.sandbox.label.Readers;
import dev.sallyport.sandbox.testing.Contracts;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Period;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a contract may say, and how it is told what it may not. */
class ContractRulesTest {
  private static final Period YEAR = Period.ofYears(1);
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Condition PASS = new Condition(Operator.EQUALS, List.of("pass"));

  static Stream<ThrowingCallable> bounds() {
    return Stream.of(
        () -> new OneOf(words(64)),
        () -> new OneOf(List.of("x".repeat(64))),
        () -> new Whole(5, 5),
        () -> new Whole(-Whole.LARGEST, Whole.LARGEST),
        () -> decimal("-1", "1", 6),
        () -> decimal("1.5", "1.5", 0),
        () -> new Moment(Period.ofYears(-200), Period.ofYears(200), Duration.ofDays(366)),
        () -> new Moment(Period.ofDays(-1), Period.ofDays(1), Duration.ofSeconds(1)),
        () -> new Items(0),
        () -> new Items(1_000),
        () -> new ResultBudget(OptionalInt.of(1), OptionalInt.of(0), OptionalInt.of(0)),
        () -> new ResultBudget(OptionalInt.of(65_536), OptionalInt.empty(), OptionalInt.of(1_000)),
        () -> new Effects(Set.of("a", "b2_.-"), Set.of("x".repeat(64)), Set.of(), Set.of("a")),
        () -> ArgumentPath.parse("x".repeat(255)),
        () -> contract(OptionalInt.of(0)),
        () -> new Condition(Operator.ONE_OF, words(256)));
  }

  @ParameterizedTest
  @MethodSource("bounds")
  void takesWhatIsWithinItsBounds(ThrowingCallable made) {
    assertThatCode(made).doesNotThrowAnyException();
  }

  static Stream<Arguments> unfit() {
    return Stream.of(
        bad(() -> new OneOf(List.of()), "1 to 64 values: 0"),
        bad(() -> new OneOf(words(65)), "1 to 64 values: 65"),
        bad(() -> new OneOf(List.of("")), "1 to 64 characters: \"\""),
        bad(() -> new OneOf(List.of("x".repeat(65))), "1 to 64 characters: \"xxx"),
        bad(() -> new OneOf(List.of("a", "b", "a")), "each value once: [a, b, a]"),
        bad(() -> new Whole(6, 5), "min up to max, both within 10^12: 6, 5"),
        bad(() -> new Whole(0, Whole.LARGEST + 1), "1000000000001"),
        bad(() -> new Whole(-Whole.LARGEST - 1, 0), "-1000000000001"),
        bad(() -> decimal("2", "1", 2), "min up to max, both within 10^12: 2, 1"),
        bad(() -> decimal("0", "1e13", 2), "1E+13"),
        bad(() -> decimal("0", "1", 7), "scale must be 0 to 6: 7"),
        bad(() -> decimal("0", "1", -1), "scale must be 0 to 6: -1"),
        bad(() -> new Moment(YEAR, YEAR, MINUTE), "from an earlier to a later time"),
        bad(() -> new Moment(YEAR, Period.ofYears(-1), MINUTE), "P1Y, P-1Y"),
        bad(() -> new Moment(Period.ofYears(-201), YEAR, MINUTE), "within 200 years"),
        bad(() -> new Moment(Period.ofYears(Integer.MIN_VALUE), YEAR, MINUTE), "within 200 years"),
        bad(() -> new Moment(Period.ZERO, Period.ofDays(73_050), MINUTE), "P73050D"),
        bad(() -> new Moment(Period.ZERO, YEAR, Duration.ofMillis(999)), "PT0.999S"),
        bad(() -> new Moment(Period.ZERO, YEAR, Duration.ofMillis(1_500)), "PT1.5S"),
        bad(() -> new Moment(Period.ZERO, YEAR, Duration.ofDays(367)), "at most 366 days"),
        bad(() -> new Items(-1), "0 to 1000: -1"),
        bad(() -> new Items(1_001), "0 to 1000: 1001"),
        bad(() -> budget(0, 0, 0), "result_bits must be 1 to 65536: 0"),
        bad(() -> budget(1, -1, 0), "ask_bits must be 0 to 65536: -1"),
        bad(() -> budget(1, 0, 1_001), "max_items must be 0 to 1000: 1001"),
        bad(() -> literalIf(new Whole(0, 1)), "literal_if is for the kinds"),
        bad(() -> literalIf(new Open(FieldKind.JSON)), "literal_if is for the kinds"),
        bad(() -> ruled(Authority.USER), "no result has the authority USER"),
        bad(() -> new AuthorityRule(FieldPath.ROOT, Map.of(), Authority.ORG), "conditions: 0"),
        bad(
            () -> new AuthorityRule(FieldPath.ROOT, Map.of("a", PASS), Authority.USER),
            "no result has the authority USER"),
        bad(() -> new Condition(Operator.EQUALS, List.of()), "equals has 1 to 1 values: 0"),
        bad(() -> new Condition(Operator.ENDS_WITH, List.of("a", "b")), "ends_with has 1 to 1"),
        bad(() -> new Condition(Operator.DOMAIN_IN, words(257)), "domain_in has 1 to 256"),
        bad(() -> new Condition(Operator.STARTS_WITH, List.of("")), "no value may be empty"),
        bad(() -> effects(Set.of("Egress")), "emits: the name of an effect"),
        bad(() -> effects(Set.of("x".repeat(65))), "emits: the name of an effect"),
        bad(() -> effects(Set.copyOf(words(33))), "emits: at most 32 effects: 33"),
        bad(
            () -> new Effects(Set.of(), Set.of("a"), Set.of("a"), Set.of()),
            "both required and forbidden: a"),
        bad(() -> ArgumentPath.parse(""), "the name of a member, or a JSON pointer"),
        bad(() -> ArgumentPath.parse("x".repeat(256)), "at most 256 characters"),
        bad(() -> new ArgumentRule(Set.of(), false, Otherwise.ASK), "which authority"),
        bad(
            () -> new ArgumentRules(Map.of(), Collections.nCopies(2, ArgumentPath.parse("to"))),
            "an argument twice"),
        bad(() -> contract(OptionalInt.of(-1)), "max_influence_bits must be at least 0: -1"),
        bad(() -> Contracts.fields(many(513)), "at most 512 fields"));
  }

  @ParameterizedTest
  @MethodSource("unfit")
  void refusesWhatIsNotAndSaysWhy(ThrowingCallable made, String why) {
    assertThatThrownBy(made).isInstanceOf(IllegalArgumentException.class).hasMessageContaining(why);
  }

  @Test
  void wantsABoundForAListOfNumbers() {
    for (var number : List.<FieldForm>of(new Whole(0, 9), decimal("0", "1", 2))) {
      assertThatThrownBy(() -> Contracts.fields(Map.of("$.codes[*]", number)))
          .hasMessageContaining("max_items: …} at $.codes: $.codes[*]");
      assertThatThrownBy(
              () -> Contracts.fields(Map.of("$.codes[*]", number, "$.codes", new Flag())))
          .isInstanceOf(IllegalArgumentException.class);
      assertThat(Contracts.fields(Map.of("$.codes[*]", number, "$.codes", new Items(3))).fields())
          .hasSize(2);
      assertThat(Contracts.fields(Map.of("$.codes[*].n", number)).fields()).hasSize(1);
    }
  }

  @Test
  void takesAtMostSoManyFields() {
    assertThat(Contracts.fields(many(512)).fields()).hasSize(512);
  }

  @Test
  void refusesResultsOfTheUsersAuthority() {
    assertThatThrownBy(() ->
            new ResultRules(
                Map.of(),
                Authority.USER,
                List.of(),
                Readers.EVERYONE,
                List.of(),
                ResultBudget.DEFAULT))
        .hasMessage("no result has the authority USER");
  }

  @Test
  void knowsModesAndKindsByTheirWords() {
    assertThat(QuarantineMode.find("tainted-read")).contains(QuarantineMode.TAINTED_READ);
    assertThat(QuarantineMode.find("TYPED")).isEmpty();
    assertThat(FieldKind.find("addr")).contains(FieldKind.ADDR);
    assertThat(FieldKind.find("enum")).isEmpty();
  }

  private static Arguments bad(ThrowingCallable made, String why) {
    return arguments(made, why);
  }

  private static List<String> words(int count) {
    return IntStream.range(0, count).mapToObj(i -> "w" + i).toList();
  }

  private static Map<String, FieldForm> many(int count) {
    return IntStream.range(0, count)
        .boxed()
        .collect(Collectors.toMap(i -> "$.f" + i, _ -> new Flag()));
  }

  private static Decimal decimal(String min, String max, int scale) {
    return new Decimal(new BigDecimal(min), new BigDecimal(max), scale);
  }

  private static ResultBudget budget(int result, int ask, int items) {
    return new ResultBudget(OptionalInt.of(result), OptionalInt.of(ask), OptionalInt.of(items));
  }

  private static FieldRule literalIf(FieldForm form) {
    return new FieldRule(form, true, Optional.empty(), Optional.empty());
  }

  private static FieldRule ruled(Authority authority) {
    return new FieldRule(new Flag(), false, Optional.of(authority), Optional.empty());
  }

  private static Effects effects(Set<String> emits) {
    return new Effects(emits, Set.of(), Set.of(), Set.of());
  }

  private static ToolContract contract(OptionalInt influence) {
    return Contracts.contract(ArgumentRules.NONE, Effects.NONE, influence);
  }
}
