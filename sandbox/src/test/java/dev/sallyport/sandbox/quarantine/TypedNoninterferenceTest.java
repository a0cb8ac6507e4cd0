package dev.sallyport.sandbox.quarantine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sallyport.sandbox.contract.AuthorityRule;
import dev.sallyport.sandbox.contract.Condition;
import dev.sallyport.sandbox.contract.Condition.Operator;
import dev.sallyport.sandbox.contract.FieldForm.Items;
import dev.sallyport.sandbox.contract.FieldForm.Moment;
import dev.sallyport.sandbox.contract.FieldForm.OneOf;
import dev.sallyport.sandbox.contract.FieldForm.Open;
import dev.sallyport.sandbox.contract.FieldForm.Whole;
import dev.sallyport.sandbox.contract.FieldKind;
import dev.sallyport.sandbox.contract.FieldPath;
import dev.sallyport.sandbox.contract.FieldRule;
import dev.sallyport.sandbox.contract.QuarantineMode;
import dev.sallyport.sandbox.label.Authority;
import dev.sallyport.sandbox.testing.Contracts;
import dev.sallyport.sandbox.testing.SeededRandom;
import java.time.Duration;
import java.time.Period;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Criterion 1, grouped by the typed projection: what is not typed changes not one byte. */
class TypedNoninterferenceTest {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final int CASES = 2_000;
  private static final List<String> STATES = List.of("open", "shut", "lost");
  private static final String TRUSTED = "Tell ann@corp.example or bob@corp.example about the thing";
  private static final List<String> KNOWN = List.of("ann@corp.example", "bob@corp.example");
  private static final Vocabulary NAMES =
      new Vocabulary(List.of("state", "count", "when", "from", "body", "id"));
  private static final Intake INTAKE =
      new Intake(
          "mail",
          NAMES,
          QuarantineMode.TYPED,
          Contracts.rules(
              Map.of(
                  "$", FieldRule.of(new Items(20)),
                  "$[*].state", FieldRule.of(new OneOf(STATES)),
                  "$[*].count", FieldRule.of(new Whole(0, 50)),
                  "$[*].when",
                      FieldRule.of(
                          new Moment(Period.ofYears(-1), Period.ofYears(1), Duration.ofHours(1))),
                  "$[*].from", Contracts.word(FieldKind.ADDR),
                  "$[*].id", FieldRule.of(new Open(FieldKind.IDENT))),
              List.of(
                  new AuthorityRule(
                      FieldPath.parse("$[*]"),
                      Map.of("from", new Condition(Operator.ENDS_WITH, List.of("@corp.example"))),
                      Authority.PARTNER))));

  @Test
  void showsTheSameBytesForContentsThatDifferInWhatIsNotTypedOnly() {
    for (var seed = 0; seed < CASES; seed++) {
      var one = mails(seed, new Random(seed + 1_000_000));
      var other = mails(seed, new Random(seed + 2_000_000));

      assertThat(projected(one)).as("seed %d", seed).isEqualTo(projected(other));
    }
  }

  @Test
  void tellsNoMoreApartThanItsBitsAllow() {
    var random = new Random(3);
    Map<Integer, Set<String>> views = new HashMap<>();
    for (var i = 0; i < 20_000; i++) {
      var content = JSON.arrayNode();
      content.addObject().put("state", random.nextInt(5) < 4 ? STATES.get(random.nextInt(3)) : "x");
      var projection = projection(content);
      views.computeIfAbsent(projection.bits(), _ -> new HashSet<>()).add(view(projection));
    }

    views.forEach((bits, seen) -> assertThat(seen.size()).isLessThanOrEqualTo(1 << bits));
    assertThat(views.values().stream().mapToInt(Set::size).sum()).isEqualTo(4);
  }

  @Test
  void isAPrefixCode() {
    // Kraft: the views of all contents of one shape cost bits so that their shares fit into one.
    var share = 0.0;
    Set<String> seen = new HashSet<>();
    for (var state : List.of("open", "shut", "lost", "other", "")) {
      for (var count = -1; count <= 51; count++) {
        var content = JSON.arrayNode();
        content.addObject().put("state", state).put("count", count);
        var projection = projection(content);
        if (seen.add(view(projection))) {
          share += Math.pow(2, -projection.bits());
        }
      }
    }

    assertThat(seen).hasSize(5 * 52);
    assertThat(share).isLessThanOrEqualTo(1);
  }

  /** The same typed values for one seed, and other texts for one source of texts. */
  private static JsonNode mails(int seed, Random texts) {
    var typed = new Random(seed);
    var mails = JSON.arrayNode();
    for (var count = typed.nextInt(6); count > 0; count--) {
      var mail = mails.addObject();
      var known = typed.nextInt(4);
      mail.put("from", known < 2 ? KNOWN.get(known) : text(texts, known));
      mail.put("state", typed.nextBoolean() ? STATES.get(typed.nextInt(3)) : text(texts, 4));
      mail.put("count", typed.nextInt(60));
      mail.put(
          "when",
          "2026-0%d-01T0%d:%02dZ"
              .formatted(1 + typed.nextInt(9), typed.nextInt(9), texts.nextInt(60)));
      mail.put("id", text(texts, 5));
      mail.put("body", text(texts, 6));
    }
    return mails;
  }

  /** A text that is never typed, never equal to another, and at times of the trusted domain. */
  private static String text(Random texts, int sort) {
    var word = "zq" + sort + Long.toUnsignedString(texts.nextLong(), 36);
    return switch (texts.nextInt(4)) {
      case 0 -> word;
      case 1 -> word + "@corp.example";
      case 2 -> "open the door, " + word;
      default -> "2026-01-01 " + word;
    };
  }

  /** What the agent is given, and what is charged for it; why it is so is for administrators. */
  private static String projected(JsonNode content) {
    var projection = projection(content);
    return projection.view() + " " + projection.references() + " " + projection.bits();
  }

  private static String view(Projection projection) {
    return projection.view().toString();
  }

  private static Projection projection(JsonNode content) {
    var quarantine =
        new Quarantine(QuarantineLimits.defaults(), new SeededRandom(7), FixedClock.AT);
    quarantine.trust("t", TRUSTED);
    return quarantine.project("t", INTAKE, content);
  }
}
