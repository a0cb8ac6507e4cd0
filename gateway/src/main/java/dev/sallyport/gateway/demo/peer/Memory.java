package dev.sallyport.gateway.demo.peer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** All texts that a model has read in the results of its calls. */
record Memory(List<Leaf> leaves) {
  private static final Pattern ADDRESS =
      Pattern.compile("[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\\.[A-Za-z]{2,}|\\{\\{addr#[^{}]+\\}\\}");
  private static final int SHORT = 80;
  private static final String MEMBER_NAME = "(name)";

  Memory {
    leaves = List.copyOf(leaves);
  }

  /** A text with the name it had, in the result of a tool. */
  record Leaf(String tool, String name, String text) {}

  static Memory of(List<Conversation.Called> calls) {
    List<Leaf> leaves = new ArrayList<>();
    for (var call : calls) {
      collect(call.tool(), "", parsed(call.result()), leaves);
    }
    return new Memory(leaves);
  }

  /** The addresses, and the references that stand for addresses. */
  List<String> addresses() {
    return leaves.stream()
        .map(Leaf::text)
        .filter(text -> ADDRESS.matcher(text).matches())
        .distinct()
        .toList();
  }

  /** The texts that are short enough to be facts. */
  List<String> facts() {
    return leaves.stream()
        .filter(leaf -> !leaf.name().equals(MEMBER_NAME))
        .map(Leaf::text)
        .filter(text -> text.length() <= SHORT && !text.isBlank())
        .distinct()
        .limit(12)
        .toList();
  }

  /** The first text of that name. */
  Optional<String> named(String name) {
    return leaves.stream().filter(leaf -> leaf.name().equals(name)).map(Leaf::text).findFirst();
  }

  private static JsonNode parsed(String text) {
    try {
      return PeerTool.JSON.readTree(text);
    } catch (JsonProcessingException _) {
      return PeerTool.JSON.getNodeFactory().textNode(text);
    }
  }

  private static void collect(String tool, String name, JsonNode node, List<Leaf> leaves) {
    if (node.isTextual()) {
      leaves.add(new Leaf(tool, name, node.textValue()));
    } else if (node.isArray()) {
      node.forEach(item -> collect(tool, name, item, leaves));
    } else {
      Stream.of(node)
          .flatMap(object -> object.properties().stream())
          .forEach(member -> {
            leaves.add(new Leaf(tool, MEMBER_NAME, member.getKey()));
            collect(tool, member.getKey(), member.getValue(), leaves);
          });
    }
  }
}
