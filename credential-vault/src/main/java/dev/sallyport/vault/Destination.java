package dev.sallyport.vault;

/** Where a lent secret goes. */
public sealed interface Destination {
  /** The name in evidence, such as {@code server:crm}. */
  String label();

  /** A registered MCP server. */
  record Server(String name) implements Destination {
    @Override
    public String label() {
      return "server:" + name;
    }
  }

  /** A registered model provider. */
  record Provider(String name) implements Destination {
    @Override
    public String label() {
      return "provider:" + name;
    }
  }
}
