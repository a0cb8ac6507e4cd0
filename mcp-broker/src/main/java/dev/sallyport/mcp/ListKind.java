package dev.sallyport.mcp;

/** What can be listed. */
public enum ListKind {
  TOOLS("tools/list", "tools", "name"),
  PROMPTS("prompts/list", "prompts", "name"),
  RESOURCES("resources/list", "resources", "uri"),
  TEMPLATES("resources/templates/list", "resourceTemplates", "uriTemplate");

  private final String method;
  private final String member;
  private final String key;

  ListKind(String method, String member, String key) {
    this.method = method;
    this.member = member;
    this.key = key;
  }

  /** The method of MCP that lists it. */
  public String method() {
    return method;
  }

  /** The member of a result that holds the list. */
  public String member() {
    return member;
  }

  /** The member of a definition that tells it from all others. */
  public String key() {
    return key;
  }
}
