package dev.sallyport.sandbox.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sallyport.sandbox.contract.Condition.Operator;
import dev.sallyport.sandbox.contract.FieldForm.Flag;
import dev.sallyport.sandbox.label.Authority;
import dev.sallyport.sandbox.label.Label;
import dev.sallyport.sandbox.label.Readers;
import dev.sallyport.sandbox.testing.Contracts;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StandingTest {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final JsonNode NOTHING = JSON.objectNode();
  private static final Readers CORP = Readers.of("@corp.example");
  private static final Map<String, Condition> SIGNED =
      Map.of(
          "sender", new Condition(Operator.ENDS_WITH, List.of("@corp.example")),
          "dkim", new Condition(Operator.EQUALS, List.of("pass")));
  private static final ResultRules MAILS =
      Contracts.rules(
          Map.of(
              "$[*].body", labelled(Optional.empty(), Optional.of(CORP)),
              "$[*].id", labelled(Optional.of(Authority.ORG), Optional.empty())),
          List.of(new AuthorityRule(FieldPath.parse("$[*]"), SIGNED, Authority.PARTNER)));

  @Test
  void givesEachItemTheAuthorityThatItsOwnMembersVouchFor() {
    var list = MAILS.root("mail", JSON.arrayNode());

    assertThat(list.item(mail("a@corp.example", "pass")).label().authority())
        .isEqualTo(Authority.PARTNER);
    assertThat(list.item(mail("a@corp.example", "fail")).label().authority())
        .isEqualTo(Authority.PUBLIC);
    assertThat(list.item(mail("a@evil.example", "pass")).label().authority())
        .isEqualTo(Authority.PUBLIC);
    assertThat(list.item(JSON.objectNode().put("dkim", "pass")).label().authority())
        .isEqualTo(Authority.PUBLIC);
    assertThat(list.label().authority()).isEqualTo(Authority.PUBLIC);
  }

  @Test
  void givesAFieldWhatIsSaidOfItOrElseOfWhatIsAroundIt() {
    var item = MAILS.root("mail", JSON.arrayNode()).item(mail("a@corp.example", "pass"));

    assertThat(item.member("id", NOTHING).label())
        .isEqualTo(new Label(Set.of("mail"), Authority.ORG, Readers.EVERYONE, 0));
    assertThat(item.member("body", NOTHING).label())
        .isEqualTo(new Label(Set.of("mail"), Authority.PARTNER, CORP, 0));
    assertThat(item.member("body", NOTHING).member("part", NOTHING).label().readers())
        .isEqualTo(CORP);
    assertThat(item.member("other", NOTHING).label().authority()).isEqualTo(Authority.PARTNER);
  }

  @Test
  void givesAWholeTheWorstLabelOfItsParts() {
    var list = MAILS.root("mail", JSON.arrayNode());
    var item = list.item(mail("a@corp.example", "pass"));

    assertThat(list.whole()).isEqualTo(MAILS.floor("mail"));
    assertThat(list.whole().readers()).isEqualTo(CORP);
    assertThat(item.whole().authority()).isEqualTo(Authority.PARTNER);
    assertThat(item.whole().readers()).isEqualTo(CORP);
  }

  @Test
  void joinsWhateverElseHasAPartInIt() {
    var taint = new Label(Set.of("web"), Authority.PUBLIC, Readers.EVERYONE, 0);
    var item = MAILS.root("mail", NOTHING).joined(taint).item(mail("a@corp.example", "pass"));

    assertThat(item.member("id", NOTHING).label().authority()).isEqualTo(Authority.PUBLIC);
    assertThat(item.label().writers()).containsExactlyInAnyOrder("mail", "web");
    assertThat(item.derived().member("id", NOTHING).label()).isEqualTo(item.whole());
  }

  @Test
  void takesTheFirstRuleThatHolds() {
    var all = new Condition(Operator.STARTS_WITH, List.of("a"));
    var rules =
        Contracts.rules(
            Map.of(),
            List.of(
                new AuthorityRule(FieldPath.parse("$.*"), Map.of("n", all), Authority.ORG),
                new AuthorityRule(FieldPath.parse("$.x"), Map.of("n", all), Authority.PARTNER)));

    assertThat(rules.root("w", NOTHING).member("x", JSON.objectNode().put("n", "ab")).label())
        .extracting(Label::authority)
        .isEqualTo(Authority.ORG);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'for': 'ann@corp.example'}                  | ann@corp.example",
        "{'for': ['a@x.example', 'B@x.example']}      | a@x.example b@x.example",
        "{'for': []}                                  | ''",
        "{'for': ''}                                  | ''",
        "{'for': 7}                                   | ''",
        "{'for': ['a@x.example', null]}               | ''",
        "{'for': {'a@x.example': true}}               | ''",
        "{}                                           | ''",
        "{'open': true, 'for': 'ann@corp.example'}    | @corp.example",
        "{'open': 'true'}                             | @corp.example",
      })
  void letsThoseSeeAnItemWhomARuleOrTheItemNames(String item, String readers) throws Exception {
    var open = new Condition(Operator.EQUALS, List.of("true"));
    var path = FieldPath.parse("$[*]");
    var rules =
        readersWhen(
            new ReadersRule(path, Map.of("open", open), new ReadersRule.Named(CORP)),
            new ReadersRule(path, Map.of(), new ReadersRule.Told("for")));
    var standing =
        rules
            .root("w", JSON.arrayNode())
            .item(new ObjectMapper().readTree(item.replace('\'', '"')));
    var names = readers.equals("''") ? List.<String>of() : List.of(readers.split(" ", -1));

    assertThat(standing.label().readers()).isEqualTo(Readers.of(names));
    assertThat(standing.member("text", NOTHING).label().readers()).isEqualTo(Readers.of(names));
  }

  @Test
  void letsNobodySeeAWholeOfWhichTheItemsNameTheirReaders() {
    var told =
        readersWhen(
            new ReadersRule(FieldPath.parse("$[*]"), Map.of(), new ReadersRule.Told("for")));
    var named =
        readersWhen(new ReadersRule(FieldPath.parse("$[*]"), SIGNED, new ReadersRule.Named(CORP)));

    assertThat(told.root("w", JSON.arrayNode()).whole().readers()).isEqualTo(Readers.NOBODY);
    assertThat(told.floor("w").readers()).isEqualTo(Readers.NOBODY);
    assertThat(named.floor("w").readers()).isEqualTo(CORP);
    assertThat(named.root("w", NOTHING).item(mail("a@evil.example", "pass")).label().readers())
        .isEqualTo(Readers.EVERYONE);
  }

  private static ResultRules readersWhen(ReadersRule... rules) {
    return new ResultRules(
        Map.of(),
        Authority.PUBLIC,
        List.of(),
        Readers.EVERYONE,
        List.of(rules),
        ResultBudget.DEFAULT);
  }

  @Test
  void prefersTheRuleThatNamesAMember() {
    Map<String, FieldRule> byText = new LinkedHashMap<>();
    byText.put("$.*", labelled(Optional.of(Authority.ORG), Optional.empty()));
    byText.put("$.a", labelled(Optional.of(Authority.PARTNER), Optional.empty()));
    var root = Contracts.rules(byText, List.of()).root("w", NOTHING);

    assertThat(root.member("a", NOTHING).label().authority()).isEqualTo(Authority.PARTNER);
    assertThat(root.member("b", NOTHING).label().authority()).isEqualTo(Authority.ORG);
  }

  @ParameterizedTest
  @CsvSource({
    "EQUALS, pass, pass, true",
    "EQUALS, pass, PASS, false",
    "EQUALS, pass, 'pass ', false",
    "ENDS_WITH, @corp.example, a@corp.example, true",
    "ENDS_WITH, @corp.example, a@corp.example.evil, false",
    "STARTS_WITH, /team/, /team/x, true",
    "STARTS_WITH, /team/, x/team/, false",
    "ONE_OF, low, low, true",
    "ONE_OF, low, lower, false",
    "DOMAIN_IN, corp.example, a@corp.example, true",
    "DOMAIN_IN, corp.example, a@CORP.example, true",
    "DOMAIN_IN, corp.example, https://corp.example/x, true",
    "DOMAIN_IN, corp.example, a@sub.corp.example, false",
    "DOMAIN_IN, corp.example, 'x <a@corp.example>', false",
    "DOMAIN_IN, corp.example, 'b@evil.example, a@corp.example', false",
    "DOMAIN_IN, corp.example, https://corp.example@evil.example/, false",
    "DOMAIN_IN, corp.example, https://evil.example/corp.example, false",
    "DOMAIN_IN, corp.example, ftp://corp.example/, false",
    "DOMAIN_IN, corp.example, corp.example, false",
  })
  void comparesMembersAsItSays(Operator operator, String value, String member, boolean holds) {
    var condition = new Condition(operator, List.of(value));

    assertThat(condition.holds(JSON.textNode(member))).isEqualTo(holds);
  }

  @Test
  void comparesNumbersAndTruthValuesAsTexts() {
    assertThat(new Condition(Operator.EQUALS, List.of("true")).holds(JSON.booleanNode(true)))
        .isTrue();
    assertThat(new Condition(Operator.EQUALS, List.of("7")).holds(JSON.numberNode(7))).isTrue();
    assertThat(new Condition(Operator.EQUALS, List.of("null")).holds(JSON.nullNode())).isFalse();
    assertThat(new Condition(Operator.EQUALS, List.of("[]")).holds(JSON.arrayNode())).isFalse();
  }

  private static FieldRule labelled(Optional<Authority> authority, Optional<Readers> readers) {
    return new FieldRule(new Flag(), false, authority, readers);
  }

  private static JsonNode mail(String sender, String dkim) {
    return JSON.objectNode().put("sender", sender).put("dkim", dkim);
  }
}
