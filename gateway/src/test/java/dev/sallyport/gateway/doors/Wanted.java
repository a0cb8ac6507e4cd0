package dev.sallyport.gateway.doors;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.gateway.testing.TestingGateway;
import java.util.List;
import java.util.Random;

/**
 * A call that an agent wants.
 *
 * @param number tells it from all others
 * @param held whether its turn has read a letter: an argument is to hold what is in quarantine of
 *     that, or the label of the turn is that of the letter
 */
record Wanted(
    int number, String agent, String server, String tool, ObjectNode arguments, boolean held) {
  private static final List<String> AGENTS =
      List.of(
          "full",
          "full",
          "narrow",
          "careful",
          "careful",
          "careful",
          "bounded",
          "bounded",
          "proposer",
          "nobody");
  private static final List<String> SERVERS =
      List.of("crm", "crm", "crm", "files", "files", "unheard");
  private static final List<String> TOOLS =
      List.of("read", "read", "write", "write", "send", "erase", "none");

  static Wanted generated(int number, Random random) {
    var arguments = (ObjectNode) TestingGateway.read("{}");
    if (random.nextInt(5) > 0) {
      arguments.put("limit", random.nextInt(10_000));
    } else if (random.nextBoolean()) {
      arguments.put("limit", "many");
    }
    if (random.nextInt(3) == 0) {
      arguments.put("region", random.nextBoolean() ? "eu" : "Gr\u00f6nland \u2713");
    }
    if (random.nextInt(4) == 0) {
      arguments.putObject("more").put("name", "crm__read").putArray("list").add(1.50).addNull();
    }
    return new Wanted(
        number,
        Pick.agent(AGENTS, number, random),
        Pick.of(SERVERS, random),
        Pick.of(TOOLS, random),
        arguments,
        random.nextInt(3) == 0);
  }

  /** By what upstreams can tell one try from all others; always as long. */
  String mark(Door door) {
    return Pick.mark(number, door);
  }
}
