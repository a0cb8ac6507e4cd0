package dev.sallyport.mcp.registry;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.mcp.wire.Json;
import dev.sallyport.sandbox.quarantine.QuarantineMode;
import dev.sallyport.sandbox.quarantine.Vocabulary;

/**
 * An approved tool. Its trees are never changed.
 *
 * @param exposedName its name where tools of all servers are shown together
 * @param pin digest of what was approved
 * @param definition as agents see it on the server's own path
 * @param exposedDefinition the same under its exposed name
 * @param vocabulary the names in its results that agents may see
 */
public record RegisteredTool(
    McpServer server,
    String name,
    String exposedName,
    String pin,
    ObjectNode definition,
    ObjectNode exposedDefinition,
    InputSchema inputSchema,
    Vocabulary vocabulary)
    implements RegisteredItem {

  static RegisteredTool of(McpServer server, String name, String pin, ObjectNode definition) {
    var vocabulary =
        definition.has("outputSchema")
            ? Vocabulary.ofSchema(definition.get("outputSchema"))
            : Vocabulary.NONE;
    var schema = InputSchema.compile(definition.path("inputSchema"));
    if (server.settings().quarantine() == QuarantineMode.STRICT) {
      // What agents get is a projection, which does not have this form.
      definition.remove("outputSchema");
    }
    var exposedName = ExposedName.of(server.name(), name);
    return new RegisteredTool(
        server,
        name,
        exposedName,
        pin,
        definition,
        under(exposedName, definition),
        schema,
        vocabulary);
  }

  @Override
  public ItemKey key() {
    return ItemKey.tool(name);
  }

  /** A definition under another name; the rest of it is shared. */
  static ObjectNode under(String name, ObjectNode definition) {
    var renamed = Json.object();
    renamed.setAll(definition);
    return renamed.put("name", name);
  }
}
