package dev.sallyport.gateway.eval;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.sandbox.quarantine.QuarantineLimits;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
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
  private static final int FORMS = 10;
  private static final int LENGTHS = 6;

  private final QuarantineLimits limits;
  private final Set<String> vocabulary;
  private final Set<Rule> leftOut;
  private final Map<String, String> lastForm = new HashMap<>();
  private final Map<String, List<String>> lastMembers = new HashMap<>();
  private final Set<String> tokens = new HashSet<>();
  private double bits;
  private boolean ended;

  /** What is charged for. */
  enum Rule {
    END_OF_BUDGET,
    CONTENT,
    FORM,
    NUMBER,
    TEXT,
    EQUAL_TEXT,
    ARRAY_LENGTH,
    MEMBERS,
    FAILURE,
    BLOCKS,
    BLOCK_TYPE,
    MEDIA_TYPE,
    ERROR_CLASS,
    LENGTH,
    OUTCOME,
    TRUTH
  }

  /**
   * A count from nothing.
   *
   * @param vocabulary the names of members that may be shown
   * @param leftOut rules that are not applied, to see whether that shows
   */
  Recount(QuarantineLimits limits, Set<String> vocabulary, Set<Rule> leftOut) {
    this.limits = limits;
    this.vocabulary = Set.copyOf(vocabulary);
    this.leftOut = Set.copyOf(leftOut);
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
    var unsaid = ended ? new double[] {0, 1, 1 + log2(FORMS)} : new double[] {0};
    for (double more : unsaid) {
      if (!ended || bits + more <= limits.resultBits()) {
        counts.add((int) Math.ceil(bits + more));
      }
    }
    return counts;
  }

  /** Charges for something beside contents. */
  void charge(Rule rule, double told) {
    if (!ended && !leftOut.contains(rule)) {
      bits += told;
    }
  }

  void chargeLength() {
    charge(Rule.LENGTH, log2(LENGTHS));
  }

  /** One content as a whole. */
  void content(JsonNode view) {
    charge(Rule.CONTENT, 1);
    if (!kind(view).equals("blob")) {
      node(view, "");
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

  private void node(JsonNode view, String column) {
    if (ended || kind(view).equals("val")) {
      ended = true;
      return;
    }
    var form = form(view);
    charge(Rule.FORM, form.equals(lastForm.put(column, form)) ? 1 : 1 + log2(FORMS));
    switch (form) {
      case "number" -> number(view);
      case "text" -> text(view.textValue());
      case "array" -> array(view, column);
      case "object" -> object(view, column);
      default -> {}
    }
  }

  private static String form(JsonNode view) {
    var kind = kind(view);
    if (TEXTS.contains(kind)) {
      return "text";
    }
    return switch (view.getNodeType()) {
      case STRING -> kind.isEmpty() ? "empty" : kind;
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

  private void array(JsonNode view, String column) {
    charge(Rule.ARRAY_LENGTH, log2(limits.maxItems() + 2));
    for (int i = 0; i < Math.min(view.size(), limits.maxItems()); i++) {
      node(view.get(i), column + "/*");
    }
  }

  private void object(JsonNode view, String column) {
    var names = new ArrayList<String>();
    view.fieldNames().forEachRemaining(names::add);
    boolean same = names.equals(lastMembers.put(column, names));
    int each = vocabulary.size();
    charge(Rule.MEMBERS, same ? 1 : 1 + each + log2(limits.maxMembers() + 1));
    for (var name : names) {
      if (!vocabulary.contains(name) && !ended) {
        alias(name, same);
      }
      node(view.get(name), column + "/:" + name);
    }
  }

  private void alias(String name, boolean same) {
    if (kind(name).equals("val")) {
      ended = true;
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
