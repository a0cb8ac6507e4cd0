package dev.sallyport.mcp.registry;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.mcp.wire.Json;
import java.util.List;
import java.util.Optional;

/**
 * What a server says of itself, in the form that was approved: {@code serverInfo} without its
 * version, {@code capabilities} and {@code instructions}, as far as it gave them. Its trees are
 * never changed.
 *
 * @param pin the digest of what was approved
 */
public record Introduction(McpServer server, String pin, ObjectNode definition)
    implements RegisteredItem {
  private static final List<String> MEMBERS = List.of("serverInfo", "capabilities", "instructions");

  @Override
  public ItemKey key() {
    return new ItemKey(ItemKind.SERVER, server.name());
  }

  /** Its capabilities; empty if it named none. */
  public ObjectNode capabilities() {
    return definition.get("capabilities") instanceof ObjectNode said ? said : Json.object();
  }

  public Optional<String> instructions() {
    return Optional.ofNullable(definition.path("instructions").textValue());
  }

  /** What of an introduction is pinned: not the version, which says nothing that anyone acts on. */
  static ObjectNode pinned(ObjectNode introduction) {
    var pinned = Json.object();
    for (var member : MEMBERS) {
      var said = introduction.get(member);
      if (said != null && !said.isNull()) {
        pinned.set(member, said.deepCopy());
      }
    }
    if (pinned.get("serverInfo") instanceof ObjectNode info) {
      info.remove("version");
    }
    return pinned;
  }
}
