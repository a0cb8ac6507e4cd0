package dev.sallyport.mcp.http;

import dev.sallyport.mcp.ListKind;
import java.util.Arrays;
import java.util.Optional;

/** The methods of MCP that are known here, by their names. */
final class Methods {
  static final String INITIALIZE = "initialize";
  static final String PING = "ping";
  static final String DISCOVER = "server/discover";
  static final String LISTEN = "subscriptions/listen";
  static final String CALL_TOOL = "tools/call";
  static final String GET_PROMPT = "prompts/get";
  static final String READ_RESOURCE = "resources/read";
  static final String COMPLETE = "completion/complete";
  static final String SET_LEVEL = "logging/setLevel";
  static final String SUBSCRIBE = "resources/subscribe";
  static final String UNSUBSCRIBE = "resources/unsubscribe";

  private Methods() {}

  /** What a method lists, if it lists anything. */
  static Optional<ListKind> listed(String method) {
    return Arrays.stream(ListKind.values())
        .filter(kind -> kind.method().equals(method))
        .findFirst();
  }

  /** Whether a method is carried to a server, which may say things before it answers. */
  static boolean isAsked(String method) {
    return switch (method) {
      case CALL_TOOL, GET_PROMPT, READ_RESOURCE, COMPLETE -> true;
      default -> false;
    };
  }

  /** The methods of tasks that have begun: each says which in {@code taskId}. */
  static boolean isOfTask(String method) {
    return switch (method) {
      case "tasks/get", "tasks/update", "tasks/cancel" -> true;
      default -> false;
    };
  }
}
