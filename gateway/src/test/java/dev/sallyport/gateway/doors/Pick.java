package dev.sallyport.gateway.doors;

import java.util.List;
import java.util.Random;

/** What calls are generated from. */
final class Pick {
  private static final String CAREFUL = "careful-";

  private Pick() {}

  /** An agent that calls, which is one of its own where calls wait. */
  static String agent(List<String> all, int number, Random random) {
    var agent = of(all, random);
    return agent.equals("careful") ? CAREFUL + number : agent;
  }

  static boolean isCareful(String agent) {
    return agent.startsWith(CAREFUL);
  }

  static String of(List<String> all, Random random) {
    return all.get(random.nextInt(all.size()));
  }

  /** By what upstreams can tell one try from all others; always as long. */
  static String mark(int number, Door door) {
    return "mark-%05d-%02d".formatted(number, List.of(Door.values()).indexOf(door));
  }
}
