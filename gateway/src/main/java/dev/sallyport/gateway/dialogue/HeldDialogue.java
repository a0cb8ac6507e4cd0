package dev.sallyport.gateway.dialogue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Caller;
import dev.sallyport.identity.action.Cancellation;
import dev.sallyport.identity.action.Permit;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.llm.dialogue.Dialogue;
import dev.sallyport.llm.dialogue.ProposedCall;
import dev.sallyport.llm.spi.ChatRequest;
import dev.sallyport.sandbox.quarantine.QuarantineGuide;
import dev.sallyport.sandbox.quarantine.QuarantineTools;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** One request whose tools are its client's own, and are not trusted. For one thread. */
final class HeldDialogue implements Dialogue {
  /** How often a model may ask for operations on what is held before it has to answer. */
  static final int MAX_ROUNDS = 16;

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final List<ObjectNode> OPERATIONS =
      QuarantineTools.definitions().stream().map(HeldDialogue::function).toList();
  private static final Set<String> RUN_BY_CLIENTS = Set.of("function", "custom");
  private static final Set<String> OF_OPERATOR = Set.of("system", "developer");

  private final Caller caller;
  private final ObjectNode request;
  private final HeldDialogues parts;
  private final RequestedTools tools;
  private final List<ObjectNode> messages = new ArrayList<>();

  /** What the model said and was told since the client's request. */
  private final List<ObjectNode> since = new ArrayList<>();

  private String answer = "";
  private List<ProposedCall> toDo = List.of();
  private List<ProposedCall> handedOut = List.of();
  private int rounds = 1;

  HeldDialogue(Caller caller, ChatRequest request, HeldDialogues parts) {
    this.caller = caller;
    this.request = request.tree();
    this.parts = parts;
    this.tools =
        RequestedTools.of(List.of(this.request.path("tools"), this.request.path("functions")));
  }

  @Override
  public ChatRequest seen(Permit permit) {
    requireRunByClient();
    parts.begin(caller);
    var reader = new SeenMessages(parts, caller, tools);
    messages.addAll(guided(reader.of(request.path("messages"))));
    permit.facts().setAll(reader.facts());
    return next();
  }

  /** What a provider runs itself gives its answers to the model, past every gate. */
  private void requireRunByClient() {
    for (var tool : request.path("tools")) {
      if (!RUN_BY_CLIENTS.contains(tool.path("type").asText("function"))) {
        throw runByProvider("tools of another type than \"function\" and \"custom\"");
      }
    }
    for (var name : HeldDialogues.RUN_BY_PROVIDERS) {
      if (request.hasNonNull(name)) {
        throw runByProvider('"' + name + '"');
      }
    }
  }

  private static Refusal runByProvider(String what) {
    return new Refusal(
        RefusalCode.INVALID_REQUEST,
        "What a provider fetches by itself cannot be used here. Leave out " + what + ".");
  }

  /** The guide stands after what the operator says first, always in the same place. */
  static List<ObjectNode> guided(List<ObjectNode> seen) {
    int at = 0;
    while (at < seen.size() && OF_OPERATOR.contains(seen.get(at).path("role").asText())) {
      at++;
    }
    var guided = new ArrayList<>(seen);
    guided.add(at, NODES.objectNode().put("role", "system").put("content", QuarantineGuide.FULL));
    return guided;
  }

  private ChatRequest next() {
    var next = NODES.objectNode();
    request.properties().forEach(one -> next.set(one.getKey(), one.getValue()));
    var all = NODES.arrayNode().addAll(messages).addAll(since);
    next.set("messages", all);
    if (offersOperations()) {
      var offered = NODES.arrayNode();
      request.path("tools").forEach(offered::add);
      OPERATIONS.stream().filter(one -> !tools.have(name(one))).forEach(offered::add);
      next.set("tools", offered);
      if (rounds == MAX_ROUNDS) {
        next.put("tool_choice", "none");
      }
    }
    return ChatRequest.of(next);
  }

  private static ObjectNode function(ObjectNode tool) {
    var function = NODES.objectNode();
    function.set("name", tool.path("name"));
    function.set("description", tool.path("description"));
    function.set("parameters", tool.path("inputSchema"));
    return NODES.objectNode().put("type", "function").set("function", function);
  }

  private static String name(JsonNode function) {
    return function.at("/function/name").asText();
  }

  /** Several answers to one request cannot go on each by itself. */
  private boolean offersOperations() {
    return request.path("n").asInt(1) == 1 && request.path("functions").isEmpty();
  }

  private boolean isDoneHere(ProposedCall call) {
    return offersOperations() && !tools.have(call.name()) && QuarantineTools.has(call.name());
  }

  @Override
  public Verdict decide(Permit permit, Said said, List<ProposedCall> calls) {
    var here = calls.stream().filter(this::isDoneHere).toList();
    if (!here.isEmpty() && rounds == MAX_ROUNDS) {
      throw new Refusal(RefusalCode.UPSTREAM_MALFORMED);
    }
    var out = calls.stream().filter(call -> !isDoneHere(call)).toList();
    var given = parts.given().give(caller, out, tools);
    count(permit.facts(), "calls_given", out.size());
    count(permit.facts(), "calls_done_here", here.size());
    count(permit.facts(), "references_used", given.references());
    if (!here.isEmpty() || !since.isEmpty()) {
      since.add(message(said.now(), calls));
    }
    answer = said.all();
    toDo = here;
    handedOut = out;
    boolean last = here.isEmpty() || !out.isEmpty();
    if (here.isEmpty()) {
      rememberTruth();
    }
    return new Verdict(given.calls(), last);
  }

  private static void count(ObjectNode facts, String name, int count) {
    if (count > 0) {
      facts.put(name, count);
    }
  }

  private static ObjectNode message(String said, List<ProposedCall> calls) {
    var message = NODES.objectNode().put("role", "assistant");
    message.put("content", said.isEmpty() ? null : said);
    if (!calls.isEmpty()) {
      var list = message.putArray("tool_calls");
      calls.forEach(call -> list.add(call.tree()));
    }
    return message;
  }

  @Override
  public Optional<ChatRequest> goOn(Cancellation cancellation) {
    if (toDo.isEmpty()) {
      return Optional.empty();
    }
    var operations = new OwnOperations(parts.ports().tools());
    for (var call : toDo) {
      since.add(operations.answer(caller, call, cancellation));
    }
    toDo = List.of();
    if (!handedOut.isEmpty()) {
      rememberTruth();
      return Optional.empty();
    }
    rounds++;
    return Optional.of(next());
  }

  /** The client gets one answer for all that was said since its request, and sends that back. */
  private void rememberTruth() {
    if (since.isEmpty()) {
      return;
    }
    var ids = handedOut.stream().map(ProposedCall::id).collect(Collectors.joining(","));
    Truth.of(request.path("messages").size(), answer, ids)
        .ifPresent(
            key -> parts.history().said(caller.turn().id().value(), key, Truth.written(since)));
  }

  @Override
  public Optional<ObjectNode> beside(String said) {
    return parts.ports().rendering().beside(caller.turn(), said);
  }
}
