package dev.sallyport.sandbox.quarantine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sallyport.sandbox.contract.FieldForm.Decimal;
import dev.sallyport.sandbox.contract.FieldForm.Flag;
import dev.sallyport.sandbox.contract.FieldForm.Items;
import dev.sallyport.sandbox.contract.FieldForm.Moment;
import dev.sallyport.sandbox.contract.FieldForm.OneOf;
import dev.sallyport.sandbox.contract.FieldForm.Open;
import dev.sallyport.sandbox.contract.FieldForm.Whole;
import dev.sallyport.sandbox.contract.FieldRule;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.Set;

/**
 * Which values of a result are shown as they are. One that is not within its bounds has no such
 * form: it becomes a reference.
 *
 * @param typed whether what is of a closed type is shown, besides bounded numbers
 * @param words the words that the person of the turn wrote
 * @param now when it is
 */
record Literals(QuarantineLimits limits, boolean typed, Set<String> words, Instant now) {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final int SECONDS_OF_DAY = 86_400;

  /** A number. */
  Optional<Literal> number(Optional<FieldRule> rule, JsonNode node) {
    var form = rule.map(FieldRule::form);
    if (form.filter(Open.class::isInstance).isPresent()) {
      return Optional.empty();
    }
    return switch (form.filter(_ -> typed).orElseGet(Flag::new)) {
      case Whole(var min, var max) ->
          within(node, BigDecimal.valueOf(min), BigDecimal.valueOf(max), 0);
      case Decimal(var min, var max, var scale) -> within(node, min, max, scale);
      case Flag _, OneOf _, Moment _, Items _, Open _ ->
          ShownNumber.of(node, limits).map(number -> new Literal(number.node(), number.bits()));
    };
  }

  /** A text that is not empty. */
  Optional<Literal> text(Optional<FieldRule> rule, JsonNode node) {
    return rule.filter(_ -> typed).flatMap(given -> text(given, node));
  }

  private Optional<Literal> text(FieldRule rule, JsonNode node) {
    var text = node.textValue();
    return switch (rule.form()) {
      case OneOf(var values) ->
          values.contains(text)
              ? Optional.of(new Literal(node, BitBudget.choice(values.size() + 1L)))
              : Optional.empty();
      case Moment moment -> moment(moment, text);
      case Open _ ->
          rule.literalIfVocabulary() && words.contains(text)
              ? Optional.of(new Literal(node, BitBudget.choice(words.size())))
              : Optional.empty();
      case Whole _, Decimal _, Flag _, Items _ -> Optional.empty();
    };
  }

  /** The most numbers straight inside a list that may be shown. */
  int numbersIn(Optional<FieldRule> rule) {
    return typed && rule.map(FieldRule::form).orElseGet(Flag::new) instanceof Items(var max)
        ? max
        : limits.maxNumbers();
  }

  private static Optional<Literal> within(
      JsonNode node, BigDecimal min, BigDecimal max, int scale) {
    var steps = max.subtract(min).movePointRight(scale).toBigInteger().longValueExact() + 1;
    return ShownNumber.of(node, Whole.LARGEST, scale)
        .filter(number -> number.value().compareTo(min) >= 0 && number.value().compareTo(max) <= 0)
        .map(number -> new Literal(number.node(), BitBudget.choice(steps)));
  }

  private Optional<Literal> moment(Moment rule, String text) {
    var today = now.atOffset(ZoneOffset.UTC);
    var first = slot(today.plus(rule.from()).toInstant(), rule);
    var last = slot(today.plus(rule.to()).toInstant(), rule);
    return Comparing.time(text)
        .map(at -> slot(at, rule))
        .filter(slot -> slot >= first && slot <= last)
        .map(slot ->
            new Literal(JSON.textNode(written(slot, rule)), BitBudget.choice(last - first + 1)));
  }

  private static long slot(Instant at, Moment rule) {
    return Math.floorDiv(at.getEpochSecond(), rule.resolution().toSeconds());
  }

  private static String written(long slot, Moment rule) {
    var seconds = rule.resolution().toSeconds();
    var at = Instant.ofEpochSecond(slot * seconds).atOffset(ZoneOffset.UTC);
    return seconds % SECONDS_OF_DAY == 0 ? at.toLocalDate().toString() : at.toLocalDateTime() + "Z";
  }
}
