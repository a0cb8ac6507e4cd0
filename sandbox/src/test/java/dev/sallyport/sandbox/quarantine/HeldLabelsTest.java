package dev.sallyport.sandbox.quarantine;

import static dev.sallyport.sandbox.quarantine.TestJson.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sallyport.sandbox.contract.AuthorityRule;
import dev.sallyport.sandbox.contract.Condition;
import dev.sallyport.sandbox.contract.Condition.Operator;
import dev.sallyport.sandbox.contract.FieldForm.Flag;
import dev.sallyport.sandbox.contract.FieldPath;
import dev.sallyport.sandbox.contract.FieldRule;
import dev.sallyport.sandbox.contract.QuarantineMode;
import dev.sallyport.sandbox.contract.ResultBudget;
import dev.sallyport.sandbox.contract.ResultRules;
import dev.sallyport.sandbox.label.Authority;
import dev.sallyport.sandbox.label.Label;
import dev.sallyport.sandbox.label.Readers;
import dev.sallyport.sandbox.testing.Contracts;
import dev.sallyport.sandbox.testing.SeededRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Each held value has the label of its own field or item, and keeps it in whatever is made of it.
 */
class HeldLabelsTest {
  private static final Readers CORP = Readers.of("@corp.example");
  private static final Vocabulary NAMES = new Vocabulary(List.of("from", "body", "mails", "note"));
  private static final ResultRules MAILS =
      Contracts.rules(
          Map.of(
              "$.mails[*].body",
              new FieldRule(new Flag(), false, Optional.empty(), Optional.of(CORP))),
          List.of(
              new AuthorityRule(
                  FieldPath.parse("$.mails[*]"),
                  Map.of("from", new Condition(Operator.DOMAIN_IN, List.of("corp.example"))),
                  Authority.PARTNER)));
  private static final ResultRules DIRECTORY =
      new ResultRules(
          Map.of(), Authority.ORG, List.of(), Readers.EVERYONE, List.of(), ResultBudget.DEFAULT);

  private final Quarantine quarantine =
      new Quarantine(QuarantineLimits.defaults(), new SeededRandom(1), FixedClock.AT);

  @Test
  void labelsEachValueByItsOwnFieldAndItem() {
    var mails = mails().get("mails");

    assertThat(label(mails.get(0).get("from"))).isEqualTo(mail(Authority.PARTNER));
    assertThat(label(mails.get(0).get("body")))
        .isEqualTo(mail(Authority.PARTNER).withReaders(CORP));
    assertThat(label(mails.get(1).get("from"))).isEqualTo(mail(Authority.PUBLIC));
    assertThat(label(mails.get(1).get("body"))).isEqualTo(mail(Authority.PUBLIC).withReaders(CORP));
  }

  @Test
  void givesATextThatCameTwiceTheLabelOfBoth() {
    var view =
        project(
            "{'mails': [{'from': 'a@corp.example', 'note': 'same'}, {'from': 'b@evil.example',"
                + " 'note': 'same'}]}");
    var first = view.at("/mails/0/note");

    assertThat(view.at("/mails/1/note")).isEqualTo(first);
    assertThat(label(first).authority()).isEqualTo(Authority.PUBLIC);
    assertThat(label(view.at("/mails/0/from")).authority()).isEqualTo(Authority.PARTNER);
  }

  @Test
  void givesWhatStandsBesideTheResultTheWorstLabelOfAny() {
    var worst = mail(Authority.PUBLIC).withReaders(CORP);
    var body = "{'mails': [{'from': 'a@corp.example'}]}";
    var result =
        json("{'structuredContent': " + body + ", 'content': [{'type': 'text', 'text': 'more'}]}");
    var blocks =
        json("{'content': [{'type': 'text', 'text': 'one'}, {'type': 'text', 'text': 'two'}]}");
    var failed = json("{'isError': true, 'structuredContent': " + body + ", 'content': []}");
    var fine = tool(result);

    assertThat(label(fine.at("/structuredContent/mails/0/from")).authority())
        .isEqualTo(Authority.PARTNER);
    assertThat(label(json(fine.at("/content/1/text").asText()).at("/attachments/0/text")))
        .isEqualTo(worst);
    assertThat(label(tool(blocks).at("/structuredContent/blocks/1/text"))).isEqualTo(worst);
    assertThat(label(tool(failed).at("/structuredContent/details/mails/0/from"))).isEqualTo(worst);
    assertThat(
            label(
                quarantine
                    .projectError("t", intake(MAILS), json("{'code': 1, 'message': 'm'}"))
                    .view()
                    .get("message")))
        .isEqualTo(worst);
  }

  @Test
  void keepsTheLabelInAllThatIsMadeOfAList() {
    var list = held(MAILS, "{'mails': [" + "{'from': 'a@corp.example', 'body': 'x'}]}", "mails");
    var worst = mail(Authority.PUBLIC).withReaders(CORP);

    assertThat(label(list)).isEqualTo(worst);
    var filtered = call("q_filter", "{'ref': 'R', 'is': 'exists', 'where': 'from'}", list);
    assertThat(label(filtered)).isEqualTo(worst);
    for (var made :
        List.of(
            call("q_sort", "{'ref': 'R', 'by': 'from'}", list),
            call("q_dedupe", "{'ref': 'R', 'by': 'from'}", list),
            call("q_max", "{'ref': 'R', 'of': 'from'}", list))) {
      assertThat(label(made)).isEqualTo(worst);
    }
    var item = call("q_get", "{'ref': 'R', 'path': '[0].from'}", filtered);
    assertThat(label(item)).isEqualTo(mail(Authority.PARTNER));
    assertThat(label(call("q_match", "{'ref': 'R', 'what': 'word'}", item)))
        .isEqualTo(mail(Authority.PARTNER));
  }

  /** W1: a choice that a content makes never has the authority of what is chosen from. */
  @Test
  void joinsTheLabelOfWhatPicked() {
    var people =
        held(
            DIRECTORY,
            "{'mails': [{'note': 'ann', 'from': 'ann@corp.example'}, {'note': 'bob', 'from':"
                + " 'bob@corp.example'}]}",
            "mails");
    var name = project("'bob'");
    var bob =
        call(
            "q_filter",
            "{'ref': 'R', 'where': 'note', 'is': 'equals', 'value': '" + name.asText() + "'}",
            people);

    assertThat(label(people).authority()).isEqualTo(Authority.ORG);
    assertThat(label(bob).authority()).isEqualTo(Authority.PUBLIC);
    assertThat(label(call("q_get", "{'ref': 'R', 'path': '[0].from'}", bob)).authority())
        .isEqualTo(Authority.PUBLIC);
    assertThat(label(call("q_get", "{'ref': 'R', 'path': '[0].from'}", people)).authority())
        .isEqualTo(Authority.ORG);
    var member = held(DIRECTORY, "{'mails': {'bob': 'bob@corp.example'}}", "mails");
    assertThat(
            label(call("q_get", "{'ref': 'R', 'path': '" + name.asText() + "'}", member))
                .authority())
        .isEqualTo(Authority.PUBLIC);
    assertThat(label(call("q_get", "{'ref': 'R', 'path': 'bob'}", member)).authority())
        .isEqualTo(Authority.ORG);
  }

  @Test
  void composesTheLabelsOfAllParts() {
    var view = mails().get("mails");
    var one = view.get(0).get("from").asText();
    var other = view.get(1).get("body").asText();

    assertThat(label(compose("To " + one)).authority()).isEqualTo(Authority.PARTNER);
    assertThat(label(compose("To " + one)).writers()).containsExactly("mail");
    assertThat(label(compose(one + other))).isEqualTo(mail(Authority.PUBLIC).withReaders(CORP));
    quarantine.read("t", new Label(Set.of("web"), Authority.PUBLIC, Readers.EVERYONE, 80));
    assertThat(label(compose(one)).authority()).isEqualTo(Authority.PARTNER);
    assertThat(label(compose("evil@x.example, " + one)).authority()).isEqualTo(Authority.PUBLIC);
    assertThat(label(compose("evil@x.example, " + one)).writers()).contains("web");
  }

  private Label label(JsonNode reference) {
    return quarantine.held("t", reference.asText()).label();
  }

  private static Label mail(Authority authority) {
    return new Label(Set.of("mail"), authority, Readers.EVERYONE, 0);
  }

  private JsonNode compose(String template) {
    return call("q_compose", JsonNodeFactory.instance.objectNode().put("template", template));
  }

  private JsonNode call(String tool, String arguments, JsonNode reference) {
    return call(tool, json(arguments.replace("'R'", "'" + reference.asText() + "'")));
  }

  private JsonNode call(String tool, JsonNode arguments) {
    var tools = new QuarantineTools(quarantine, (_, _, _, _) -> "", Duration.ofSeconds(1));
    return tools.call("t", tool, arguments).view().at("/structuredContent/value");
  }

  private JsonNode mails() {
    return project(
        "{'mails': [{'from': 'a@corp.example', 'body': 'one'}, {'from': 'b@evil.example', 'body':"
            + " 'two'}]}");
  }

  private JsonNode project(String content) {
    return quarantine.project("t", intake(MAILS), json(content)).view();
  }

  /** A reference to a whole member, which is too deep to be shown. */
  private JsonNode held(ResultRules rules, String content, String member) {
    var intake = intake(rules);
    return quarantine
        .projected(
            "t",
            intake,
            projector -> {
              var whole = json(content);
              var standing = rules.root("mail", whole).member(member, whole.get(member));
              return projector.projection(projector.hold(Kind.JSON, whole.get(member), standing));
            })
        .view();
  }

  private JsonNode tool(JsonNode result) {
    return quarantine.projectToolResult("t", intake(MAILS), result).view();
  }

  private static Intake intake(ResultRules rules) {
    return new Intake("mail", NAMES, QuarantineMode.STRICT, rules);
  }
}
