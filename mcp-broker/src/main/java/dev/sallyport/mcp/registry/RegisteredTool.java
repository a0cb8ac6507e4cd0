package dev.sallyport.mcp.registry;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.mcp.wire.Json;
import dev.sallyport.mcp.wire.MalformedJsonException;
import dev.sallyport.sandbox.quarantine.QuarantineMode;
import dev.sallyport.sandbox.quarantine.Vocabulary;
import java.nio.charset.StandardCharsets;

/**
 * An approved tool. Its trees are never changed.
 *
 * @param exposedName its name where tools of all servers are shown together
 * @param definition as agents see it on the server's own path
 * @param exposedDefinition the same under its exposed name
 * @param vocabulary the names in its results that agents may see
 */
public record RegisteredTool(
    McpServer server,
    String name,
    String exposedName,
    ObjectNode definition,
    ObjectNode exposedDefinition,
    InputSchema inputSchema,
    Vocabulary vocabulary) {

  static RegisteredTool of(McpServer server, ToolRecord approved) {
    var definition = parsed(approved);
    var vocabulary =
        definition.has("outputSchema")
            ? Vocabulary.ofSchema(definition.get("outputSchema"))
            : Vocabulary.NONE;
    var schema = InputSchema.compile(definition.path("inputSchema"));
    if (server.settings().quarantine() == QuarantineMode.STRICT) {
      // What agents get is a projection, which does not have this form.
      definition.remove("outputSchema");
    }
    var exposedName = server.settings().name() + ToolDefinitions.SEPARATOR + approved.tool();
    var exposed = definition.deepCopy().put("name", exposedName);
    return new RegisteredTool(
        server, approved.tool(), exposedName, definition, exposed, schema, vocabulary);
  }

  private static ObjectNode parsed(ToolRecord record) {
    try {
      return (ObjectNode) Json.parseResult(record.definition().getBytes(StandardCharsets.UTF_8));
    } catch (MalformedJsonException e) {
      throw new IllegalStateException("a stored definition was read before", e);
    }
  }
}
