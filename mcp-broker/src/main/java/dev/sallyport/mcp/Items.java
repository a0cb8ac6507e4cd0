package dev.sallyport.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.CallCancelledException;
import dev.sallyport.identity.action.Caller;
import dev.sallyport.identity.action.Outcome;
import dev.sallyport.identity.action.Performed;
import dev.sallyport.identity.action.Permit;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.identity.action.Target;
import dev.sallyport.mcp.Attempts.Wanted;
import dev.sallyport.mcp.registry.McpServer;
import dev.sallyport.mcp.registry.RegisteredContent;
import dev.sallyport.mcp.registry.RegisteredItem;
import dev.sallyport.mcp.registry.RegisteredPrompt;
import dev.sallyport.mcp.registry.ToolRegistry;
import dev.sallyport.mcp.upstream.Conversation;
import dev.sallyport.mcp.upstream.UpstreamRequest;
import dev.sallyport.mcp.wire.Json;
import dev.sallyport.sandbox.contract.QuarantineMode;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Asks for prompts, for what can be read, and for completions of what is asked for. What is not
 * granted, not approved or not there is all the same to a caller. Thread-safe.
 */
final class Items {
  private static final int MAX_NAME = 2_048;
  private static final int MAX_UPDATE_BYTES = 4_096;

  private final ToolRegistry registry;
  private final Entitlements entitlements;
  private final Attempts attempts;
  private final Rounds rounds;
  private final Containment containment;
  private final FlowGate gate;

  Items(
      ToolRegistry registry,
      Entitlements entitlements,
      Attempts attempts,
      Rounds rounds,
      Containment containment,
      FlowGate gate) {
    this.registry = registry;
    this.entitlements = entitlements;
    this.attempts = attempts;
    this.rounds = rounds;
    this.containment = containment;
    this.gate = gate;
  }

  /**
   * Something that a caller named.
   *
   * @param item what was approved of it; empty if nothing was
   * @param name by which its server knows it
   */
  record Named(Optional<? extends RegisteredItem> item, Target target, String name) {}

  ServerAnswer ask(
      Caller caller, Optional<String> server, ItemRequest asked, Conversation conversation) {
    return perform(
        caller,
        server,
        asked,
        (wanted, at, name, params) ->
            attempts.perform(
                wanted,
                at,
                permit -> {
                  var seen = run(permit, at, asked, name, params, conversation);
                  return server.isPresent() ? seen : exposed(at.name(), seen);
                }));
  }

  ServerAnswer resume(Caller caller, Optional<String> server, ItemRequest asked, Rest rest) {
    return perform(caller, server, asked, (wanted, at, _, _) -> attempts.resume(wanted, at, rest));
  }

  /** Has a caller told of changes; that it wants to be is an action like any other. */
  Runnable subscribe(
      Caller caller, Optional<String> server, String uri, Consumer<ObjectNode> updates) {
    var params = Json.object().put("operation", "subscribe");
    var named = named(caller, server, ItemRequest.Kind.RESOURCE, uri);
    var wanted = new Wanted(caller, named.target(), params, params);
    var at =
        named
            .item()
            .map(RegisteredItem::server)
            .orElseThrow(() -> entitlements.missing(wanted, RefusalCode.UNKNOWN_URI));
    return attempts.perform(
        wanted,
        _ -> {
          var subscription =
              registry
                  .watches()
                  .subscribe(
                      at.name(), named.name(), update -> tell(caller, named, update, updates));
          return Performed.<Runnable>succeeded(subscription::close);
        });
  }

  /** Tells of a change, if what changed may still be read, and nothing else if it is contained. */
  private void tell(Caller caller, Named named, ObjectNode update, Consumer<ObjectNode> updates) {
    if (named.target() instanceof Target.Resource(var server, var uri)) {
      registry
          .findContent(server, uri)
          .filter(_ -> attempts.visible(caller, named.target()))
          .ifPresent(item -> {
            boolean whole =
                !Entitlements.isContained(item.server())
                    && Json.bytes(update).length <= MAX_UPDATE_BYTES;
            updates.accept(whole ? update : Json.object());
          });
    }
  }

  /** What is done with a request about an item that there is. */
  @FunctionalInterface
  private interface Doing {
    ServerAnswer with(Wanted wanted, McpServer at, String name, ObjectNode params);
  }

  private ServerAnswer perform(
      Caller caller, Optional<String> server, ItemRequest asked, Doing doing) {
    var named = named(caller, server, asked.kind(), asked.name());
    var params = withName(asked, named.name());
    var pin = named.item().map(RegisteredItem::pin);
    var content = asked.retry().with(params);
    var wanted = new Wanted(caller, named.target(), decided(asked, params), content, pin);
    var at =
        named
            .item()
            .map(RegisteredItem::server)
            .orElseThrow(() -> entitlements.missing(wanted, unknown(asked.kind())));
    return doing.with(wanted.with(gate.of(caller, at.name(), params)), at, named.name(), params);
  }

  /** What a caller means. */
  private Named named(Caller caller, Optional<String> server, ItemRequest.Kind kind, String name) {
    if (name.length() > MAX_NAME) {
      return new Named(Optional.empty(), target(kind, "", name.substring(0, MAX_NAME)), name);
    }
    return kind == ItemRequest.Kind.PROMPT
        ? prompt(caller, server, name)
        : content(caller, server, kind, name);
  }

  private Named prompt(Caller caller, Optional<String> server, String name) {
    var meant = MeantName.of(server, name);
    var found =
        isOutOfReach(caller, meant.server())
            ? Optional.<RegisteredPrompt>empty()
            : server.isPresent()
                ? registry.findPrompt(server.get(), name)
                : registry.findPrompt(name);
    return found
        .map(item -> new Named(found, Entitlements.target(item), item.name()))
        .orElseGet(
            () -> new Named(found, new Target.Prompt(meant.server(), meant.name()), meant.name()));
  }

  /** Whether nothing of a server can be used by a caller now. */
  private boolean isOutOfReach(Caller caller, String server) {
    return !entitlements.isFresh(caller, server) || entitlements.isHidden(caller, server);
  }

  private Named content(
      Caller caller, Optional<String> server, ItemRequest.Kind kind, String name) {
    var exposed = server.map(at -> new ExposedUri(at, name)).or(() -> ExposedUri.parse(name));
    if (exposed.isEmpty()) {
      return new Named(Optional.empty(), target(kind, "", name), name);
    }
    var at = exposed.get().server();
    var uri = exposed.get().uri();
    var found =
        isOutOfReach(caller, at)
            ? Optional.<RegisteredContent>empty()
            : kind == ItemRequest.Kind.TEMPLATE
                ? registry.findTemplate(at, uri)
                : registry.findContent(at, uri);
    return new Named(found, target(kind, at, uri), uri);
  }

  private static Target target(ItemRequest.Kind kind, String server, String name) {
    return switch (kind) {
      case PROMPT -> new Target.Prompt(server, name);
      case RESOURCE -> new Target.Resource(server, name);
      case TEMPLATE -> new Target.Template(server, name);
    };
  }

  private static RefusalCode unknown(ItemRequest.Kind kind) {
    return kind == ItemRequest.Kind.PROMPT ? RefusalCode.UNKNOWN_PROMPT : RefusalCode.UNKNOWN_URI;
  }

  private Performed<ServerAnswer> run(
      Permit permit,
      McpServer at,
      ItemRequest asked,
      String name,
      ObjectNode params,
      Conversation conversation) {
    var resolved = containment.resolve(permit, params);
    var terms = attempts.terms(permit.action().caller());
    var mode = Containment.mode(at.settings().quarantine(), terms, resolved.held());
    var followed =
        mode == QuarantineMode.TRUSTED ? conversation : new ShapeOnlyConversation(conversation);
    var owner = permit.action().caller().principal().owner();
    var named = asked.isCompletion() ? Optional.<String>empty() : Optional.of(name);
    var request = new UpstreamRequest(owner, asked.method(), named, resolved.sent(), Map.of());
    try {
      boolean trusted = !Entitlements.isContained(at);
      var answer = rounds.ask(permit, at, trusted, request, asked.retry(), followed);
      permit.facts().put("bytes", answer.bytes()).put("redacted", answer.redacted());
      return containment.contain(permit, at.name() + "/" + name, asked, terms, mode, answer);
    } catch (CallCancelledException e) {
      var outcome = new Outcome.Aborted(e.why().label());
      return new Performed<>(new ServerAnswer.Cancelled(e.why()), outcome);
    }
  }

  /** What is decided on: of a prompt, its arguments as far as they are given. */
  private static ObjectNode decided(ItemRequest asked, ObjectNode params) {
    if (asked.kind() != ItemRequest.Kind.PROMPT) {
      return params;
    }
    if (!asked.isCompletion()) {
      return arguments(params);
    }
    var completed = params.path("argument");
    return arguments(params.path("context"))
        .deepCopy()
        .set(completed.path("name").asText(), completed.path("value"));
  }

  private static ObjectNode arguments(JsonNode holder) {
    return holder.path("arguments") instanceof ObjectNode given ? given : Json.object();
  }

  /** The params with the name by which the server knows what they are about. */
  private static ObjectNode withName(ItemRequest asked, String name) {
    var params = asked.params().deepCopy();
    boolean prompt = asked.kind() == ItemRequest.Kind.PROMPT;
    var holder = asked.isCompletion() ? params.withObjectProperty("ref") : params;
    holder.put(prompt ? "name" : "uri", name);
    return params;
  }

  static Performed<ServerAnswer> exposed(String server, Performed<ServerAnswer> seen) {
    return switch (seen.answer()) {
      case ServerAnswer.Result(var result) ->
          new Performed<>(new ServerAnswer.Result(ExposedUri.all(server, result)), seen.outcome());
      case ServerAnswer.Failure(var error) ->
          new Performed<>(
              new ServerAnswer.Failure(ExposedUri.named(server, error)), seen.outcome());
      case ServerAnswer.Cancelled _ -> seen;
    };
  }

  static ObjectNode nothingToComplete() {
    var result = Json.object();
    result.putObject("completion").put("total", 0).put("hasMore", false).putArray("values");
    return result;
  }
}
