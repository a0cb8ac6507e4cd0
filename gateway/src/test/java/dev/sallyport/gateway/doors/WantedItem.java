package dev.sallyport.gateway.doors;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Random;

/**
 * A prompt that an agent wants, something to read, or a completion for either.
 *
 * @param number tells it from all others
 * @param name the prompt's, or the scheme of the URI and of its template
 * @param arguments of the prompt, as they are known by now
 * @param held whether its turn has read a letter, as of a {@link Wanted}
 */
record WantedItem(
    int number,
    String agent,
    String server,
    String method,
    String name,
    ObjectNode arguments,
    boolean held) {
  private static final List<String> AGENTS =
      List.of("full", "full", "narrow", "careful", "careful", "bounded", "bounded", "nobody");
  private static final List<String> SERVERS =
      List.of("crm", "crm", "crm", "crm", "files", "files", "unheard");
  private static final List<String> METHODS =
      List.of("prompts/get", "resources/read", "completion/complete");
  private static final List<String> PROMPTS = List.of("greet", "greet", "sum", "none");
  private static final List<String> SCHEMES = List.of("doc", "doc", "note", "trash", "no");

  static WantedItem generated(int number, Random random) {
    var method = Pick.of(METHODS, random);
    boolean prompt =
        method.equals("prompts/get")
            || (method.equals("completion/complete") && random.nextBoolean());
    var arguments = DoorScene.object("{}");
    if (random.nextInt(3) > 0) {
      arguments.put("region", random.nextBoolean() ? "eu" : "Gr\u00f6nland \u2713");
    }
    return new WantedItem(
        number,
        Pick.agent(AGENTS, number, random),
        Pick.of(SERVERS, random),
        method,
        Pick.of(prompt ? PROMPTS : SCHEMES, random),
        arguments,
        random.nextInt(4) == 0);
  }

  /** By what upstreams can tell one try from all others; always as long. */
  String mark(Door door) {
    return Pick.mark(number, door);
  }

  /** What is asked at a door, with these arguments if it is of a prompt. */
  ObjectNode params(Door door, ObjectNode given) {
    var params = DoorScene.object("{}");
    switch (method) {
      case "prompts/get" -> params.put("name", named(door)).set("arguments", marked(given, door));
      case "resources/read" -> params.put("uri", at(door, name + ":///" + mark(door)));
      default -> {
        var reference = params.putObject("ref");
        var argument = params.putObject("argument");
        if (PROMPTS.contains(name)) {
          reference.put("type", "ref/prompt").put("name", named(door));
          argument.put("name", "more").put("value", "x");
          params.putObject("context").set("arguments", marked(given, door));
        } else {
          reference.put("type", "ref/resource").put("uri", at(door, name + ":///{id}"));
          argument.put("name", "id").put("value", mark(door));
        }
      }
    }
    return params;
  }

  private ObjectNode marked(ObjectNode given, Door door) {
    return given.deepCopy().put("mark", mark(door));
  }

  private String named(Door door) {
    return door.isOfOneServer() ? name : server + "__" + name;
  }

  private String at(Door door, String uri) {
    return door.isOfOneServer() ? uri : "sallyport://" + server + "/" + uri;
  }
}
