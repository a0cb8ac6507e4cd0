package dev.sallyport.sandbox.quarantine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sallyport.sandbox.quarantine.UnknownReferenceException.Reason;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;

/** Puts held text in the place of references, once through one value. Not thread-safe. */
final class Resolver {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final Function<Reference, Held> find;
  private final long maxChars;
  private final Set<String> used = new LinkedHashSet<>();
  private long chars;

  Resolver(Holdings holdings, QuarantineLimits limits) {
    this(holdings::find, limits.maxTurnChars());
  }

  private Resolver(Function<Reference, Held> find, long maxChars) {
    this.find = find;
    this.maxChars = maxChars;
  }

  /** The arguments of a turn that holds nothing. */
  static Resolved withoutTurn(JsonNode arguments) {
    return new Resolver(Resolver::nothing, Long.MAX_VALUE).resolve(arguments);
  }

  Resolved resolve(JsonNode arguments) {
    var resolved = value(arguments);
    return new Resolved(resolved, used.stream().toList());
  }

  /** An answer with held text in it, for a person. */
  static String render(Holdings holdings, String text) {
    return render(holdings::find, text);
  }

  /** An answer of a turn that holds nothing. */
  static String renderWithoutTurn(String text) {
    return render(Resolver::nothing, text);
  }

  private static String render(Function<Reference, Held> find, String text) {
    var found = Reference.EXACT.matcher(text);
    var rendered = new StringBuilder();
    while (found.find()) {
      found.appendReplacement(rendered, Matcher.quoteReplacement(external(find, found)));
    }
    return found.appendTail(rendered).toString();
  }

  private static String external(Function<Reference, Held> find, Matcher found) {
    try {
      return Shown.marked(HumanText.sanitise(find.apply(Reference.of(found)).text()));
    } catch (UnknownReferenceException _) {
      return Shown.marked("not held any more");
    }
  }

  private static Held nothing(Reference reference) {
    throw new UnknownReferenceException(Reason.UNKNOWN);
  }

  private JsonNode value(JsonNode node) {
    if (node.isTextual()) {
      var text = node.textValue();
      return mayRefer(text) ? JSON.textNode(text(text)) : node;
    }
    if (node.isArray()) {
      var items = JSON.arrayNode();
      node.forEach(item -> items.add(value(item)));
      return items;
    }
    if (node.isObject()) {
      var members = JSON.objectNode();
      node.properties()
          .forEach(member -> members.set(name(member.getKey()), value(member.getValue())));
      return members;
    }
    return node;
  }

  /** Whether there may be a reference, exact or not, in any string or name of it. */
  static boolean mayRefer(JsonNode node) {
    if (node.isTextual()) {
      return mayRefer(node.textValue());
    }
    for (var member : node.properties()) {
      if (mayRefer(member.getKey())) {
        return true;
      }
    }
    for (var child : node) {
      if (mayRefer(child)) {
        return true;
      }
    }
    return false;
  }

  private static boolean mayRefer(String text) {
    return text.contains("{{");
  }

  private String text(String text) {
    var found = Reference.EXACT.matcher(text);
    var resolved = new StringBuilder();
    var from = 0;
    while (found.find()) {
      resolved.append(plain(text.substring(from, found.start()))).append(held(found));
      from = found.end();
    }
    return resolved.append(plain(text.substring(from))).toString();
  }

  private String held(Matcher found) {
    var text = find.apply(Reference.of(found)).text();
    used.add(found.group());
    chars += text.length();
    if (chars > maxChars) {
      throw new UnknownReferenceException(Reason.TOO_LARGE);
    }
    return text;
  }

  private static String plain(String text) {
    if (Reference.MEANT.matcher(text).find()) {
      throw new UnknownReferenceException(Reason.MALFORMED);
    }
    return text;
  }

  private static String name(String name) {
    if (mayRefer(name) && Reference.MEANT.matcher(name).find()) {
      throw new UnknownReferenceException(Reason.IN_NAME);
    }
    return name;
  }
}
