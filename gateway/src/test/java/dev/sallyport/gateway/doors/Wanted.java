package dev.sallyport.gateway.doors;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.gateway.testing.TestingGateway;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * What an agent wants.
 *
 * @param number tells it from all others
 * @param held whether an argument is to hold what is in quarantine
 */
record Wanted(
    int number, String agent, String server, String tool, ObjectNode arguments, boolean held) {
  /** By how many doors each is made. */
  private static final int DOORS = 4;

  private static final List<String> AGENTS =
      List.of("full", "narrow", "careful", "proposer", "nobody");
  private static final List<String> SERVERS = List.of("crm", "crm", "files", "unheard");
  private static final List<String> TOOLS =
      List.of("read", "read", "write", "send", "erase", "none");

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
        AGENTS.get(random.nextInt(AGENTS.size())),
        SERVERS.get(random.nextInt(SERVERS.size())),
        TOOLS.get(random.nextInt(TOOLS.size())),
        arguments,
        random.nextInt(4) == 0);
  }

  /** By which it is made: some of them, so that each comes with each of the others. */
  List<Door> doors() {
    var doors = new ArrayList<>(List.of(Door.values()));
    Collections.shuffle(doors, new Random(number));
    return doors.subList(0, DOORS);
  }

  /** By what upstreams can tell one try from all others; always as long. */
  String mark(Door door) {
    return "mark-%05d-%02d".formatted(number, List.of(Door.values()).indexOf(door));
  }
}
