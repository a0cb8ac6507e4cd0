package dev.sallyport.mcp;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Action;
import dev.sallyport.identity.action.ActionPath;
import dev.sallyport.identity.action.CallCancelledException;
import dev.sallyport.identity.action.Caller;
import dev.sallyport.identity.action.CredentialUse;
import dev.sallyport.identity.action.Outcome;
import dev.sallyport.identity.action.Performed;
import dev.sallyport.identity.action.Permit;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.identity.action.Target;
import dev.sallyport.mcp.registry.RegisteredTool;
import dev.sallyport.mcp.registry.ToolRegistry;
import dev.sallyport.mcp.upstream.Conversation;
import dev.sallyport.mcp.upstream.UpstreamAnswer;
import dev.sallyport.mcp.upstream.UpstreamRequest;
import dev.sallyport.mcp.wire.Json;
import dev.sallyport.sandbox.quarantine.QuarantineGuide;
import dev.sallyport.sandbox.quarantine.QuarantineMode;
import dev.sallyport.sandbox.quarantine.QuarantineTools;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Calls tools for callers, and tells each which tools it has. A tool that a caller may not call,
 * one that was not approved and one that is not there are all the same to it. Thread-safe.
 */
public final class Broker {
  private static final int MAX_NAME = 256;
  private static final byte[] NOTHING = {};

  private final ToolRegistry registry;
  private final ActionPath path;
  private final Containment containment;
  private final QuarantineTools quarantineTools;
  private final int maxArgumentBytes;

  /**
   * A broker.
   *
   * @param maxArgumentBytes the largest arguments of one call
   */
  public Broker(
      ToolRegistry registry,
      ActionPath path,
      Containment containment,
      QuarantineTools quarantineTools,
      int maxArgumentBytes) {
    this.registry = registry;
    this.path = path;
    this.containment = containment;
    this.quarantineTools = quarantineTools;
    this.maxArgumentBytes = maxArgumentBytes;
  }

  /**
   * The definitions of the tools that a caller has, in the order of their names. Not to be changed.
   *
   * @param server one server, whose tools then have their own names; without one, all of them as
   *     {@code {server}__{tool}}
   * @throws Refusal with UNKNOWN_SERVER if the caller has no tool of that server
   */
  public List<ObjectNode> tools(Caller caller, Optional<String> server) {
    var visible = visible(caller, server);
    if (server.isPresent() && visible.isEmpty()) {
      throw new Refusal(RefusalCode.UNKNOWN_SERVER);
    }
    var definitions = new ArrayList<ObjectNode>(visible.size() + 3);
    for (var tool : visible) {
      definitions.add(server.isPresent() ? tool.definition() : tool.exposedDefinition());
    }
    if (visible.stream().anyMatch(Broker::isContained)) {
      definitions.addAll(QuarantineTools.definitions());
    }
    definitions.sort(Comparator.comparing(definition -> definition.path("name").asText()));
    return definitions;
  }

  /** How a caller uses what it has, in words that its model can read; empty if that is plain. */
  public Optional<String> instructions(Caller caller, Optional<String> server) {
    return visible(caller, server).stream().anyMatch(Broker::isContained)
        ? Optional.of(QuarantineGuide.FULL)
        : Optional.empty();
  }

  /**
   * Calls a tool.
   *
   * @param server the server whose tools are meant, by their own names; without one, the name is
   *     {@code {server}__{tool}}
   * @throws Refusal if the call does not go on, or finds no answer
   */
  public ToolAnswer call(
      Caller caller, Optional<String> server, ToolCall call, Conversation conversation) {
    var name = call.name();
    if (name.startsWith("q_") && QuarantineTools.has(name)) {
      return callOnTurn(caller, name, call.arguments(), conversation);
    }
    var found = server.isPresent() ? registry.find(server.get(), name) : registry.find(name);
    if (found.isEmpty()) {
      var payload = payload(caller, unknown(server, name), call.content());
      throw refuse(caller, unknown(server, name), payload, new Refusal(RefusalCode.UNKNOWN_TOOL));
    }
    var tool = found.get();
    var payload = payload(caller, target(tool), call.content());
    List<CredentialUse> uses;
    try {
      uses = tool.server().uses();
    } catch (Refusal refusal) {
      throw refuse(caller, target(tool), payload, refusal);
    }
    var pin = Optional.of(tool.pin());
    var action = new Action(caller, target(tool), call.arguments(), payload, uses, pin);
    return path.perform(action, permit -> run(permit, tool, call, conversation));
  }

  /**
   * Refuses a call that never becomes one, on record like any other.
   *
   * @param server as for {@link #call}
   * @param arguments as they came; only their digest is kept
   * @param refusal why
   * @return what the caller is told: another reason if it may not call the tool at all
   */
  public Refusal refuse(
      Caller caller, Optional<String> server, String name, String arguments, Refusal refusal) {
    var found = server.isPresent() ? registry.find(server.get(), name) : registry.find(name);
    var target = found.map(Broker::target).orElseGet(() -> unknown(server, name));
    return refuse(caller, target, arguments.getBytes(StandardCharsets.UTF_8), refusal);
  }

  /** What is decided on is no arguments, since these cannot be used. */
  private Refusal refuse(Caller caller, Target target, byte[] payload, Refusal refusal) {
    return path.refuse(new Action(caller, target, Json.object(), payload, List.of()), refusal);
  }

  private List<RegisteredTool> visible(Caller caller, Optional<String> server) {
    return server.map(registry::tools).orElseGet(registry::tools).stream()
        .filter(tool -> path.authority().visible(caller.principal(), target(tool)))
        .toList();
  }

  private Performed<ToolAnswer> run(
      Permit permit, RegisteredTool tool, ToolCall asked, Conversation conversation) {
    var resolved = containment.resolve(permit, asked.arguments());
    requireFit(tool, resolved.sent());
    try {
      var held = Containment.holds(tool, resolved);
      var followed = held ? new ShapeOnlyConversation(conversation) : conversation;
      var owner = permit.action().caller().principal().id();
      var request = UpstreamRequest.toolCall(owner, tool.name(), resolved.sent(), asked.besides());
      var answer = tool.server().ask(permit, request, followed);
      requireComplete(answer);
      recordSize(permit, answer);
      return containment.contain(permit, tool, resolved, answer);
    } catch (CallCancelledException e) {
      return cancelled(e);
    }
  }

  private static Performed<ToolAnswer> cancelled(CallCancelledException e) {
    return new Performed<>(new ToolAnswer.Cancelled(), new Outcome.Aborted(e.why().label()));
  }

  private static void requireFit(RegisteredTool tool, ObjectNode arguments) {
    tool.inputSchema()
        .misfit(arguments)
        .ifPresent(pointer -> {
          throw new Refusal(
              RefusalCode.INVALID_ARGUMENTS,
              "The arguments do not fit the tool's input schema at "
                  + (pointer.isEmpty() ? "their top" : pointer)
                  + ". Read the schema and try again.");
        });
  }

  /** No server may ask us for more input. */
  private static void requireComplete(UpstreamAnswer answer) {
    if (answer instanceof UpstreamAnswer.Result(var result, _, _)
        && !"complete".equals(result.path("resultType").asText("complete"))) {
      throw new Refusal(RefusalCode.UPSTREAM_MALFORMED);
    }
  }

  private static void recordSize(Permit permit, UpstreamAnswer answer) {
    permit.facts().put("bytes", answer.bytes()).put("redacted", answer.redacted());
  }

  private ToolAnswer callOnTurn(
      Caller caller, String name, ObjectNode arguments, Conversation conversation) {
    var target = new Target.TurnOperation(name);
    var payload = payload(caller, target, arguments);
    var action = new Action(caller, target, arguments, payload, List.of());
    return path.perform(action, permit -> operate(permit, name, arguments, conversation));
  }

  private Performed<ToolAnswer> operate(
      Permit permit, String name, ObjectNode arguments, Conversation conversation) {
    var turn = permit.action().caller().turn().id().value();
    var cancellation = conversation.cancellation();
    try {
      var answer = cancellation.during(() -> quarantineTools.call(turn, name, arguments));
      var why = cancellation.why();
      return why.isPresent()
          ? cancelled(new CallCancelledException(why.get()))
          : containment.recorded(permit, answer);
    } catch (CallCancelledException e) {
      return cancelled(e);
    }
  }

  /**
   * The arguments in bytes.
   *
   * @throws Refusal that is on record, if they cannot be sent on
   */
  private byte[] payload(Caller caller, Target target, ObjectNode arguments) {
    byte[] payload;
    try {
      payload = Json.bytes(arguments);
    } catch (IllegalArgumentException _) {
      throw refuse(caller, target, NOTHING, new Refusal(RefusalCode.MALFORMED_REQUEST));
    }
    if (payload.length > maxArgumentBytes) {
      throw refuse(caller, target, payload, new Refusal(RefusalCode.REQUEST_TOO_LARGE));
    }
    return payload;
  }

  private static boolean isContained(RegisteredTool tool) {
    return tool.server().settings().quarantine() == QuarantineMode.STRICT;
  }

  private static Target target(RegisteredTool tool) {
    return new Target.Tool(tool.server().name(), tool.name());
  }

  /** What a name would mean that means nothing, for the record. */
  private static Target unknown(Optional<String> server, String name) {
    var shown = name.length() > MAX_NAME ? name.substring(0, MAX_NAME) : name;
    int at = shown.indexOf("__");
    if (server.isPresent() || at < 0) {
      return new Target.Tool(server.orElse(""), shown);
    }
    return new Target.Tool(shown.substring(0, at), shown.substring(at + 2));
  }
}
