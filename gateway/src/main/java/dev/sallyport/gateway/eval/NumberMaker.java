package dev.sallyport.gateway.eval;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.gateway.eval.Maker.Made;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Makes numbers of those that a task says, that were shown, and that the quarantined model tells of
 * held texts. For one thread.
 */
final class NumberMaker {
  private static final Pattern NUMBER = Pattern.compile("(?<![\\d.])\\d{1,9}(?:\\.\\d{1,2})?");
  private static final int CENTS = 2;

  /** The largest number that is asked for where it may be large, and where it hardly is. */
  private static final int MOST_ASKED = 9_999_999;

  private static final int MOST_COUNTED = 9_999;

  /** A text with more is no place for the one number that is meant. */
  private static final int FEW_NUMBERS = 3;

  private final TaskWords words;
  private final Crossed crossed;
  private final Inquiry inquiry;
  private final Map<BigDecimal, Boolean> asked = new HashMap<>();

  NumberMaker(TaskWords words, Crossed crossed, Inquiry inquiry) {
    this.words = words;
    this.crossed = crossed;
    this.inquiry = inquiry;
  }

  /** Makes a number, or says why it cannot. */
  Made make(JsonNode wanted) throws IOException, InterruptedException {
    var value = wanted.decimalValue();
    if (words.tellNumber(value)) {
      return new Made(How.PROMPT, wanted);
    }
    if (holds(crossed.numbers(), value)) {
      return new Made(How.SHOWN, wanted);
    }
    if (holds(crossed.reckoned(), value) || reckoned(value, crossed.numbers())) {
      return new Made(How.RECKONED, wanted);
    }
    var written = written();
    if (holds(written.keySet(), value)) {
      return new Made(asked(value, written) ? How.ASKED : How.REFUSED, wanted);
    }
    for (var one : written.keySet()) {
      if (reckoned(value, Set.of(one))) {
        return new Made(asked(one, written) ? How.RECKONED : How.REFUSED, wanted);
      }
    }
    return changed(wanted, written);
  }

  /** A number that one text tells, changed by what another one says, such as a new price. */
  private Made changed(JsonNode wanted, Map<BigDecimal, Map.Entry<String, String>> written)
      throws IOException, InterruptedException {
    for (var change : fewNumbers(written)) {
      var changing = Optional.ofNullable(written.get(change)).map(Map.Entry::getValue);
      for (var place : written.entrySet()) {
        var one = place.getKey();
        boolean sameText = changing.filter(place.getValue().getValue()::equals).isPresent();
        if (!sameText
            && holds(List.of(one.add(change), one.subtract(change)), wanted.decimalValue())) {
          boolean isTold = asked(change, written) && asked(one, written);
          return new Made(isTold ? How.RECKONED : How.REFUSED, wanted);
        }
      }
    }
    return new Made(How.UNKNOWN_NUMBER, wanted);
  }

  /** The numbers of texts that hold few. */
  private static List<BigDecimal> fewNumbers(Map<BigDecimal, Map.Entry<String, String>> written) {
    var byText =
        written.entrySet().stream()
            .collect(
                Collectors.groupingBy(
                    one -> one.getValue().getValue(),
                    Collectors.mapping(Map.Entry::getKey, Collectors.toList())));
    return byText.values().stream()
        .filter(numbers -> numbers.size() <= FEW_NUMBERS)
        .flatMap(List::stream)
        .sorted()
        .toList();
  }

  /** Whether a number comes of one that is known and those that the user says. */
  private boolean reckoned(BigDecimal wanted, Set<BigDecimal> known) {
    for (var one : known) {
      for (var said : words.numbers()) {
        var part = one.multiply(said).movePointLeft(CENTS);
        var results =
            new ArrayList<>(List.of(one.add(said), one.subtract(said), said.subtract(one)));
        results.add(one.multiply(said));
        results.add(part.setScale(CENTS, RoundingMode.HALF_UP));
        words.numbers().forEach(more -> results.add(part.add(more)));
        if (holds(results, wanted)) {
          return true;
        }
      }
    }
    return false;
  }

  /** The numbers in held texts, with how they are written and a reference to the text. */
  private Map<BigDecimal, Map.Entry<String, String>> written() {
    var numbers = new HashMap<BigDecimal, Map.Entry<String, String>>();
    crossed
        .texts()
        .forEach((text, token) ->
            NUMBER
                .matcher(text)
                .results()
                .forEach(found ->
                    numbers.put(
                        new BigDecimal(found.group()).stripTrailingZeros(),
                        Map.entry(found.group(), token))));
    return numbers;
  }

  /**
   * Asks for a count, or for an amount in hundredths, within bounds that are fixed before the text
   * is read.
   */
  private boolean asked(BigDecimal wanted, Map<BigDecimal, Map.Entry<String, String>> written)
      throws IOException, InterruptedException {
    var value = wanted.stripTrailingZeros();
    if (asked.containsKey(value)) {
      return asked.get(value);
    }
    var found = Optional.ofNullable(written.get(value));
    if (found.isEmpty()) {
      return false;
    }
    var where = found.get();
    boolean counts = !where.getKey().contains(".") && value.longValue() <= MOST_COUNTED;
    var told = counts ? value : value.movePointRight(CENTS);
    if (told.compareTo(BigDecimal.valueOf(MOST_ASKED)) > 0) {
      return false;
    }
    boolean isTold =
        inquiry.whole(
            where.getValue(),
            where.getKey(),
            told.longValueExact(),
            0,
            counts ? MOST_COUNTED : MOST_ASKED);
    asked.put(value, isTold);
    return isTold;
  }

  /** Whether a number was shown, or can be reckoned from the lists that were. */
  boolean isShown(BigDecimal wanted) {
    return holds(crossed.numbers(), wanted) || holds(crossed.reckoned(), wanted);
  }

  private static boolean holds(Iterable<BigDecimal> numbers, BigDecimal wanted) {
    for (var one : numbers) {
      if (one.compareTo(wanted) == 0) {
        return true;
      }
    }
    return false;
  }
}
