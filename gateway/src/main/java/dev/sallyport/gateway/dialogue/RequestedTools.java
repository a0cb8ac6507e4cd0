package dev.sallyport.gateway.dialogue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sallyport.mcp.contract.Contracts;
import dev.sallyport.sandbox.contract.QuarantineMode;
import dev.sallyport.sandbox.contract.ResultRules;
import dev.sallyport.sandbox.contract.ToolContract;
import dev.sallyport.sandbox.quarantine.Intake;
import dev.sallyport.sandbox.quarantine.Vocabulary;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The tools that a request declares as its client's own.
 *
 * @param names what they are called
 * @param vocabulary the member names in their schemas, and those in which MCP wraps what a tool
 *     gives
 */
record RequestedTools(Set<String> names, Vocabulary vocabulary) {
  private static final String UNDECLARED = "undeclared";
  private static final List<String> WRAPPING =
      List.of("type", "text", "content", "structuredContent", "isError", "error", "message");

  RequestedTools {
    names = Set.copyOf(names);
  }

  /**
   * Reads them.
   *
   * @param declared lists of tools in chat form, any of which may be missing
   */
  static RequestedTools of(List<JsonNode> declared) {
    var names = new HashSet<String>();
    var schemas = JsonNodeFactory.instance.arrayNode();
    for (var list : declared) {
      for (var tool : list) {
        var name = tool.at("/function/name").asText(tool.at("/custom/name").asText(""));
        names.add(name.isEmpty() ? tool.path("name").asText("") : name);
        schemas.add(tool);
      }
    }
    var wrapping = schemas.addObject().putObject("properties");
    WRAPPING.forEach(wrapping::putObject);
    return new RequestedTools(names, Vocabulary.ofSchema(schemas));
  }

  boolean have(String name) {
    return names.contains(name);
  }

  /** The name of a tool, where its client declares one of that name. */
  String shown(String name) {
    return have(name) ? name : UNDECLARED;
  }

  /** What is known of what a tool gives before anybody looks at it. */
  Intake intake(String name, Optional<ToolContract> contract) {
    var source = have(name) ? Contracts.CLIENT + "/" + name : Contracts.CLIENT;
    var mode = contract.flatMap(ToolContract::mode).orElse(QuarantineMode.STRICT);
    var rules = contract.map(ToolContract::results).orElse(ResultRules.NONE);
    return new Intake(source, vocabulary, mode, rules);
  }
}
