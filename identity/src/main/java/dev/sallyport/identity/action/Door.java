package dev.sallyport.identity.action;

/** The way by which an action came in. */
public enum Door {
  MCP("mcp"),
  MODEL_API("model-api"),
  TURN("turn"),
  QUARANTINE("quarantine"),
  REGISTRY("registry"),
  ADMIN("admin");

  private final String label;

  Door(String label) {
    this.label = label;
  }

  /** The name of this door in evidence and metrics. */
  public String label() {
    return label;
  }
}
