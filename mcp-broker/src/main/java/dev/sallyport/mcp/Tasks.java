package dev.sallyport.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.CallCancelledException;
import dev.sallyport.identity.action.Caller;
import dev.sallyport.identity.action.Cancellation;
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
import dev.sallyport.mcp.wire.MalformedJsonException;
import dev.sallyport.sandbox.contract.QuarantineMode;
import dev.sallyport.vault.StateSeal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Carries what is asked of tasks that tools have begun. A caller knows a task by a handle that is
 * sealed, and bound to whose it is, to the server and to the tool; each request is decided as that
 * tool is decided then. Source: MCP extension "Tasks", 2026-07-28. Thread-safe.
 */
final class Tasks {
  private static final String PREFIX = "task.";
  private static final String ID = "taskId";
  private static final int MAX_ID = 1_024;
  private static final int MAX_ARGUMENTS = 2 * 1_024;
  private static final int MAX_HANDLE = 8 * 1_024;

  private final ToolRegistry registry;
  private final Attempts attempts;
  private final Containment containment;
  private final StateSeal seal;

  Tasks(ToolRegistry registry, Attempts attempts, Containment containment, StateSeal seal) {
    this.registry = registry;
    this.attempts = attempts;
    this.containment = containment;
    this.seal = seal;
  }

  /**
   * What a handle stands for.
   *
   * @param id by which the server knows the task
   * @param held whether what it gives goes into quarantine
   * @param arguments those that the call was decided on that began it; missing if they are long
   */
  private record Known(RegisteredTool tool, String id, boolean held, JsonNode arguments) {}

  /** Whether a result says that a task has begun. */
  static boolean isTask(ObjectNode result) {
    return "task".equals(result.path("resultType").textValue());
  }

  /** What a caller sees of a task that its call has begun. */
  Performed<ServerAnswer> begun(
      Permit permit, RegisteredTool tool, boolean held, ObjectNode result) {
    var id = result.path(ID).textValue();
    if (id == null || id.isEmpty() || id.length() > MAX_ID) {
      throw new Refusal(RefusalCode.UPSTREAM_MALFORMED);
    }
    permit.facts().put("task", "begun");
    var decided = permit.action().arguments();
    var kept = Json.bytes(decided).length <= MAX_ARGUMENTS ? decided : MissingNode.getInstance();
    var handle = sealed(permit.action().caller(), new Known(tool, id, held, kept));
    var seen = held ? TaskView.of(result) : result;
    return Performed.succeeded(
        new ServerAnswer.Result(seen.put(ID, handle).put("resultType", "task")));
  }

  /**
   * Asks the server of a task.
   *
   * @param server the one whose path was called
   */
  ServerAnswer ask(
      Caller caller, Optional<String> server, TaskRequest asked, Conversation conversation) {
    var content = asked.besides().deepCopy().put("method", asked.method());
    var known = required(caller, server, asked.handle(), content);
    try {
      return attempts.perform(
          wanted(caller, known, content),
          known.tool().server(),
          permit -> run(permit, known, asked, server.isEmpty(), conversation));
    } catch (Refusal refusal) {
      throw unknown(refusal);
    }
  }

  /**
   * Has a caller told whenever a task is no longer as it was. That it wants to be is an action, and
   * so is each look at the task, which is what it is told.
   *
   * @param server the one whose path was called
   * @param told is given what {@code tasks/get} answers
   * @return what ends it
   */
  Runnable follow(
      Caller caller,
      Optional<String> server,
      String handle,
      ClientFace client,
      Consumer<ObjectNode> told) {
    var content = Json.object().put("operation", "subscribe");
    var known = required(caller, server, handle, content);
    var at = known.tool().server().name();
    var cancellation = new Cancellation();
    var conversation = Conversation.untold(client, cancellation);
    var looking = new Looking(() -> look(caller, server, handle, conversation, told));
    return attempts.perform(
        wanted(caller, known, content),
        permit -> {
          permit.facts().put("task", "subscribe");
          var subscription =
              registry.watches().subscribeToTask(at, known.id(), _ -> looking.again());
          return Performed.<Runnable>succeeded(() -> {
            subscription.close();
            cancellation.cancel();
          });
        });
  }

  private void look(
      Caller caller,
      Optional<String> server,
      String handle,
      Conversation conversation,
      Consumer<ObjectNode> told) {
    try {
      var asked = new TaskRequest("tasks/get", handle, Json.object());
      if (ask(caller, server, asked, conversation) instanceof ServerAnswer.Result(var task)) {
        task.remove(List.of("resultType", "_meta"));
        told.accept(task);
      }
    } catch (Refusal _) {
      // It is on record, and the caller may ask for itself.
    }
  }

  private Known required(
      Caller caller, Optional<String> server, String handle, ObjectNode content) {
    return opened(caller, handle)
        .filter(task -> server.isEmpty() || server.get().equals(task.tool().server().name()))
        .orElseThrow(() -> {
          var target = new Target.Tool(server.orElse(""), "");
          var refusal = new Refusal(RefusalCode.UNKNOWN_TASK);
          return unknown(
              attempts.refuse(new Wanted(caller, target, Json.object(), content), refusal));
        });
  }

  /** It is decided on what the call was that began it; what looks at more than is known fails. */
  private static Wanted wanted(Caller caller, Known known, ObjectNode content) {
    content.put(ID, known.id());
    var tool = known.tool();
    return new Wanted(
        caller, Entitlements.target(tool), known.arguments(), content, Optional.of(tool.pin()));
  }

  private Performed<ServerAnswer> run(
      Permit permit, Known known, TaskRequest asked, boolean exposed, Conversation conversation) {
    var params = containment.resolve(permit, asked.besides());
    if (params.held() && !known.held()) {
      throw new Refusal(
          RefusalCode.MALFORMED_REQUEST, "What is in quarantine cannot be given to this task.");
    }
    permit.facts().put("task", asked.method());
    var request =
        new UpstreamRequest(
            permit.action().caller().principal().owner(),
            asked.method(),
            Optional.of(known.id()),
            params.sent().deepCopy().put(ID, known.id()),
            Map.of());
    try {
      var answer = known.tool().server().ask(permit, request, conversation);
      permit.facts().put("bytes", answer.bytes()).put("redacted", answer.redacted());
      return switch (answer) {
        case UpstreamAnswer.Result(var result, _, _) -> told(permit, known, asked, exposed, result);
        case UpstreamAnswer.Failure(var error, _, _) ->
            new Performed<>(
                new ServerAnswer.Failure(known.held() ? TaskView.error(error) : error),
                new Outcome.ToolFailed());
      };
    } catch (CallCancelledException e) {
      return new Performed<>(
          new ServerAnswer.Cancelled(e.why()), new Outcome.Aborted(e.why().label()));
    }
  }

  private Performed<ServerAnswer> told(
      Permit permit, Known known, TaskRequest asked, boolean exposed, ObjectNode result) {
    if (!asked.method().equals("tasks/get")) {
      return Performed.succeeded(
          new ServerAnswer.Result(known.held() ? Json.object() : withoutId(result)));
    }
    if (!known.id().equals(result.path(ID).textValue())) {
      throw new Refusal(RefusalCode.UPSTREAM_MALFORMED);
    }
    var seen = (known.held() ? TaskView.of(result) : result).put(ID, asked.handle());
    if (!(result.get("result") instanceof ObjectNode given)) {
      return Performed.succeeded(new ServerAnswer.Result(seen));
    }
    var contained =
        containment.contain(
            permit,
            known.tool(),
            attempts.terms(permit.action().caller()),
            new Containment.Arguments(Json.object(), known.held()),
            new UpstreamAnswer.Result(given, 0, 0));
    var shown = exposed ? Items.exposed(known.tool().server().name(), contained) : contained;
    if (shown.answer() instanceof ServerAnswer.Result(var inner)) {
      seen.set("result", inner);
    }
    return new Performed<>(new ServerAnswer.Result(seen), shown.outcome());
  }

  /** A server that repeats its own name for the task where nothing asks for it. */
  private static ObjectNode withoutId(ObjectNode result) {
    result.remove(ID);
    return result;
  }

  private String sealed(Caller caller, Known known) {
    var kept =
        Json.object()
            .put("server", known.tool().server().name())
            .put("tool", known.tool().name())
            .put("task", known.id())
            .put("held", known.held());
    if (!known.arguments().isMissingNode()) {
      kept.set("arguments", known.arguments());
    }
    return PREFIX + seal.seal(Json.bytes(kept), bound(caller));
  }

  private Optional<Known> opened(Caller caller, String handle) {
    if (!handle.startsWith(PREFIX) || handle.length() > MAX_HANDLE) {
      return Optional.empty();
    }
    return seal.open(handle.substring(PREFIX.length()), bound(caller)).flatMap(this::known);
  }

  private Optional<Known> known(byte[] kept) {
    try {
      var tree = Json.parseResult(kept);
      var server = tree.path("server").asText();
      registry.freshen(server, () -> true); // who has the handle knows of it
      return registry
          .find(server, tree.path("tool").asText())
          .map(tool ->
              new Known(
                  tool,
                  tree.path("task").asText(),
                  tree.path("held").asBoolean() || tool.mode() != QuarantineMode.TRUSTED,
                  tree.path("arguments")));
    } catch (MalformedJsonException e) {
      throw new IllegalStateException("what was sealed here is JSON", e);
    }
  }

  private static String bound(Caller caller) {
    return "task|" + caller.principal().owner().text();
  }

  /** The refusal of a task that is not there, whatever the caller may do with tools. */
  private static Refusal unknown(Refusal recorded) {
    var attempt = recorded.callId();
    return recorded.code() == RefusalCode.UNKNOWN_TOOL && attempt.isPresent()
        ? new Refusal(RefusalCode.UNKNOWN_TASK).of(attempt.get())
        : recorded;
  }
}
