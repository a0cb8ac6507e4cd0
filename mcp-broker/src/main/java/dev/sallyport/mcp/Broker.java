package dev.sallyport.mcp;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.ActionPath;
import dev.sallyport.identity.action.Approvals;
import dev.sallyport.identity.action.CallCancelledException;
import dev.sallyport.identity.action.Caller;
import dev.sallyport.identity.action.Flow;
import dev.sallyport.identity.action.Outcome;
import dev.sallyport.identity.action.Performed;
import dev.sallyport.identity.action.Permit;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.identity.action.Target;
import dev.sallyport.mcp.Attempts.Wanted;
import dev.sallyport.mcp.registry.RegisteredTool;
import dev.sallyport.mcp.registry.ToolRegistry;
import dev.sallyport.mcp.upstream.ClientFace;
import dev.sallyport.mcp.upstream.Conversation;
import dev.sallyport.mcp.upstream.UpstreamAnswer;
import dev.sallyport.mcp.upstream.UpstreamRequest;
import dev.sallyport.mcp.wire.Json;
import dev.sallyport.sandbox.contract.QuarantineMode;
import dev.sallyport.sandbox.quarantine.QuarantineTools;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Calls tools for callers, and tells each which tools it has. A tool that a caller may not call,
 * one that was not approved and one that is not there are all the same to it. Thread-safe.
 */
public final class Broker {
  private final ToolRegistry registry;
  private final Attempts attempts;
  private final Entitlements entitlements;
  private final Wrappers wrappers;
  private final Rounds rounds;
  private final Items items;
  private final HeldStates heldStates;
  private final Tasks tasks;
  private final Containment containment;
  private final FlowGate gate;
  private final QuarantineTools quarantineTools;

  /**
   * A broker.
   *
   * @param carried for what clients carry from one request to the next
   */
  public Broker(
      ToolRegistry registry,
      ActionPath path,
      Containment containment,
      QuarantineTools quarantineTools,
      CarriedStates carried,
      BrokerConfig config) {
    this.registry = registry;
    this.containment = containment;
    this.quarantineTools = quarantineTools;
    attempts = new Attempts(path, config.maxArgumentBytes());
    entitlements = new Entitlements(registry, attempts);
    gate = new FlowGate(registry, attempts, containment, new Proposals(config.clock()));
    wrappers = new Wrappers(registry, attempts);
    rounds = new Rounds(carried, config.clock());
    heldStates = new HeldStates(carried.seal(), config.clock());
    tasks = new Tasks(registry, attempts, containment, carried.seal());
    items = new Items(registry, entitlements, attempts, rounds, containment, gate);
  }

  /** What persons decided of requests that policies hold. */
  public Approvals approvals() {
    return attempts.approvals();
  }

  /** What clients carry while a person decides on their requests. */
  public HeldStates heldStates() {
    return heldStates;
  }

  /**
   * The definitions that a caller has, in the order of what names them. Not to be changed.
   *
   * @param server one server, whose items then have their own names; without one, those of all,
   *     named {@code {server}__{name}} or {@code sallyport://{server}/{uri}}
   * @throws Refusal with UNKNOWN_SERVER if the caller has nothing of that server
   */
  public List<ObjectNode> list(Caller caller, Optional<String> server, ListKind kind) {
    return list(caller, server, kind, Optional.empty());
  }

  /**
   * As {@link #list(Caller, Optional, ListKind)}.
   *
   * @param view how tools are listed; that of the caller's policy without it
   */
  public List<ObjectNode> list(
      Caller caller, Optional<String> server, ListKind kind, Optional<ToolsView> view) {
    return entitlements.list(caller, server, kind, view);
  }

  /**
   * A number that changes when what a caller is listed changes, and hardly ever stays the same
   * then.
   */
  public int fingerprint(Caller caller, Optional<String> server, ListKind kind) {
    return entitlements.fingerprint(caller, server, kind);
  }

  /** Has something done whenever what callers have may have changed. */
  public void whenChanged(Runnable look) {
    registry.whenChanged(look);
  }

  /**
   * Makes sure that a caller has something of a server, if one is named.
   *
   * @throws Refusal with UNKNOWN_SERVER if it has not
   */
  public void requireKnown(Caller caller, Optional<String> server) {
    entitlements.requireKnown(caller, server);
  }

  /**
   * Has a caller told whenever something changes that it may read.
   *
   * @param updates is told the params of each notification of the server
   * @return what ends it
   * @throws Refusal if the caller may not read it, or its server cannot tell
   */
  public Runnable subscribe(
      Caller caller, Optional<String> server, String uri, Consumer<ObjectNode> updates) {
    return items.subscribe(caller, server, uri, updates);
  }

  /** How a caller uses what it has, in words that its model can read; empty if that is plain. */
  public Optional<String> instructions(Caller caller, Optional<String> server) {
    return entitlements.instructions(caller, server);
  }

  /** What a caller can use here, as MCP says it of a server. */
  public ObjectNode capabilities(Caller caller, Optional<String> server) {
    return entitlements.capabilities(caller, server);
  }

  /**
   * Asks for a prompt, for something to read, or for a completion.
   *
   * @param server as for {@link #list}
   * @throws Refusal if the request does not go on, or finds no answer
   */
  public ServerAnswer ask(
      Caller caller, Optional<String> server, ItemRequest request, Conversation conversation) {
    return items.ask(caller, server, request, conversation);
  }

  /**
   * Goes on with a request that waited for its client. It is decided anew.
   *
   * @throws Refusal if nothing is left to do, too; no approval is used up then
   */
  public ServerAnswer resume(
      Caller caller, Optional<String> server, ItemRequest request, Rest rest) {
    return items.resume(caller, server, request, rest);
  }

  /**
   * Goes on with a call that waited for its client. It is decided anew.
   *
   * @throws Refusal if nothing is left to do, too; no approval is used up then
   */
  public ServerAnswer resume(Caller caller, Optional<String> server, ToolCall call, Rest rest) {
    var meant = wrappers.unwrapped(caller, call);
    var tool = required(caller, server, meant);
    return attempts.resume(wanted(caller, tool, meant), tool.server(), rest);
  }

  /** Calls a tool as {@link #call(Caller, Optional, ToolCall, Conversation, Function)} does. */
  public ServerAnswer call(
      Caller caller, Optional<String> server, ToolCall asked, Conversation conversation) {
    return call(caller, server, asked, conversation, Function.identity());
  }

  /**
   * Calls a tool.
   *
   * @param server as for {@link #list}
   * @param form brings the answer into the form in which it goes out. That is done before its
   *     record is awaited: later, all of it would have to come into the processor's caches again.
   * @throws Refusal if the call does not go on, or finds no answer
   */
  public <T> T call(
      Caller caller,
      Optional<String> server,
      ToolCall asked,
      Conversation conversation,
      Function<ServerAnswer, T> form) {
    var name = asked.name();
    if (name.startsWith("q_") && QuarantineTools.has(name)) {
      return form.apply(callOnTurn(caller, name, asked.arguments(), conversation));
    }
    if (Wrappers.isSearch(asked)) {
      return form.apply(wrappers.search(caller, server, asked));
    }
    var call = wrappers.unwrapped(caller, asked);
    var tool = required(caller, server, call);
    return attempts.perform(
        wanted(caller, tool, call).with(gate.of(caller, tool, call)),
        tool.server(),
        permit -> {
          gate.pass(permit, tool, call);
          var seen = run(permit, tool, call, conversation);
          return (server.isPresent() ? seen : Items.exposed(tool.server().name(), seen)).map(form);
        });
  }

  /**
   * Remembers that a model has proposed a call, for callers who may make no other.
   *
   * @param server as for {@link #call}
   */
  public void propose(Caller caller, Optional<String> server, ToolCall proposed) {
    var meant = Wrappers.meant(proposed);
    entitlements
        .tool(caller, server, meant.name())
        .ifPresent(tool -> gate.propose(wanted(caller, tool, meant), tool, meant.arguments()));
  }

  /**
   * What the labels of data say of a call of a tool that a caller's client runs itself.
   *
   * @param arguments as the model wrote them, with references
   */
  public Flow judgeClientTool(Caller caller, String tool, ObjectNode arguments) {
    return gate.ofClientTool(caller, tool, arguments);
  }

  /**
   * Lets such a call go on: what it brings about has happened from now on.
   *
   * @throws Refusal with FLOW_REFUSED if that may happen once, and has
   */
  public void passClientTool(Caller caller, String tool) {
    gate.passClientTool(caller, tool);
  }

  /**
   * Asks for a task, or tells it something. It is decided as the tool is decided now that began it.
   *
   * @param server as for {@link #list}
   * @throws Refusal if the request does not go on, or finds no answer
   */
  public ServerAnswer task(
      Caller caller, Optional<String> server, TaskRequest request, Conversation conversation) {
    return tasks.ask(caller, server, request, conversation);
  }

  /**
   * Has a caller told whenever a task of its own is no longer as it was.
   *
   * @param server as for {@link #list}
   * @param handle what the caller knows it by
   * @param told is given what a request for the task would be answered
   * @return what ends it
   * @throws Refusal as of {@link #task}, or if its server cannot tell
   */
  public Runnable followTask(
      Caller caller,
      Optional<String> server,
      String handle,
      ClientFace client,
      Consumer<ObjectNode> told) {
    return tasks.follow(caller, server, handle, client, told);
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
    var found = entitlements.tool(caller, server, name);
    var target =
        Wrappers.isOne(name) || QuarantineTools.has(name)
            ? new Target.TurnOperation(name)
            : found.map(Entitlements::target).orElseGet(() -> MeantName.tool(server, name));
    return attempts.refuse(caller, target, arguments.getBytes(StandardCharsets.UTF_8), refusal);
  }

  private static Wanted wanted(Caller caller, RegisteredTool tool, ToolCall call) {
    return new Wanted(
        caller,
        Entitlements.target(tool),
        call.arguments(),
        call.content(),
        Optional.of(tool.pin()));
  }

  private RegisteredTool required(Caller caller, Optional<String> server, ToolCall call) {
    var name = call.name();
    return entitlements
        .toolInUse(caller, server, name)
        .orElseThrow(() -> {
          var wanted =
              new Wanted(caller, MeantName.tool(server, name), Json.object(), call.content());
          return entitlements.missing(wanted, RefusalCode.UNKNOWN_TOOL);
        });
  }

  private Performed<ServerAnswer> run(
      Permit permit, RegisteredTool tool, ToolCall asked, Conversation conversation) {
    var schema = tool.definition().path("inputSchema");
    asked
        .mirrored()
        .ifPresent(headers -> MirroredParams.require(schema, asked.arguments(), headers));
    var resolved = containment.resolve(permit, asked.arguments());
    requireFit(tool, resolved.sent());
    try {
      var held = Containment.holds(tool, resolved);
      var followed = held ? new ShapeOnlyConversation(conversation) : conversation;
      var owner = permit.action().caller().principal().owner();
      var request =
          UpstreamRequest.toolCall(owner, tool.name(), resolved.sent(), asked.besides())
              .mirroring(MirroredParams.of(schema, resolved.sent()));
      boolean trusted = tool.mode() == QuarantineMode.TRUSTED;
      if (gate.isCounted(permit.action().caller(), tool)) {
        rounds.use(permit, tool.server(), request, asked.retry());
      }
      var answer = rounds.ask(permit, tool.server(), trusted, request, asked.retry(), followed);
      permit.facts().put("bytes", answer.bytes()).put("redacted", answer.redacted());
      if (answer instanceof UpstreamAnswer.Result(var result, _, _) && Tasks.isTask(result)) {
        return tasks.begun(permit, tool, held, result);
      }
      var terms = attempts.terms(permit.action().caller());
      return containment.contain(permit, tool, terms, resolved, answer);
    } catch (CallCancelledException e) {
      return cancelled(e);
    }
  }

  private static Performed<ServerAnswer> cancelled(CallCancelledException e) {
    return new Performed<>(
        new ServerAnswer.Cancelled(e.why()), new Outcome.Aborted(e.why().label()));
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

  private ServerAnswer callOnTurn(
      Caller caller, String name, ObjectNode arguments, Conversation conversation) {
    var wanted = new Wanted(caller, new Target.TurnOperation(name), arguments, arguments);
    if (name.equals(QuarantineTools.RELEASE)) {
      var unfit = quarantineTools.unfitRelease(caller.turn().id().value(), arguments);
      if (unfit.isPresent()) {
        var code =
            unfit.get().ofReference()
                ? RefusalCode.UNKNOWN_REFERENCE
                : RefusalCode.INVALID_ARGUMENTS;
        attempts.record(wanted, code);
        return containment.told(caller, unfit.get().answer());
      }
    }
    return attempts.perform(wanted, permit -> operate(permit, name, arguments, conversation));
  }

  private Performed<ServerAnswer> operate(
      Permit permit, String name, ObjectNode arguments, Conversation conversation) {
    var turn = permit.action().caller().turn().id().value();
    var cancellation = conversation.cancellation();
    try {
      var approved = permit.decision().approval().isPresent();
      var answer =
          cancellation.during(() ->
              approved && name.equals(QuarantineTools.RELEASE)
                  ? quarantineTools.release(turn, arguments)
                  : quarantineTools.call(turn, name, arguments));
      var why = cancellation.why();
      return why.isPresent()
          ? cancelled(new CallCancelledException(why.get()))
          : containment.recorded(permit, name, answer);
    } catch (CallCancelledException e) {
      return cancelled(e);
    }
  }
}
