package dev.sallyport.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Outcome;
import dev.sallyport.identity.action.Performed;
import dev.sallyport.identity.action.Permit;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.mcp.registry.RegisteredTool;
import dev.sallyport.mcp.upstream.UpstreamAnswer;
import dev.sallyport.mcp.wire.Json;
import dev.sallyport.mcp.wire.RpcError;
import dev.sallyport.sandbox.quarantine.Projection;
import dev.sallyport.sandbox.quarantine.Quarantine;
import dev.sallyport.sandbox.quarantine.QuarantineMode;
import dev.sallyport.sandbox.quarantine.UnknownReferenceException;
import dev.sallyport.sandbox.quarantine.Vocabulary;

/**
 * Puts what servers answer into quarantine, as each server's mode has it, and takes out of it what
 * callers refer to.
 */
public final class Containment {
  private final Quarantine quarantine;

  public Containment(Quarantine quarantine) {
    this.quarantine = quarantine;
  }

  /** The arguments with what their references stand for. Only after the decision. */
  Arguments resolve(Permit permit, ObjectNode arguments) {
    try {
      var resolved = quarantine.resolve(turn(permit), arguments);
      if (!resolved.used().isEmpty()) {
        permit.facts().put("references_used", resolved.used().size());
      }
      return new Arguments((ObjectNode) resolved.arguments(), !resolved.used().isEmpty());
    } catch (UnknownReferenceException e) {
      throw new Refusal(
          RefusalCode.UNKNOWN_REFERENCE,
          switch (e.reason()) {
            case UNKNOWN, MALFORMED -> RefusalCode.UNKNOWN_REFERENCE.advice();
            case DROPPED ->
                "The value of a reference was dropped to make room. Call the tool again that gave"
                    + " it.";
            case IN_NAME -> "A reference may stand in a value, not in a name.";
            case TOO_LARGE -> "The arguments are too large with what their references stand for.";
          });
    }
  }

  /**
   * What a tool is called with.
   *
   * @param held whether text out of the quarantine is in it
   */
  record Arguments(ObjectNode sent, boolean held) {}

  /**
   * Whether what a call gives is put into quarantine. A trusted server that was sent held text may
   * give it back, so then its answer is held, too.
   */
  static boolean holds(RegisteredTool tool, Arguments arguments) {
    return arguments.held() || tool.server().settings().quarantine() == QuarantineMode.STRICT;
  }

  /** What the agent may see of an answer. */
  Performed<ServerAnswer> contain(
      Permit permit, RegisteredTool tool, Arguments arguments, UpstreamAnswer answer) {
    boolean failed = isFailure(answer);
    permit.facts().put("is_error", failed);
    if (arguments.held() && tool.server().settings().quarantine() == QuarantineMode.TRUSTED) {
      permit.facts().put("held_for_references", true);
    }
    var seen = holds(tool, arguments) ? projected(permit, tool, answer) : asItIs(answer);
    return new Performed<>(seen, outcome(failed));
  }

  /**
   * What the agent may see of an answer about a prompt or something to read.
   *
   * @param held whether it goes into quarantine
   */
  Performed<ServerAnswer> contain(
      Permit permit, String source, ItemRequest asked, boolean held, UpstreamAnswer answer) {
    var outcome = outcome(answer instanceof UpstreamAnswer.Failure);
    if (!held) {
      return new Performed<>(asItIs(answer), outcome);
    }
    quarantine.owned(turn(permit), permit.action().caller().turn().owner().value());
    return switch (answer) {
      case UpstreamAnswer.Result(var result, _, _) -> {
        if (asked.isCompletion()) {
          yield new Performed<>(new ServerAnswer.Result(Items.nothingToComplete()), outcome);
        }
        var projection = quarantine.project(turn(permit), source, Vocabulary.NONE, result);
        record(permit, projection);
        yield new Performed<>(new ServerAnswer.Result(told(asked, projection)), outcome);
      }
      case UpstreamAnswer.Failure(var error, _, _) -> {
        var projection = quarantine.projectError(turn(permit), source, error);
        record(permit, projection);
        var told = RpcError.of(RpcError.INTERNAL_ERROR, "The server answered with an error.");
        var seen = told.toJson().<ObjectNode>set("data", projection.view());
        yield new Performed<>(new ServerAnswer.Failure(seen), outcome);
      }
    };
  }

  /** A projection in the form of what was asked for. */
  private static ObjectNode told(ItemRequest asked, Projection projection) {
    var result = Json.object();
    var view = projection.view().toString();
    if (asked.kind() == ItemRequest.Kind.PROMPT) {
      var message = result.putArray("messages").addObject().put("role", "user");
      message.putObject("content").put("type", "text").put("text", view);
    } else {
      result
          .putArray("contents")
          .addObject()
          .put("uri", asked.name())
          .put("mimeType", "application/json")
          .put("text", view);
    }
    return result;
  }

  /** An answer of the quarantine itself. */
  Performed<ServerAnswer> recorded(Permit permit, Projection projection) {
    record(permit, projection);
    var answer = new ServerAnswer.Result(object(projection.view()));
    return new Performed<>(answer, outcome(answer.failed()));
  }

  private static ServerAnswer asItIs(UpstreamAnswer answer) {
    return switch (answer) {
      case UpstreamAnswer.Result(var result, _, _) -> new ServerAnswer.Result(result);
      case UpstreamAnswer.Failure(var error, _, _) -> new ServerAnswer.Failure(error);
    };
  }

  private ServerAnswer projected(Permit permit, RegisteredTool tool, UpstreamAnswer answer) {
    var source = tool.server().name() + "/" + tool.name();
    quarantine.owned(turn(permit), permit.action().caller().turn().owner().value());
    return switch (answer) {
      case UpstreamAnswer.Result(var result, _, _) -> {
        var projection =
            quarantine.projectToolResult(turn(permit), source, tool.vocabulary(), result);
        record(permit, projection);
        yield new ServerAnswer.Result(object(projection.view()));
      }
      case UpstreamAnswer.Failure(var error, _, _) -> {
        var projection = quarantine.projectError(turn(permit), source, error);
        record(permit, projection);
        yield new ServerAnswer.Result(failedResult(projection.view()));
      }
    };
  }

  private static ObjectNode failedResult(JsonNode view) {
    var result = Json.object();
    result.putArray("content").addObject().put("type", "text").put("text", view.toString());
    result.set("structuredContent", view);
    return result.put("isError", true);
  }

  private static void record(Permit permit, Projection projection) {
    permit
        .facts()
        .put("quarantine_bits", projection.bits())
        .put("references_given", projection.references());
  }

  private static boolean isFailure(UpstreamAnswer answer) {
    return switch (answer) {
      case UpstreamAnswer.Result(var result, _, _) -> result.path("isError").asBoolean();
      case UpstreamAnswer.Failure _ -> true;
    };
  }

  private static Outcome outcome(boolean failed) {
    return failed ? new Outcome.ToolFailed() : new Outcome.Succeeded();
  }

  private static ObjectNode object(JsonNode view) {
    return (ObjectNode) view;
  }

  private static String turn(Permit permit) {
    return permit.action().caller().turn().id().value();
  }
}
