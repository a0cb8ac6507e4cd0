package dev.sallyport.gateway.doors;

import java.util.Arrays;
import java.util.List;

/** By which something that an agent wants comes in. */
enum Door {
  ALL_SERVERS("2026-07-28"),
  ONE_SERVER("2026-07-28"),
  SESSION("2025-11-25"),
  SESSION_OF_ONE_SERVER("2025-11-25"),
  OLD_SESSION("2025-06-18"),
  OLD_SESSION_OF_ONE_SERVER("2025-06-18"),
  WRAPPED("2026-07-28"),
  WRAPPED_OF_ONE_SERVER("2026-07-28"),
  WRAPPED_IN_SESSION("2025-11-25"),
  TURN_LOOP("2026-07-28"),
  WATCHED_CHAT("2026-07-28"),
  WATCHED_MESSAGES("2026-07-28"),
  WATCHED_RESPONSES("2026-07-28");

  private final String revision;

  Door(String revision) {
    this.revision = revision;
  }

  /** All by which MCP comes as itself, whatever it asks for. */
  static List<Door> ofMcp() {
    return Arrays.stream(values())
        .filter(door -> !door.isWrapped() && door != TURN_LOOP && !door.isWatched())
        .toList();
  }

  /** The revision of MCP that is spoken. */
  String revision() {
    return revision;
  }

  boolean isOfOneServer() {
    return this == ONE_SERVER
        || this == SESSION_OF_ONE_SERVER
        || this == OLD_SESSION_OF_ONE_SERVER
        || this == WRAPPED_OF_ONE_SERVER;
  }

  boolean isSession() {
    return !revision.equals("2026-07-28");
  }

  /** A model is asked by it, and its client makes the call that the model proposes. */
  boolean isWatched() {
    return this == WATCHED_CHAT || this == WATCHED_MESSAGES || this == WATCHED_RESPONSES;
  }

  boolean isWrapped() {
    return this == WRAPPED || this == WRAPPED_OF_ONE_SERVER || this == WRAPPED_IN_SESSION;
  }
}
