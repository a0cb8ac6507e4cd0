package dev.sallyport.mcp.definition;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.mcp.wire.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What became different between two definitions of an item, and what kind of change that is. What
 * is not known to be harmless is breaking.
 *
 * @param drift the worst of the changes
 * @param changes in the order of their places
 */
public record DefinitionDiff(Drift drift, List<Change> changes) {
  private static final Set<String> WORDS =
      Set.of("title", "description", "icons", "_meta", "instructions", "size");

  /** Hints, and what one stands for where it is not said. */
  private static final Map<String, Boolean> DEFAULTS =
      Map.of(
          "readOnlyHint", false,
          "destructiveHint", true,
          "idempotentHint", false,
          "openWorldHint", true);

  /** Hints that promise something by being true; the others do by being false. */
  private static final Set<String> SAFE_IF_TRUE = Set.of("readOnlyHint", "idempotentHint");

  public DefinitionDiff {
    changes = List.copyOf(changes);
  }

  /**
   * One difference.
   *
   * @param path where, as a JSON pointer; in what is a set, the place of the set
   * @param before what was there, in JSON; empty if nothing was
   * @param after what is there now, in JSON; empty if nothing is
   */
  public record Change(String path, Drift drift, String before, String after) {}

  /** What became different. */
  public static DefinitionDiff of(ObjectNode before, ObjectNode after) {
    var found = new Found();
    var older = CanonicalForm.of(before);
    var newer = CanonicalForm.of(after);
    for (var name : names(older, newer)) {
      var was = older.path(name);
      var is = newer.path(name);
      if (!same(was, is)) {
        int known = found.count();
        member(found, name, was, is);
        if (found.count() == known) {
          found.add("/" + escaped(name), Drift.BREAKING, was, is);
        }
      }
    }
    return found.diff();
  }

  /** That nothing became different but where the server is. */
  public static DefinitionDiff moved() {
    return new DefinitionDiff(Drift.MOVED, List.of());
  }

  /** The same differences, of an item that may be the other in a new name. */
  public DefinitionDiff suspected() {
    return new DefinitionDiff(Drift.RENAME_SUSPECT, changes);
  }

  private static void member(Found found, String name, JsonNode was, JsonNode is) {
    var path = "/" + escaped(name);
    switch (name) {
      case "inputSchema" -> SchemaDiff.ofInput(found).compare(path, was, is);
      case "outputSchema" -> SchemaDiff.ofOutput(found).compare(path, was, is);
      case "annotations" -> annotations(found, was, is);
      case "arguments" -> arguments(found, was, is);
      case "capabilities", "serverInfo" -> info(found, path, name.equals("capabilities"), was, is);
      default -> found.add(path, WORDS.contains(name) ? Drift.TEXT_ONLY : Drift.BREAKING, was, is);
    }
  }

  private static void annotations(Found found, JsonNode was, JsonNode is) {
    for (var name : names(was, is)) {
      if (!same(was.path(name), is.path(name))) {
        var before = DEFAULTS.get(name);
        boolean worse =
            before != null
                && SAFE_IF_TRUE.contains(name) == was.path(name).asBoolean(before)
                && SAFE_IF_TRUE.contains(name) != is.path(name).asBoolean(before);
        var path = "/annotations/" + escaped(name);
        found.add(path, worse ? Drift.BREAKING : Drift.TEXT_ONLY, was.path(name), is.path(name));
      }
    }
  }

  /** The arguments of a prompt, by their names. */
  private static void arguments(Found found, JsonNode was, JsonNode is) {
    var before = byName(was);
    var after = byName(is);
    int differences = found.count();
    for (var name : names(before, after)) {
      var path = "/arguments/" + escaped(name);
      var old = before.path(name);
      var now = after.path(name);
      boolean required = now.path("required").asBoolean();
      if (same(old, now)) {
        continue;
      }
      if (old.isMissingNode() || now.isMissingNode()) {
        boolean added = old.isMissingNode() && !required;
        found.add(path, added ? Drift.ADDITIVE : Drift.BREAKING, old, now);
        continue;
      }
      for (var member : names(old, now)) {
        if (!same(old.path(member), now.path(member))) {
          var drift =
              member.equals("required")
                  ? (required ? Drift.BREAKING : Drift.ADDITIVE)
                  : WORDS.contains(member) ? Drift.TEXT_ONLY : Drift.BREAKING;
          found.add(path + "/" + escaped(member), drift, old.path(member), now.path(member));
        }
      }
    }
    if (found.count() == differences) { // such as another order, or a name given twice
      boolean sameSize = was.size() == is.size() && before.size() == was.size();
      found.add("/arguments", sameSize ? Drift.TEXT_ONLY : Drift.BREAKING, was, is);
    }
  }

  private static void info(
      Found found, String path, boolean capabilities, JsonNode was, JsonNode is) {
    for (var name : names(was, is)) {
      var old = was.path(name);
      var now = is.path(name);
      if (!same(old, now)) {
        var added = old.isMissingNode() ? Drift.ADDITIVE : Drift.BREAKING;
        found.add(path + "/" + escaped(name), capabilities ? added : Drift.TEXT_ONLY, old, now);
      }
    }
  }

  private static JsonNode byName(JsonNode arguments) {
    var byName = Json.object();
    for (var argument : arguments) {
      byName.set(argument.path("name").asText(), argument);
    }
    return byName;
  }

  /** The differences as they are found. For one thread. */
  static final class Found {
    private static final int MAX_SHOWN = 400;

    private final List<Change> changes = new ArrayList<>();
    private Drift worst = Drift.NONE;

    void add(String path, Drift drift, JsonNode before, JsonNode after) {
      worst = worst.or(drift);
      changes.add(new Change(path, drift, shown(before), shown(after)));
    }

    int count() {
      return changes.size();
    }

    private DefinitionDiff diff() {
      return new DefinitionDiff(worst, changes);
    }

    private static String shown(JsonNode value) {
      var text = value.isMissingNode() ? "" : value.toString();
      return text.length() > MAX_SHOWN ? text.substring(0, MAX_SHOWN) + "…" : text;
    }
  }

  /** Whether two say the same in the canonical form of plain values. */
  static boolean same(JsonNode one, JsonNode other) {
    return text(one).equals(text(other));
  }

  /** Numbers of the same value spelled otherwise are different texts. */
  private static String text(JsonNode node) {
    return node.isMissingNode()
        ? ""
        : CanonicalForm.of(Json.object().set("it", node)).path("it").toString();
  }

  static Set<String> names(JsonNode one, JsonNode other) {
    var names = new TreeSet<String>();
    one.fieldNames().forEachRemaining(names::add);
    other.fieldNames().forEachRemaining(names::add);
    return names;
  }

  static String escaped(String name) {
    return name.replace("~", "~0").replace("/", "~1");
  }

  /** How much of the words of one text the other has as well, from 0 to 1. */
  public static double similarity(String one, String other) {
    var first = words(one);
    var second = words(other);
    if (first.isEmpty() || second.isEmpty()) {
      return 0;
    }
    var both = new TreeSet<>(first);
    both.retainAll(second);
    var either = new TreeSet<>(first);
    either.addAll(second);
    return (double) both.size() / either.size();
  }

  private static Set<String> words(String text) {
    var words = new TreeSet<String>();
    for (var word : Confusables.skeleton(text).split("[^\\p{L}\\p{N}]+", -1)) {
      if (!word.isEmpty()) {
        words.add(word);
      }
    }
    return words;
  }
}
