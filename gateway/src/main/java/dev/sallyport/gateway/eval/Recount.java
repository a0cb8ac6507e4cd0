package dev.sallyport.gateway.eval;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.sandbox.quarantine.QuarantineLimits;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Counts once more what a view tells, from the view alone: it shares no code with the quarantine,
 * only its limits and its rules. Of one view; not thread-safe.
 *
 * <p>Where a budget ended, a view does not say whether the form of the place where it ended was
 * still told; then there are several counts, one of which was charged.
 */
final class Recount {
  private static final Pattern TOKEN =
      Pattern.compile("\\{\\{([a-z]+)#[1-9][0-9]*\\.[a-z2-7]{10}}}");
  private static final Set<String> TEXTS = Set.of("txt", "addr", "url", "ident", "date");
  private static final int STRICT_FORMS = 10;
  private static final int TYPED_FORMS = 11;
  private static final int LENGTHS = 6;
  private static final double ROUNDING = 1e-9;

  private final QuarantineLimits limits;
  private final Agreed agreed;
  private final Set<String> vocabulary;
  private final Set<Rule> leftOut;
  private final double most;
  private final int maxItems;
  private final double surprise;
  private final Map<String, String> lastForm = new HashMap<>();
  private final Map<String, List<String>> lastMembers = new HashMap<>();
  private final Set<String> tokens = new HashSet<>();
  private boolean agreedHere = true;
  private double bits;
  private boolean ended;
  private List<Double> unsaid = List.of(0.0);

  /** What is charged for. */
  enum Rule {
    END_OF_BUDGET,
    CONTENT,
    FORM,
    NUMBER,
    BOUNDED_NUMBER,
    LITERAL,
    TEXT,
    EQUAL_TEXT,
    ARRAY_LENGTH,
    MEMBERS,
    LAYOUT,
    BLOCKS,
    BLOCK,
    MEDIA_TYPE,
    ERROR_CLASS,
    LENGTH,
    LOOK,
    OUTCOME,
    TRUTH
  }

  /**
   * A count from nothing.
   *
   * @param approved the names of members that may be shown, beside those that are agreed
   * @param leftOut rules that are not applied, to see whether that shows
   */
  Recount(QuarantineLimits limits, Set<String> approved, Agreed agreed, Set<Rule> leftOut) {
    var names = new HashSet<>(approved);
    names.addAll(agreed.names());
    this.limits = limits;
    this.agreed = agreed;
    this.vocabulary = Set.copyOf(names);
    this.leftOut = Set.copyOf(leftOut);
    this.most = agreed.resultBits().orElse(limits.resultBits());
    this.maxItems = agreed.maxItems().orElse(limits.maxItems());
    this.surprise = 1 + log2(agreed.typed() ? TYPED_FORMS : STRICT_FORMS);
    charge(Rule.END_OF_BUDGET, 1);
  }

  /** Every name that a schema declares, on any level. */
  static Set<String> names(JsonNode schema) {
    var names = new HashSet<String>();
    schema.path("properties").fieldNames().forEachRemaining(names::add);
    schema.forEach(part -> names.addAll(names(part)));
    return names;
  }

  /** The counts that there can be, in whole bits. */
  Set<Integer> counts() {
    var counts = new TreeSet<Integer>();
    for (double more : unsaid) {
      if (bits + more <= most + ROUNDING) {
        counts.add((int) Math.ceil(bits + more));
      }
    }
    return counts;
  }

  /** Charges for something, or finds that the budget ended. */
  void charge(Rule rule, double told) {
    double more = leftOut.contains(rule) ? 0 : told;
    if (!ended && bits + more > most + ROUNDING) {
      ended = true;
    }
    bits += ended ? 0 : more;
  }

  /** The budget ended here; that much of what is charged here may still have been told. */
  private void end(Double... mayBe) {
    ended = true;
    unsaid = List.of(mayBe);
  }

  void chargeLength() {
    charge(Rule.LENGTH, log2(LENGTHS));
  }

  /** One content as a whole, of which something may be agreed. */
  void content(JsonNode view) {
    content(view, true);
  }

  /** One content of which nothing is agreed. */
  void aside(JsonNode view) {
    content(view, false);
  }

  private void content(JsonNode view, boolean here) {
    agreedHere = here;
    if (kind(view).equals("val") && !ended) {
      end(0.0, 1.0, 2.0, 1 + surprise);
      return;
    }
    charge(Rule.CONTENT, 1);
    if (!kind(view).equals("blob") || open(List.of())) {
      node(view, List.of());
    }
  }

  /** A number that is told. */
  void number(JsonNode view) {
    var value = new BigDecimal(view.asText()).stripTrailingZeros();
    int decimals = Math.max(0, value.scale());
    var digits = value.setScale(decimals).unscaledValue();
    int sign = 1;
    int length = 6;
    charge(Rule.NUMBER, sign + (decimals == 0 ? 1 : 1 + 3) + length + digits.bitLength());
  }

  private void node(JsonNode view, List<String> place) {
    if (ended) {
      return;
    }
    if (kind(view).equals("val")) {
      end(0.0, 1.0, surprise);
      return;
    }
    var form = form(view, place);
    var column = String.join("", place);
    charge(Rule.FORM, form.equals(lastForm.put(column, form)) ? 1 : surprise);
    switch (form) {
      case "number" -> boundedNumber(view, place);
      case "literal" -> literal(place);
      case "text" -> text(view.textValue());
      case "array" -> array(view, place);
      case "object" -> object(view, place);
      default -> {}
    }
  }

  private Optional<AgreedField> field(List<String> place) {
    return agreedHere ? agreed.at(place) : Optional.empty();
  }

  private boolean open(List<String> place) {
    return field(place).filter(AgreedField::isOpen).isPresent();
  }

  private void boundedNumber(JsonNode view, List<String> place) {
    var bounds = field(place).filter(field -> agreed.typed() && field.isNumber());
    bounds.ifPresentOrElse(field -> charge(Rule.BOUNDED_NUMBER, field.bits()), () -> number(view));
  }

  private void literal(List<String> place) {
    var field = field(place).orElseThrow();
    boolean word = field.form() == AgreedField.Form.WORD;
    charge(Rule.LITERAL, word ? log2(agreed.words()) : field.bits());
  }

  private String form(JsonNode view, List<String> place) {
    var kind = kind(view);
    if (TEXTS.contains(kind) || (!kind.isEmpty() && open(place))) {
      return "text";
    }
    return switch (view.getNodeType()) {
      case STRING -> view.asText().isEmpty() ? "empty" : kind.isEmpty() ? "literal" : kind;
      case NUMBER -> "number";
      case ARRAY -> "array";
      case OBJECT -> "object";
      default -> view.asText("null");
    };
  }

  private void text(String token) {
    boolean known = !tokens.add(token);
    charge(Rule.TEXT, 1);
    if (known) {
      charge(Rule.EQUAL_TEXT, log2(tokens.size()));
    }
  }

  private void array(JsonNode view, List<String> place) {
    int bound = field(place).map(AgreedField::most).filter(max -> max >= 0).orElse(maxItems);
    int shown = Math.min(bound, maxItems);
    charge(Rule.ARRAY_LENGTH, log2(shown + 2));
    for (int i = 0; i < Math.min(view.size(), shown); i++) {
      node(view.get(i), then(place, "[*]"));
    }
  }

  private static List<String> then(List<String> place, String step) {
    var further = new ArrayList<>(place);
    further.add(step);
    return further;
  }

  private void object(JsonNode view, List<String> place) {
    var names = new ArrayList<String>();
    view.fieldNames().forEachRemaining(names::add);
    boolean same = names.equals(lastMembers.put(String.join("", place), names));
    int each = vocabulary.size();
    charge(Rule.MEMBERS, same ? 1 : 1 + each + log2(limits.maxMembers() + 1));
    for (var name : names) {
      if (!vocabulary.contains(name) && !ended) {
        alias(name, same);
      }
      node(view.get(name), then(place, "." + name));
    }
  }

  private void alias(String name, boolean same) {
    if (kind(name).equals("val")) {
      end(0.0);
    } else if (!same) {
      text(name);
    }
  }

  private static String kind(JsonNode view) {
    return view.isTextual() ? kind(view.textValue()) : "";
  }

  private static String kind(String text) {
    var token = TOKEN.matcher(text);
    return token.matches() ? token.group(1) : "";
  }

  static double log2(double alternatives) {
    return Math.log(alternatives) / Math.log(2);
  }

  @Override
  public String toString() {
    return "Recount[" + bits + "]";
  }
}
