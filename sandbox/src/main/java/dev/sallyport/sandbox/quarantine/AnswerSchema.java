package dev.sallyport.sandbox.quarantine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an answer may be: closed, so that it can tell so many bits and no more, and so that no
 * character in it is of the text's choosing.
 */
sealed interface AnswerSchema {
  /** How many answers there are, none and null left out, in bits. */
  double bits();

  /** The answer in its canonical form, if it is one of those. */
  Optional<JsonNode> accept(JsonNode answer);

  /** One of the agent's own words. */
  record Choice(List<String> words) implements AnswerSchema {
    @Override
    public double bits() {
      return BitBudget.choice(words.size());
    }

    @Override
    public Optional<JsonNode> accept(JsonNode answer) {
      return words.stream()
          .filter(word -> answer.isTextual() && word.equals(answer.textValue()))
          .<JsonNode>map(JsonNodeFactory.instance::textNode)
          .findFirst();
    }
  }

  /** Yes or no. */
  record Flag() implements AnswerSchema {
    @Override
    public double bits() {
      return 1;
    }

    @Override
    public Optional<JsonNode> accept(JsonNode answer) {
      return Optional.of(answer).filter(JsonNode::isBoolean);
    }
  }

  /** A whole number, both ends included. */
  record Whole(long least, long most) implements AnswerSchema {
    @Override
    public double bits() {
      return BitBudget.choice(most - least + 1);
    }

    @Override
    public Optional<JsonNode> accept(JsonNode answer) {
      var fits =
          answer.isIntegralNumber()
              && answer.canConvertToLong()
              && answer.longValue() >= least
              && answer.longValue() <= most;
      return fits
          ? Optional.of(JsonNodeFactory.instance.numberNode(answer.longValue()))
          : Optional.empty();
    }
  }

  /** A day, both ends included. */
  record Day(LocalDate first, LocalDate last) implements AnswerSchema {
    @Override
    public double bits() {
      return BitBudget.choice(last.toEpochDay() - first.toEpochDay() + 1);
    }

    @Override
    public Optional<JsonNode> accept(JsonNode answer) {
      if (!answer.isTextual()) {
        return Optional.empty();
      }
      try {
        var day = LocalDate.parse(answer.textValue());
        return day.isBefore(first) || day.isAfter(last)
            ? Optional.empty()
            : Optional.of(JsonNodeFactory.instance.textNode(day.toString()));
      } catch (DateTimeParseException _) {
        return Optional.empty();
      }
    }
  }

  /** A passage of the text, of a bounded form: it is held, so none of its characters is told. */
  record Excerpt(TextForm form, int longest) implements AnswerSchema {
    @Override
    public double bits() {
      return 0;
    }

    @Override
    public Optional<JsonNode> accept(JsonNode answer) {
      return Optional.of(answer).filter(text -> text.isTextual() && fits(text.textValue()));
    }

    boolean fits(String passage) {
      return passage.length() <= longest && form.fits(passage);
    }
  }

  /** At most so many answers of one sort; each may be null. */
  record Items(AnswerSchema each, int most) implements AnswerSchema {
    @Override
    public double bits() {
      return BitBudget.choice(most + 1L) + most * orNothing(each.bits(), 1);
    }

    @Override
    public Optional<JsonNode> accept(JsonNode answer) {
      if (!answer.isArray() || answer.size() > most) {
        return Optional.empty();
      }
      var accepted = JsonNodeFactory.instance.arrayNode();
      for (var given : answer) {
        var value = given.isNull() ? Optional.of(given) : each.accept(given);
        if (value.isEmpty()) {
          return Optional.empty();
        }
        accepted.add(value.get());
      }
      return Optional.of(accepted);
    }
  }

  /** Several answers by name; each may be null where the text does not say. */
  record Fields(Map<String, AnswerSchema> byName) implements AnswerSchema {
    @Override
    public double bits() {
      return byName.values().stream().mapToDouble(field -> orNothing(field.bits(), 1)).sum();
    }

    @Override
    public Optional<JsonNode> accept(JsonNode answer) {
      if (!answer.isObject() || answer.size() != byName.size()) {
        return Optional.empty();
      }
      var accepted = JsonNodeFactory.instance.objectNode();
      for (var field : byName.entrySet()) {
        var given = answer.path(field.getKey());
        var value = given.isNull() ? Optional.of(given) : field.getValue().accept(given);
        if (value.isEmpty()) {
          return Optional.empty();
        }
        accepted.set(field.getKey(), value.get());
      }
      return Optional.of(accepted);
    }
  }

  /** The bits of a choice with so many alternatives more. */
  static double orNothing(double bits, int more) {
    return Math.log(Math.pow(2, bits) + more) / Math.log(2);
  }
}
