package dev.sallyport.llm.anthropic;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Bodies in the Messages form that hold what nobody here knows, at every level, written in every
 * way that JSON can be. {@code @MODEL@} stands for the model.
 */
final class FuzzedMessages {
  /** One that holds nothing of the kind. */
  static final String PLAIN =
      "{\"model\":\"@MODEL@\",\"max_tokens\":9,"
          + "\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}";

  private static final List<String> BLOCKS =
      List.of(
          "{\"type\":\"text\",\"text\":\"\\u00e9 \\ud83d\\ude00\\/\"%s}",
          "{\"type\":\"image\",\"source\":{\"type\":\"base64\",\"media_type\":\"image/png\","
              + "\"data\":\"AAAA\"}%s}",
          "{\"type\":\"thinking\",\"thinking\":\"\",\"signature\":\"s+/=\"%s}",
          "{\"type\":\"redacted_thinking\",\"data\":\"opaque\"%s}",
          "{\"type\":\"tool_use\",\"id\":\"t\",\"name\":\"f\",\"input\":{\"n\":1.50}%s}",
          "{\"type\":\"server_tool_use\",\"id\":\"s\",\"name\":\"web_search\",\"input\":{}%s}",
          "{\"type\":\"x_new\"%s}");
  private static final List<String> VALUES =
      List.of("1.50", "1E+2", "-0", "null", "true", "[]", "{ }", "\"\\u0000\"", "[1,{\"a\":[]}]");

  private final Random random;
  private int names;

  FuzzedMessages(Random random) {
    this.random = random;
  }

  String body() {
    var members = new ArrayList<String>();
    members.add("\"model\"" + space() + ":" + space() + "\"@MODEL@\"");
    members.add("\"max_tokens\":" + (1 + random.nextInt(9_999)));
    members.add("\"messages\":" + messages());
    for (int i = random.nextInt(4); i > 0; i--) {
      members.add(unknown());
    }
    if (random.nextBoolean()) {
      members.add("\"tools\":[{\"type\":\"web_search_20250305\",\"name\":\"w\"" + more() + "}]");
    }
    if (random.nextBoolean()) {
      members.add("\"system\":[{\"type\":\"text\",\"text\":\"s\"" + more() + "}]");
    }
    if (random.nextBoolean()) {
      members.add("\"thinking\":{\"type\":\"x_new\"" + more() + "}");
    }
    Collections.shuffle(members, random);
    return space() + "{" + String.join(space() + "," + space(), members) + "}" + space();
  }

  private String messages() {
    var messages = new ArrayList<String>();
    for (int i = 1 + random.nextInt(3); i > 0; i--) {
      var role = random.nextBoolean() ? "user" : "assistant";
      messages.add("{\"role\":\"" + role + "\",\"content\":" + content(role) + more() + "}");
    }
    return "[" + String.join("," + space(), messages) + "]";
  }

  private String content(String role) {
    if (random.nextInt(4) == 0) {
      return "\"" + role + "\"";
    }
    var blocks = new ArrayList<String>();
    for (int i = 1 + random.nextInt(3); i > 0; i--) {
      blocks.add(pick(BLOCKS).formatted(more()));
    }
    return "[" + String.join(",", blocks) + "]";
  }

  private String more() {
    return random.nextBoolean() ? "" : "," + space() + unknown();
  }

  private String unknown() {
    return "\"x_" + names++ + "\":" + space() + pick(VALUES);
  }

  private String space() {
    return pick(List.of("", "", " ", "\n\t", "\r\n  "));
  }

  private String pick(List<String> some) {
    return some.get(random.nextInt(some.size()));
  }
}
