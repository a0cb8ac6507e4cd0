package dev.sallyport.gateway.eval;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.gateway.eval.AgentTurn.Answer;
import dev.sallyport.gateway.eval.Play.Forbidden;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Whether the rules that organisations have can be said: for each of some situations, that what is
 * to be done can be done under its rule, that what the rule forbids is refused in each of several
 * ways, and that without the rule all of that goes through.
 */
final class PoliciesPart implements Part {
  private static final String WITHOUT = "without";

  private final Rules rules;
  private final List<Play> plays;
  private final boolean control;

  PoliciesPart() {
    this(PolicyStand::rule, plays(), true);
  }

  /**
   * A part of some situations.
   *
   * @param rules what stands in force for each
   * @param control whether what is forbidden is tried without the rule, too
   */
  PoliciesPart(Rules rules, List<Play> plays, boolean control) {
    this.rules = rules;
    this.plays = List.copyOf(plays);
    this.control = control;
  }

  /** Says what a situation's rule is, as resources. */
  @FunctionalInterface
  interface Rules {
    String of(String name) throws IOException;
  }

  /** All situations. */
  static List<Play> plays() {
    return Stream.of(RecordPlays.all(), StrangerPlays.all(), AudiencePlays.all(), EffectPlays.all())
        .flatMap(List::stream)
        .toList();
  }

  @Override
  public String name() {
    return "policies";
  }

  @Override
  public String says() {
    return "whether rules of organisations can be said, and hold";
  }

  @Override
  public PoliciesReport run(Setting setting) throws IOException, InterruptedException {
    var report = new PoliciesReport();
    setting.progress().accept("policies, %d situations".formatted(plays.size()));
    try (var stand = new PolicyStand(setting.clock())) {
      var tried = new ArrayList<Tried>();
      for (var play : plays) {
        report.begin(play);
        stand.under(rules.of(play.name()));
        done(report, play, stand);
        for (var forbidden : play.forbidden()) {
          tried.add(tried(play, forbidden, stand));
        }
        if (control) {
          stand.under(without(play.name()));
          for (var forbidden : play.forbidden()) {
            goesThrough(report, play, forbidden, stand);
          }
        }
      }
      var evidence = stand.evidence();
      tried.forEach(one -> judge(report, one, evidence));
    }
    return report;
  }

  /** The resources under which everything goes through, for one situation's agent. */
  static String without(String name) throws IOException {
    return PolicyStand.rule(WITHOUT).replace("agent/NAME", "agent/" + name);
  }

  private static void done(PoliciesReport report, Play play, PolicyStand stand)
      throws IOException, InterruptedException {
    var hand = stand.hand(play.name());
    play.task().run(hand);
    report.task(play, hand.problems());
  }

  /** What became of something forbidden under the rule. */
  private record Tried(Play play, Forbidden forbidden, Answer answer, boolean reached) {}

  private static Tried tried(Play play, Forbidden forbidden, PolicyStand stand)
      throws IOException, InterruptedException {
    var hand = stand.hand(play.name());
    var answer = forbidden.attempt().run(hand);
    return new Tried(play, forbidden, answer, !hand.lately().isEmpty());
  }

  private static void judge(
      PoliciesReport report, Tried tried, Map<String, List<JsonNode>> evidence) {
    var answer = tried.answer();
    var call = answer.seen().findPath("callId").asText();
    var records = evidence.getOrDefault(call, List.of());
    var reasons =
        records.stream()
            .map(record -> record.path("reason").asText(record.path("type").asText()))
            .distinct()
            .toList();
    var problem =
        tried.reached()
            ? "it reached the server"
            : !answer.code().equals(tried.forbidden().code())
                ? "the code is %s: %s".formatted(answer.code(), answer.seen())
                : records.isEmpty() ? "evidence has nothing of it: " + answer.seen() : "";
    report.forbidden(tried.play(), tried.forbidden(), reasons, problem);
  }

  private static void goesThrough(
      PoliciesReport report, Play play, Forbidden forbidden, PolicyStand stand)
      throws IOException, InterruptedException {
    var hand = stand.hand(play.name());
    var answer = forbidden.attempt().run(hand);
    boolean reached =
        hand.lately().stream().anyMatch(effect -> effect.said().contains(forbidden.canary()));
    report.control(play, forbidden, reached ? "" : "nothing happened: " + answer.seen());
  }

  @Override
  public String toString() {
    return name();
  }
}
