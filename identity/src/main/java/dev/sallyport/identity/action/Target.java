package dev.sallyport.identity.action;

/** What an action is on. */
public sealed interface Target {
  /** The server that it is of, by its name; empty if it is of none. */
  default String server() {
    return "";
  }

  /** A tool of a registered MCP server, both by their own names. */
  record Tool(String server, String tool) implements Target {}

  /** A prompt of a registered MCP server, both by their own names. */
  record Prompt(String server, String prompt) implements Target {}

  /**
   * Something that a registered MCP server lets be read, such as a file.
   *
   * @param uri by the server's own words
   */
  record Resource(String server, String uri) implements Target {}

  /**
   * A template of URIs that a registered MCP server lets be read.
   *
   * @param template by the server's own words
   */
  record Template(String server, String template) implements Target {}

  /** A model, by its alias. */
  record Model(String alias) implements Target {}

  /**
   * An operation of Sallyport itself for the caller's own turn: on what that holds in quarantine,
   * such as {@code q_get}, or {@code search_tools}.
   */
  record TurnOperation(String name) implements Target {}

  /** A look at a registered server by Sallyport itself, such as for the list of its tools. */
  record ServerInspection(String server) implements Target {}

  /** A change by an administrator. */
  record Administration(String kind, String name, String verb) implements Target {}
}
