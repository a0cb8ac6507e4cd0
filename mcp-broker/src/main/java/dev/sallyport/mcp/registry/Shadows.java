package dev.sallyport.mcp.registry;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.mcp.definition.Confusables;
import dev.sallyport.mcp.definition.SuspiciousText;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * How the definitions of one server meet those that were approved of the others: one may not look
 * like another that it is not, nor tell a model what to do with another's tools.
 *
 * @param server whose definitions are looked at
 * @param others what was approved of the other servers, by their names, but for those that this
 *     server may shadow
 */
record Shadows(String server, Map<String, Approved> others) {
  private static final Pattern EXPOSED =
      Pattern.compile("([a-z0-9][a-z0-9._-]{0,62})__([A-Za-z0-9_.-]{1,128})");

  /** Why a definition must not be shown beside those of the others, as a stable code. */
  Optional<String> problem(ItemKey key, ObjectNode definition) {
    if (others.isEmpty()) {
      return Optional.empty();
    }
    if (key.kind() == ItemKind.TOOL || key.kind() == ItemKind.PROMPT) {
      var skeleton = Confusables.skeleton(key.name());
      for (var other : others.values()) {
        var alike = other.looking(skeleton);
        if (alike.isPresent() && !alike.get().equalsIgnoreCase(key.name())) {
          return Optional.of("shadows_other_server");
        }
      }
    }
    for (var text : SuspiciousText.texts(definition)) {
      if (namesOther(text)) {
        return Optional.of("names_other_server");
      }
    }
    return Optional.empty();
  }

  /** What a person who decides should know beside the definition. */
  List<String> flags(ItemKey key, ObjectNode definition) {
    var flags = new ArrayList<String>();
    if (SuspiciousText.mixes(definition.path("description"))) {
      flags.add("the description mixes scripts within a word");
    }
    if (key.kind() == ItemKind.TOOL) {
      others.forEach((name, other) -> {
        if (other.hasTool(key.name())) {
          flags.add("a tool of this name is approved of " + name);
        }
      });
    }
    return flags;
  }

  private boolean namesOther(String text) {
    if (!text.contains(ExposedName.SEPARATOR)) {
      return false;
    }
    var names = EXPOSED.matcher(text);
    while (names.find()) {
      var whole = names.group();
      int at = whole.indexOf(ExposedName.SEPARATOR);
      while (at >= 0) { // a text may hold more of them in one word
        var other = others.get(whole.substring(0, at));
        if (other != null && isTool(other, whole.substring(at + 2))) {
          return true;
        }
        at = whole.indexOf(ExposedName.SEPARATOR, at + 1);
      }
    }
    return false;
  }

  /** Also with what a sentence puts behind a name. */
  private static boolean isTool(Approved other, String name) {
    var bare = name.replaceAll("[.-]+$", "");
    return other.hasTool(name) || other.hasTool(bare);
  }
}
