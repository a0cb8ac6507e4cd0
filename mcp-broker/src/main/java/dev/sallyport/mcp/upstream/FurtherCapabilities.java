package dev.sallyport.mcp.upstream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.mcp.wire.Json;
import java.util.Set;

/**
 * What either side declares beside what the gateway has a part in itself: capabilities that it does
 * not know, what is {@code experimental}, and extensions. The two ends settle with that what they
 * put into what is carried anyway, such as a tool's {@code _meta}.
 */
public final class FurtherCapabilities {
  /** Where capabilities stand that no revision has yet. Source: MCP 2025-11-25, "Lifecycle". */
  public static final String EXPERIMENTAL = "experimental";

  /** What the gateway decides on; {@code tasks} are the experimental ones of 2025-11-25. */
  private static final Set<String> OURS =
      Set.of(
          "tools",
          "resources",
          "prompts",
          "completions",
          "logging",
          "sampling",
          "elicitation",
          "roots",
          "tasks");

  /** Extensions by which each end of a connection proves to the other who it is. */
  private static final Set<String> OF_THIS_HOP =
      Set.of(
          "io.modelcontextprotocol/oauth-client-credentials",
          "io.modelcontextprotocol/enterprise-managed-authorization");

  private static final String OF_THIS_HOP_TOO = "io.modelcontextprotocol/auth/";

  private FurtherCapabilities() {}

  /** Those among capabilities of either side; each is an object, as MCP has it. */
  public static ObjectNode of(JsonNode capabilities) {
    var further = Json.object();
    for (var member : capabilities.properties()) {
      var name = member.getKey();
      if (member.getValue() instanceof ObjectNode said && !OURS.contains(name)) {
        var carried = name.equals(Extensions.MEMBER) ? extensions(said) : said;
        if (!carried.isEmpty() || !name.equals(Extensions.MEMBER)) {
          further.set(name, carried);
        }
      }
    }
    return further;
  }

  private static ObjectNode extensions(ObjectNode said) {
    var carried = Json.object();
    for (var member : said.properties()) {
      if (member.getValue().isObject() && isCarried(member.getKey())) {
        carried.set(member.getKey(), member.getValue());
      }
    }
    return carried;
  }

  private static boolean isCarried(String extension) {
    return !extension.equals(Extensions.TASKS)
        && !OF_THIS_HOP.contains(extension)
        && !extension.startsWith(OF_THIS_HOP_TOO);
  }

  /** Puts them beside other capabilities, and their extensions beside the extensions there. */
  public static void add(ObjectNode further, ObjectNode capabilities) {
    for (var member : further.properties()) {
      var name = member.getKey();
      if (name.equals(Extensions.MEMBER) && member.getValue() instanceof ObjectNode extensions) {
        capabilities.withObjectProperty(name).setAll(extensions);
      } else {
        capabilities.set(name, member.getValue());
      }
    }
  }
}
