package dev.sallyport.mcp.wire;

/** Names in the {@code _meta} of MCP messages, and of the HTTP headers that say the same. */
public final class Meta {
  public static final String PROTOCOL_VERSION = "io.modelcontextprotocol/protocolVersion";
  public static final String CLIENT_CAPABILITIES = "io.modelcontextprotocol/clientCapabilities";
  public static final String CLIENT_INFO = "io.modelcontextprotocol/clientInfo";
  public static final String SERVER_INFO = "io.modelcontextprotocol/serverInfo";
  public static final String LOG_LEVEL = "io.modelcontextprotocol/logLevel";
  public static final String SUBSCRIPTION_ID = "io.modelcontextprotocol/subscriptionId";
  public static final String PROGRESS_TOKEN = "progressToken";

  /** The turn that a call belongs to. */
  public static final String TURN = "dev.sallyport/turn";

  public static final String VERSION_HEADER = "MCP-Protocol-Version";
  public static final String METHOD_HEADER = "Mcp-Method";
  public static final String NAME_HEADER = "Mcp-Name";
  public static final String SESSION_HEADER = "Mcp-Session-Id";

  private Meta() {}
}
