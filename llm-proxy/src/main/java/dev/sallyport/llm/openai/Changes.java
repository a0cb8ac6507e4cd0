package dev.sallyport.llm.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.llm.spi.ChatRequest;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What is changed in one request, member by member, and what of it is lost. */
final class Changes {
  private final ObjectNode tree;
  private final Map<String, JsonNode> made;
  private final Set<String> lost = new LinkedHashSet<>();

  /**
   * Changes of a request.
   *
   * @param tree never changed itself
   * @param made those made already; more are put into it
   */
  Changes(ObjectNode tree, Map<String, JsonNode> made) {
    this.tree = tree;
    this.made = made;
  }

  /** A member as it will be; a missing node if there will be none. */
  JsonNode value(String name) {
    return made.getOrDefault(name, tree.path(name));
  }

  /** The members that were there, and those that were added. */
  Set<String> names() {
    var names = new LinkedHashSet<String>();
    tree.fieldNames().forEachRemaining(names::add);
    names.addAll(made.keySet());
    return names;
  }

  /** Sets a member; to what it is, changes nothing. */
  void set(String name, JsonNode value) {
    if (!value.equals(value(name))) {
      made.put(name, value);
    }
  }

  void cut(String name) {
    set(name, MissingNode.getInstance());
  }

  /** Cuts every member that is null. */
  void cutNulls() {
    for (var name : names()) {
      if (value(name).isNull()) {
        cut(name);
      }
    }
  }

  /** Cuts a member, and notes that unless it said nothing. */
  void lose(String name) {
    var value = value(name);
    if (value.isMissingNode()) {
      return;
    }
    if (!saysNothing(name, value)) {
      note(name);
    }
    cut(name);
  }

  /** Notes that something is lost. */
  void note(String name) {
    lost.add(name);
  }

  Map<String, JsonNode> made() {
    return made;
  }

  List<String> lost() {
    return List.copyOf(lost);
  }

  /** Whether leaving a parameter out changes nothing. */
  private static boolean saysNothing(String name, JsonNode value) {
    return (name.equals("best_of") && value.asInt() == 1) || ChatRequest.saysNothing(name, value);
  }
}
