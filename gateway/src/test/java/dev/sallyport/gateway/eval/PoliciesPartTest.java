package dev.sallyport.gateway.eval;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** Criterion 5: all twenty rules can be said, and what measures it sees that one is missing. */
class PoliciesPartTest {
  private static final Setting SETTING =
      new Setting(
          List.of(), 1, OptionalInt.empty(), 16, Optional.empty(), InstantSource.system(), _ -> {});

  /** A part of each rule, which is taken out, and what goes through then, by the rule's name. */
  private static final Map<String, Hole> HOLES =
      Map.of(
          "one-release-only",
          new Hole(", once: [release.sent]", "a second time to the same"),
          "review-then-notify",
          new Hole(", requires: [hr.reviewed]", "the notice before the review is logged"),
          "hide-secret-in-status",
          new Hole(", readers: [payables@halden.example]", "the code that a note wants"),
          "performance-feedback",
          new Hole("  readers_when:\n    - {each: $, from: employee}\n", "one's review"),
          "multi-tenant-egress",
          new Hole(", broker@agency.example", ""),
          "vendor-trust-boundary",
          new Hole("    content: {authority: ORG, else: deny}\n", "the supplier's change"),
          "dual-control-wire",
          new Hole("!has(args.amount) || ", "without saying the amount"),
          "route-project-packet",
          new Hole(" && args.to == 'heron-steering@halden.example'", "in one step, to the wider"));

  /**
   * Something that is missing in a rule.
   *
   * @param part of the text of the rule
   * @param way what is not refused any more; empty if it is the task that cannot be done
   */
  private record Hole(String part, String way) {
    String cut(String rule) {
      assertThat(rule).contains(part);
      return rule.replace(part, "");
    }
  }

  @Test
  void eachRuleLetsItsTaskBeDoneAndRefusesWhatItForbids() throws Exception {
    var report = new PoliciesPart().run(SETTING);
    var told = new StringWriter();
    report.print(new PrintWriter(told));
    var document = JsonNodeFactory.instance.objectNode();
    report.addTo(document);

    assertThat(report.failures()).isEmpty();
    assertThat(report.expressed()).isEqualTo(20);
    assertThat(document.at("/policies/expressed").asInt()).isEqualTo(20);
    assertThat(document.at("/policies/passed").asInt()).isEqualTo(240);
    assertThat(document.at("/policies/by_situation/one-release-only/reasons").toString())
        .contains("readers_do_not_cover", "effect_repeated");
    assertThat(told.toString()).contains("dual-control-wire", "20 of 20 situations can be said");
  }

  @Test
  void nothingIsRefusedWhereTheRuleIsTakenOut() throws Exception {
    var report = new PoliciesPart(PoliciesPart::without, PoliciesPart.plays(), false).run(SETTING);

    assertThat(report.expressed()).isZero();
    for (var play : PoliciesPart.plays()) {
      assertThat(report.refused(play.name()))
          .as(play.name())
          .isEqualTo(new Proportion(0, play.forbidden().size()));
    }
  }

  @Test
  void aPartOfARuleThatIsMissingIsSeen() throws Exception {
    var plays =
        PoliciesPart.plays().stream().filter(play -> HOLES.containsKey(play.name())).toList();
    var report = new PoliciesPart(PoliciesPartTest::cut, plays, false).run(SETTING);

    assertThat(plays).hasSameSizeAs(HOLES.keySet());
    HOLES.forEach((name, hole) -> {
      var kind = hole.way().isEmpty() ? ", the task" : ", forbidden, " + hole.way();
      assertThat(report.failures()).anyMatch(failure -> failure.startsWith(name + kind));
    });
  }

  private static String cut(String name) throws IOException {
    return Optional.ofNullable(HOLES.get(name)).orElseThrow().cut(PolicyStand.rule(name));
  }
}
