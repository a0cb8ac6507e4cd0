package dev.sallyport.gateway.dialogue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.gateway.turn.TurnTools;
import dev.sallyport.gateway.turn.TurnTools.Wanted;
import dev.sallyport.identity.action.Caller;
import dev.sallyport.llm.dialogue.ProposedCall;
import dev.sallyport.llm.spi.MalformedReplyException;
import dev.sallyport.llm.spi.WireJson;
import dev.sallyport.sandbox.quarantine.QuarantineTools;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The names by which a caller knows Sallyport's own tools: those take references as they are,
 * whoever brings the call. At {@code /mcp/{server}} their names stand alone.
 */
final class BrokerNames {
  private static final String SEPARATOR = "__";

  /** The names at {@code /mcp} by all that they may be called. */
  private final Map<String, List<String>> names = new HashMap<>();

  private BrokerNames() {}

  static BrokerNames of(Caller caller, TurnTools tools) {
    var known = new BrokerNames();
    List<ObjectNode> listed = tools.list(caller, Optional.empty());
    for (var tool : listed) {
      var name = tool.path("name").asText();
      known.add(name, name);
      int at = name.indexOf(SEPARATOR);
      if (at > 0) {
        known.add(name.substring(at + SEPARATOR.length()), name);
      }
    }
    QuarantineTools.names().forEach(name -> known.add(name, name));
    return known;
  }

  private void add(String called, String name) {
    names.computeIfAbsent(called, _ -> new ArrayList<>()).add(name);
  }

  boolean have(String name) {
    return names.containsKey(name);
  }

  /** Says that a model has proposed a call, of whichever of them its client may take it for. */
  void propose(Caller caller, ProposedCall call, TurnTools tools) {
    try {
      var arguments = WireJson.object(call.arguments().getBytes(StandardCharsets.UTF_8));
      for (var name : names.getOrDefault(call.name(), List.of())) {
        tools.proposed(caller, new Wanted(Optional.empty(), name), arguments);
      }
    } catch (MalformedReplyException _) {
      return; // no call can come of it
    }
  }
}
