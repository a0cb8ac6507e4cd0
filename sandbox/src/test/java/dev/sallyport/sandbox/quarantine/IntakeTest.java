package dev.sallyport.sandbox.quarantine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sallyport.sandbox.contract.AuthorityRule;
import dev.sallyport.sandbox.contract.Condition;
import dev.sallyport.sandbox.contract.Condition.Operator;
import dev.sallyport.sandbox.contract.FieldPath;
import dev.sallyport.sandbox.contract.QuarantineMode;
import dev.sallyport.sandbox.contract.ResultBudget;
import dev.sallyport.sandbox.contract.ResultRules;
import dev.sallyport.sandbox.label.Authority;
import dev.sallyport.sandbox.label.Label;
import dev.sallyport.sandbox.label.Readers;
import dev.sallyport.sandbox.testing.Contracts;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class IntakeTest {
  private static final Vocabulary NAMES = new Vocabulary(List.of("from"));

  @Test
  void isItselfInItsOwnMode() {
    var typed = new Intake("mail/list", NAMES, QuarantineMode.TYPED, ResultRules.NONE);

    assertThat(typed.in(QuarantineMode.TYPED)).isSameAs(typed);
    var strict = typed.in(QuarantineMode.STRICT);
    assertThat(strict.isTyped()).isFalse();
    assertThat(typed.isTyped()).isTrue();
    assertThat(strict.source()).isEqualTo("mail/list");
    assertThat(strict.vocabulary()).isSameAs(NAMES);
    assertThat(strict.rules()).isSameAs(ResultRules.NONE);
  }

  @Test
  void hasOneStandingForAllContentsOfWhichNoPartIsAgreed() {
    var rules =
        new ResultRules(
            Map.of(),
            Authority.ORG,
            List.of(),
            Readers.of("@corp.example"),
            List.of(),
            ResultBudget.DEFAULT);
    var intake = new Intake("crm/get", NAMES, QuarantineMode.STRICT, rules);

    assertThat(intake.root(JsonNodeFactory.instance.arrayNode())).isSameAs(intake.aside());
    assertThat(intake.aside().label())
        .isEqualTo(new Label(Set.of("crm/get"), Authority.ORG, Readers.of("@corp.example"), 0))
        .isEqualTo(rules.floor("crm/get"));
  }

  @Test
  void standsApartFromContentsThatRulesLookAt() {
    var rules =
        Contracts.rules(
            Map.of(),
            List.of(
                new AuthorityRule(
                    FieldPath.parse("$"),
                    Map.of("from", new Condition(Operator.DOMAIN_IN, List.of("corp.example"))),
                    Authority.PARTNER)));
    var intake = new Intake("mail", NAMES, QuarantineMode.STRICT, rules);
    var ours = JsonNodeFactory.instance.objectNode().put("from", "a@corp.example");
    var others = JsonNodeFactory.instance.objectNode().put("from", "a@evil.example");

    assertThat(intake.root(ours).label().authority()).isEqualTo(Authority.PARTNER);
    assertThat(intake.root(others).label().authority()).isEqualTo(Authority.PUBLIC);
    assertThat(intake.aside().label()).isEqualTo(rules.floor("mail"));
  }
}
