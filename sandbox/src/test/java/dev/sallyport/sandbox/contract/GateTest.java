package dev.sallyport.sandbox.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sallyport.sandbox.contract.ArgumentRule.Otherwise;
import dev.sallyport.sandbox.contract.Finding.Code;
import dev.sallyport.sandbox.contract.Finding.Remedy;
import dev.sallyport.sandbox.label.Authority;
import dev.sallyport.sandbox.label.Label;
import dev.sallyport.sandbox.label.Origin;
import dev.sallyport.sandbox.label.Provenance;
import dev.sallyport.sandbox.label.Provenance.Leaf;
import dev.sallyport.sandbox.label.ReaderGroups;
import dev.sallyport.sandbox.label.Readers;
import dev.sallyport.sandbox.testing.Contracts;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Design section 3.6: each rule of the gate, on both sides of its bound. */
class GateTest {
  private static final ArgumentPath TO = ArgumentPath.parse("to");
  private static final ArgumentPath BODY = ArgumentPath.parse("body");
  private static final Effects EGRESS = effects(Set.of("egress"), Set.of(), Set.of(), Set.of());
  private static final JsonNode NO_ARGUMENTS = json("{}");

  @ParameterizedTest
  @CsvSource({
    "USER, USER, pass",
    "USER, ORG, ask",
    "ORG, USER, pass",
    "ORG, ORG, pass",
    "ORG, PARTNER, ask",
    "PARTNER, PARTNER, pass",
    "PARTNER, PUBLIC, ask",
    "PUBLIC, PUBLIC, pass",
  })
  void asksForAnArgumentOfLessAuthorityThanItMustHave(
      Authority least, Authority given, String expected) {
    var contract = arguments(Map.of(TO, rule(Set.of(least), Otherwise.ASK)), Effects.NONE);

    assertThat(word(judge(contract, leaf("/to", given)))).isEqualTo(expected);
  }

  @Test
  void takesTheLeastOfTheAuthoritiesThatAreSaid() {
    var contract =
        arguments(
            Map.of(TO, rule(Set.of(Authority.USER, Authority.ORG), Otherwise.DENY)), Effects.NONE);

    assertThat(word(judge(contract, leaf("/to", Authority.ORG)))).isEqualTo("pass");
    assertThat(word(judge(contract, leaf("/to", Authority.PARTNER)))).isEqualTo("refuse");
  }

  @Test
  void saysWhatWasFoundAndWhatCanBeDone() {
    var contract = arguments(Map.of(TO, rule(Set.of(Authority.USER), Otherwise.ASK)), Effects.NONE);

    assertThat(judge(contract, leaf("/to/1", Authority.PUBLIC)))
        .isEqualTo(
            new Judgement.Ask(
                List.of(
                    new Finding(
                        Code.AUTHORITY_TOO_LOW,
                        "/to/1",
                        "/spec/args/to",
                        List.of(
                            Remedy.PASS_REFERENCE,
                            Remedy.USE_TRUSTED_VALUE,
                            Remedy.RELEASE_VALUE,
                            Remedy.ASK_PERSON)))));
  }

  @ParameterizedTest
  @CsvSource({
    "to, /to, true",
    "to, /to/0, true",
    "to, /to/0/address, true",
    "to, /too, false",
    "to, /cc, false",
    "to, /x/to, false",
    "/a/b, /a/b, true",
    "/a/b, /a, false",
    "/guests/*/mail, /guests/12/mail, true",
    "/guests/*/mail, /guests/12/name, false",
    "a~b, /a~0b, true",
  })
  void holdsEachPartOfAnArgumentAgainstItsRule(String path, String pointer, boolean held) {
    var rules = Map.of(ArgumentPath.parse(path), rule(Set.of(Authority.USER), Otherwise.DENY));
    var judgement = judge(arguments(rules, Effects.NONE), leaf(pointer, Authority.PUBLIC));

    assertThat(word(judgement)).isEqualTo(held ? "refuse" : "pass");
  }

  @Test
  void writesAPointerIntoTheContractWhateverAnArgumentIsCalled() {
    var rules = Map.of(ArgumentPath.parse("/a/b"), rule(Set.of(Authority.USER), Otherwise.DENY));
    var judgement = judge(arguments(rules, Effects.NONE), leaf("/a/b", Authority.PUBLIC));

    assertThat(findings(judgement)).extracting(Finding::rule).containsExactly("/spec/args/~1a~1b");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "everyone      | {'to': 'x@evil.example'}                         | pass",
        "everyone      | {}                                               | pass",
        "@corp.example | {'to': 'a@corp.example'}                         | pass",
        "@corp.example | {'to': ['a@corp.example', 'B@CORP.example']}     | pass",
        "@corp.example | {'to': 'a@corp.example; B <b@corp.example>'}     | pass",
        "@corp.example | {'to': {'mail': 'a@corp.example'}}               | pass",
        "@corp.example | {'to': ['a@corp.example', 'x@evil.example']}     | ask",
        "@corp.example | {'to': 'a@corp.example, x@evil.example'}         | ask",
        "@corp.example | {'to': 'a@corp.example x@evil.example'}          | ask",
        "@corp.example | {'to': 'a@corp.example <x@evil.example>'}        | ask",
        "@corp.example | {'to': '\\\"a@corp.example\\\" <x@evil.example>'} | ask",
        "@corp.example | {'to': 'A\\nBcc: X <a@corp.example>'}            | ask",
        "@corp.example | {'to': 'a@corp.example\\nBcc: x@evil.example'}   | ask",
        "@corp.example | {'to': 'x@evil.example@corp.example'}            | ask",
        "@corp.example | {'to': 'a@corp.example.evil.example'}            | ask",
        "@corp.example | {'to': 'a@sub.corp.example'}                     | ask",
        "@corp.example | {'to': {'x@evil.example': true}}                 | ask",
        "@corp.example | {'to': [true]}                                   | ask",
        "@corp.example | {'to': ['a@corp.example', {'x': null}]}          | pass",
        "@corp.example | {'to': 12}                                       | ask",
        "@corp.example | {'to': ''}                                       | ask",
        "@corp.example | {'to': []}                                       | ask",
        "@corp.example | {'to': null}                                     | ask",
        "@corp.example | {}                                               | ask",
        "corp.example  | {'to': 'https://corp.example/x?y=z'}             | pass",
        "corp.example  | {'to': 'HTTPS://CORP.example'}                   | pass",
        "corp.example  | {'to': 'https://corp.example@evil.example/'}     | ask",
        "corp.example  | {'to': 'https://evil.example/?corp.example'}     | ask",
        "corp.example  | {'to': 'https://corp.example\\\\@evil.example'}  | ask",
        "corp.example  | {'to': 'https://corp.example.evil.example'}      | ask",
        "corp.example  | {'to': 'ftp://corp.example/'}                    | ask",
        "corp.example  | {'to': 'https://corp.example, x@evil.example'}   | ask",
        "#general      | {'to': '#General'}                               | pass",
        "#general      | {'to': '#general2'}                              | ask",
        "12            | {'to': 12}                                       | pass",
      })
  void asksWhereACallReachesSomebodyWhoMayNotReadAnArgument(
      String readers, String arguments, String expected) {
    var contract = mail(Otherwise.ASK, EGRESS, TO);
    var body = leaf("/body", new Label(Set.of(), Authority.ORG, readers(readers), 0));
    var judgement =
        Gate.judge(
            contract,
            new Provenance(List.of(body)),
            json(arguments.replace('\'', '"')),
            Label.CLEAN,
            Set.of(),
            ReaderGroups.NONE);

    assertThat(word(judgement)).isEqualTo(expected);
  }

  @Test
  void takesACallForOneToEveryoneThatSendsSomethingOutAndDoesNotSayToWhom() {
    var body = leaf("/body", new Label(Set.of(), Authority.ORG, readers("@corp.example"), 0));

    assertThat(word(judge(mail(Otherwise.DENY, EGRESS), body))).isEqualTo("refuse");
    assertThat(word(judge(mail(Otherwise.DENY, Effects.NONE), body))).isEqualTo("pass");
    assertThat(word(judge(mail(Otherwise.DENY, EGRESS), leaf("/body", Authority.ORG))))
        .isEqualTo("pass");
  }

  @Test
  void takesACallForOneToEveryoneWhereAnArgumentSaysItInAWayThatCannotBeRead() {
    var contract = mail(Otherwise.ASK, EGRESS, TO, ArgumentPath.parse("cc"));
    var body = leaf("/body", new Label(Set.of(), Authority.ORG, readers("@corp.example"), 0));
    var plain = json("{\"to\": \"a@corp.example\", \"cc\": []}");
    var odd = json("{\"to\": \"a@corp.example\", \"cc\": {\"x@evil.example\": true}}");
    var sent = new Provenance(List.of(body));

    assertThat(word(Gate.judge(contract, sent, plain, Label.CLEAN, Set.of(), ReaderGroups.NONE)))
        .isEqualTo("pass");
    assertThat(word(Gate.judge(contract, sent, odd, Label.CLEAN, Set.of(), ReaderGroups.NONE)))
        .isEqualTo("ask");
  }

  @Test
  void takesAListForThoseWhoAreInIt() {
    var contract = mail(Otherwise.DENY, EGRESS, TO);
    var groups =
        ReaderGroups.of(Map.of("all@corp.example", Readers.of("a@corp.example", "b@x.example")));
    var body = leaf("/body", new Label(Set.of(), Authority.ORG, readers("@corp.example"), 0));
    var sent = new Provenance(List.of(body));
    var list = json("{\"to\": \"All@corp.example\"}");
    var judgement = Gate.judge(contract, sent, list, Label.CLEAN, Set.of(), groups);

    assertThat(word(judgement)).isEqualTo("refuse");
    assertThat(findings(judgement).getFirst().remedies())
        .containsExactly(Remedy.NARROW_AUDIENCE, Remedy.ASK_PERSON);
    assertThat(word(Gate.judge(contract, sent, list, Label.CLEAN, Set.of(), ReaderGroups.NONE)))
        .isEqualTo("pass");
  }

  @Test
  void asksAboveTheInfluenceThatTheContractAllows() {
    var contract = Contracts.contract(ArgumentRules.NONE, Effects.NONE, OptionalInt.of(64));

    assertThat(word(judged(contract, Label.CLEAN.withInfluence(64), Set.of()))).isEqualTo("pass");
    assertThat(judged(contract, Label.CLEAN.withInfluence(65), Set.of()))
        .isEqualTo(
            new Judgement.Ask(
                List.of(
                    new Finding(
                        Code.INFLUENCE_OVER_CAP,
                        "",
                        "/spec/max_influence_bits",
                        List.of(Remedy.ASK_PERSON, Remedy.BEGIN_NEW_TURN)))));
    assertThat(
            word(
                judged(
                    Contracts.contract(ArgumentRules.NONE, Effects.NONE, OptionalInt.empty()),
                    Label.CLEAN.withInfluence(Integer.MAX_VALUE),
                    Set.of())))
        .isEqualTo("pass");
  }

  @ParameterizedTest
  @CsvSource({
    "a, '', '', 'a', pass, ",
    "a, '', '', 'a b', pass, ",
    "a, '', '', 'b', refuse, EFFECT_MISSING",
    "a b, '', '', 'a', refuse, EFFECT_MISSING",
    "'', a, '', 'b', pass, ",
    "'', a, '', 'a', refuse, EFFECT_FORBIDDEN",
    "'', a b, '', 'c b', refuse, EFFECT_FORBIDDEN",
    "'', '', a, '', pass, ",
    "'', '', a, 'a', refuse, EFFECT_REPEATED",
  })
  void refusesWhatMayNotHappenAfterWhatHasHappened(
      String requires,
      String forbids,
      String once,
      String before,
      String expected,
      @Nullable Code code) {
    var effects = effects(Set.of("a"), names(requires), names(forbids), names(once));
    var contract = Contracts.contract(ArgumentRules.NONE, effects, OptionalInt.empty());
    var judgement = judged(contract, Label.CLEAN, names(before));

    assertThat(word(judgement)).isEqualTo(expected);
    assertThat(findings(judgement))
        .extracting(Finding::code)
        .isEqualTo(code == null ? List.of() : List.of(code));
    assertThat(findings(judgement)).noneMatch(finding -> finding.remedies().isEmpty());
  }

  @Test
  void refusesAndSaysWhatItWouldAskBesides() {
    var contract =
        new ToolContract(
            "c",
            "1",
            Optional.empty(),
            ResultRules.NONE,
            new ArgumentRules(
                Map.of(
                    TO, rule(Set.of(Authority.USER), Otherwise.ASK),
                    BODY, rule(Set.of(Authority.ORG), Otherwise.DENY)),
                List.of()),
            effects(Set.of(), Set.of("login"), Set.of(), Set.of()),
            OptionalInt.of(0));
    var judgement =
        Gate.judge(
            contract,
            new Provenance(List.of(leaf("/to", Authority.PUBLIC), leaf("/body", Authority.PUBLIC))),
            NO_ARGUMENTS,
            Label.CLEAN.withInfluence(1),
            Set.of(),
            ReaderGroups.NONE);

    assertThat(judgement).isInstanceOf(Judgement.Refuse.class);
    assertThat(findings(judgement))
        .extracting(finding -> finding.code() + " " + finding.pointer())
        .containsExactly(
            "AUTHORITY_TOO_LOW /body",
            "EFFECT_MISSING ",
            "AUTHORITY_TOO_LOW /to",
            "INFLUENCE_OVER_CAP ");
  }

  @Test
  void hasAStableWordForEachCodeAndRemedy() {
    assertThat(Arrays.stream(Code.values()).map(Code::word))
        .containsExactly(
            "authority_too_low",
            "readers_do_not_cover",
            "influence_over_cap",
            "effect_missing",
            "effect_forbidden",
            "effect_repeated");
    assertThat(Arrays.stream(Remedy.values()).map(Remedy::word))
        .containsExactly(
            "pass_reference",
            "use_trusted_value",
            "ask_person",
            "release_value",
            "narrow_audience",
            "do_first",
            "begin_new_turn");
  }

  private static Judgement judge(ToolContract contract, Leaf... leaves) {
    return Gate.judge(
        contract,
        new Provenance(List.of(leaves)),
        NO_ARGUMENTS,
        Label.CLEAN,
        Set.of(),
        ReaderGroups.NONE);
  }

  private static Judgement judged(ToolContract contract, Label turn, Set<String> effects) {
    return Gate.judge(
        contract, new Provenance(List.of()), NO_ARGUMENTS, turn, effects, ReaderGroups.NONE);
  }

  private static ToolContract arguments(Map<ArgumentPath, ArgumentRule> rules, Effects effects) {
    return Contracts.contract(new ArgumentRules(rules, List.of()), effects, OptionalInt.empty());
  }

  private static ToolContract mail(Otherwise otherwise, Effects effects, ArgumentPath... to) {
    var body = new ArgumentRule(Set.of(), true, otherwise);
    return Contracts.contract(
        new ArgumentRules(Map.of(BODY, body), List.of(to)), effects, OptionalInt.empty());
  }

  private static ArgumentRule rule(Set<Authority> authority, Otherwise otherwise) {
    return new ArgumentRule(authority, false, otherwise);
  }

  private static Leaf leaf(String pointer, Authority authority) {
    return leaf(pointer, Label.CLEAN.withAuthority(authority));
  }

  private static Leaf leaf(String pointer, Label label) {
    return new Leaf(pointer, Origin.MODEL, label, List.of());
  }

  private static Readers readers(String name) {
    return name.equals("everyone") ? Readers.EVERYONE : Readers.of(name);
  }

  private static Effects effects(
      Set<String> emits, Set<String> requires, Set<String> forbids, Set<String> once) {
    return new Effects(emits, requires, forbids, once);
  }

  private static Set<String> names(String text) {
    return text.isEmpty() ? Set.of() : Set.of(text.split(" ", -1));
  }

  private static String word(Judgement judgement) {
    return switch (judgement) {
      case Judgement.Pass() -> "pass";
      case Judgement.Ask _ -> "ask";
      case Judgement.Refuse _ -> "refuse";
    };
  }

  private static List<Finding> findings(Judgement judgement) {
    return switch (judgement) {
      case Judgement.Pass() -> List.of();
      case Judgement.Ask(var findings) -> findings;
      case Judgement.Refuse(var findings) -> findings;
    };
  }

  private static JsonNode json(String text) {
    try {
      return new ObjectMapper().readTree(text);
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }
}
