package dev.sallyport.identity.condition;

import dev.cel.common.CelValidationException;
import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** What can be told of a condition from its text. */
public final class ConditionText {
  private static final Set<String> ROOTS =
      Set.of("args", "params", "principal", "ctx", "tool", "server", "resource", "action");
  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
  private static final String INDEX = "_[_]";

  private ConditionText() {}

  /**
   * The places that a condition looks at, such as {@code args.limit} and {@code ctx.label}; {@code
   * args} alone if it may look at any of them.
   */
  public static SortedSet<String> reads(String text) {
    try {
      return reads(Environment.PARSER.parse(text).getAst().getExpr());
    } catch (CelValidationException _) {
      return Collections.unmodifiableSortedSet(new TreeSet<>(ROOTS));
    }
  }

  /** The places that an expression looks at, as {@link #reads(String)} tells them. */
  static SortedSet<String> reads(CelExpr parsed) {
    var reads = new TreeSet<String>();
    add(parsed, reads);
    return Collections.unmodifiableSortedSet(reads);
  }

  private static void add(CelExpr expression, SortedSet<String> reads) {
    var place = place(expression);
    if (place.isPresent()) {
      reads.add(place.get());
      return;
    }
    switch (expression.getKind()) {
      case SELECT -> add(expression.select().operand(), reads);
      case CALL -> {
        expression.call().target().ifPresent(target -> add(target, reads));
        expression.call().args().forEach(argument -> add(argument, reads));
      }
      case LIST -> expression.list().elements().forEach(element -> add(element, reads));
      case MAP ->
          expression
              .map()
              .entries()
              .forEach(entry -> {
                add(entry.key(), reads);
                add(entry.value(), reads);
              });
      case COMPREHENSION -> {
        var loop = expression.comprehension();
        List.of(
                loop.iterRange(),
                loop.accuInit(),
                loop.loopCondition(),
                loop.loopStep(),
                loop.result())
            .forEach(part -> add(part, reads));
      }
      case STRUCT -> expression.struct().entries().forEach(entry -> add(entry.value(), reads));
      case CONSTANT, IDENT, NOT_SET -> {}
    }
  }

  /** A path of names from a root; empty if it is something else. */
  private static Optional<String> place(CelExpr expression) {
    return switch (expression.getKind()) {
      case IDENT ->
          Optional.of(Environment.fromTheRoot(expression.ident().name())).filter(ROOTS::contains);
      case SELECT ->
          place(expression.select().operand())
              .map(outer -> outer + "." + expression.select().field());
      case CALL ->
          expression.call().function().equals(INDEX) && isText(expression.call().args().getLast())
              ? place(expression.call().args().getFirst())
                  .map(outer -> inner(outer, expression.call().args().getLast()))
              : Optional.empty();
      case CONSTANT, LIST, STRUCT, MAP, COMPREHENSION, NOT_SET -> Optional.empty();
    };
  }

  /** What cannot be written with dots may be anywhere in what is around it. */
  private static String inner(String outer, CelExpr name) {
    var text = name.constant().stringValue();
    return NAME.matcher(text).matches() ? outer + "." + text : outer;
  }

  private static boolean isText(CelExpr expression) {
    return expression.getKind() == CelExpr.ExprKind.Kind.CONSTANT
        && expression.constant().getKind() == CelConstant.Kind.STRING_VALUE;
  }

  /** The terms of which all must hold: the text, cut at {@code &&} where nothing is around it. */
  public static List<String> terms(String text) {
    var terms = new ArrayList<String>();
    int depth = 0;
    int begin = 0;
    char quote = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (quote != 0) {
        i += c == '\\' ? 1 : 0;
        quote = c == quote ? 0 : quote;
      } else if (c == '\'' || c == '"') {
        quote = c;
      } else if ("([{".indexOf(c) >= 0) {
        depth++;
      } else if (")]}".indexOf(c) >= 0) {
        depth--;
      } else if (depth == 0 && (c == '?' || text.startsWith("||", i))) {
        return List.of(text);
      } else if (depth == 0 && text.startsWith("&&", i)) {
        terms.add(text.substring(begin, i).strip());
        begin = i + 2;
      }
    }
    terms.add(text.substring(begin).strip());
    return terms.stream().allMatch(ConditionText::isWhole) ? List.copyOf(terms) : List.of(text);
  }

  private static boolean isWhole(String term) {
    return !Environment.PARSER.parse(term).hasError();
  }
}
