package dev.sallyport.mcp.registry;

/** The names of items where those of all servers are shown together. */
final class ExposedName {
  /** Between the names of server and item. */
  static final String SEPARATOR = "__";

  private static final int MAX = 64;

  private ExposedName() {}

  static String of(String server, String name) {
    return server + SEPARATOR + name;
  }

  static boolean isTooLong(String server, String name) {
    return server.length() + SEPARATOR.length() + name.length() > MAX;
  }
}
