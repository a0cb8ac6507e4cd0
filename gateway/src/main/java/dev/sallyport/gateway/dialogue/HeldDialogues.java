package dev.sallyport.gateway.dialogue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.gateway.turn.TurnRendering;
import dev.sallyport.gateway.turn.TurnTools;
import dev.sallyport.identity.action.AgentTerms;
import dev.sallyport.identity.action.Authority;
import dev.sallyport.identity.action.Caller;
import dev.sallyport.llm.dialogue.Dialogue;
import dev.sallyport.llm.dialogue.Dialogues;
import dev.sallyport.llm.spi.ModelRequest;
import dev.sallyport.mcp.Containment;
import dev.sallyport.sandbox.quarantine.ClientHistory;
import dev.sallyport.sandbox.quarantine.Quarantine;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Quarantines what clients' own tools gave, in the requests of all for whose agents policy has it
 * so. A request in which nothing is said of tools, and which the chat form holds wholly, goes on as
 * it is. Thread-safe.
 */
public final class HeldDialogues implements Dialogues {
  private static final Set<String> PLAIN_ROLES = Set.of("system", "developer", "user", "assistant");

  /** Members of a request by which a provider fetches what the model then reads. */
  static final List<String> RUN_BY_PROVIDERS =
      List.of("web_search_options", "plugins", "search_parameters", "data_sources", "documents");

  private final Quarantine quarantine;
  private final Authority authority;
  private final Ports ports;
  private final ClientHistory history;
  private final GivenCalls given;

  public HeldDialogues(Quarantine quarantine, Authority authority, Ports ports) {
    this.quarantine = quarantine;
    this.authority = authority;
    this.ports = ports;
    this.history = new ClientHistory(quarantine);
    this.given = new GivenCalls(quarantine, ports);
  }

  /** What a dialogue reaches the world by. */
  public record Ports(TurnTools tools, TurnRendering rendering, ClientContracts contracts) {}

  @Override
  public Optional<Dialogue> of(Caller caller, ModelRequest asked) {
    var request = asked.chat();
    var tree = request.tree();
    boolean plain =
        asked.dropped().isEmpty() // what chat has no place for could pass in the caller's own form
            && !has(tree, "tools")
            && !has(tree, "functions")
            && RUN_BY_PROVIDERS.stream().noneMatch(tree::hasNonNull)
            && arePlain(tree.path("messages"));
    if (plain) {
      return Optional.empty();
    }
    if (isStrict(caller)) {
      return Optional.of(new HeldDialogue(caller, request, this));
    }
    return terms(caller).callsAsProposed()
        ? Optional.of(new NotedDialogue(caller, request, this))
        : Optional.empty();
  }

  /** Whether what a client sent with a turn has to be quarantined. */
  boolean areHeld(Caller caller, List<ObjectNode> messages, List<ObjectNode> functions) {
    return (!functions.isEmpty() || !arePlain(messages)) && isStrict(caller);
  }

  boolean isStrict(Caller caller) {
    return terms(caller).containsClientTools();
  }

  AgentTerms terms(Caller caller) {
    return authority.terms(caller.principal());
  }

  /** Says whose a turn is before anything is held for it. */
  void begin(Caller caller) {
    var _ = new Containment(quarantine).turn(caller, terms(caller));
  }

  /** Whether nothing is said of tools. */
  private static boolean arePlain(Iterable<? extends JsonNode> messages) {
    for (var message : messages) {
      if (!PLAIN_ROLES.contains(message.path("role").asText())
          || has(message, "tool_calls")
          || has(message, "function_call")) {
        return false;
      }
    }
    return true;
  }

  private static boolean has(JsonNode object, String name) {
    return object.hasNonNull(name) && !(object.path(name).isArray() && object.path(name).isEmpty());
  }

  Quarantine quarantine() {
    return quarantine;
  }

  ClientHistory history() {
    return history;
  }

  GivenCalls given() {
    return given;
  }

  Ports ports() {
    return ports;
  }
}
