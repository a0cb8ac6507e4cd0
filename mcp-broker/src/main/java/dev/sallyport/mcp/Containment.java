package dev.sallyport.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.AgentTerms;
import dev.sallyport.identity.action.Caller;
import dev.sallyport.identity.action.Outcome;
import dev.sallyport.identity.action.Performed;
import dev.sallyport.identity.action.Permit;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.mcp.registry.RegisteredTool;
import dev.sallyport.mcp.upstream.UpstreamAnswer;
import dev.sallyport.mcp.wire.Json;
import dev.sallyport.mcp.wire.RpcError;
import dev.sallyport.sandbox.contract.QuarantineMode;
import dev.sallyport.sandbox.contract.ResultRules;
import dev.sallyport.sandbox.quarantine.ClientHistory;
import dev.sallyport.sandbox.quarantine.Intake;
import dev.sallyport.sandbox.quarantine.Projection;
import dev.sallyport.sandbox.quarantine.Quarantine;
import dev.sallyport.sandbox.quarantine.UnknownReferenceException;
import dev.sallyport.sandbox.quarantine.Vocabulary;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Puts what servers answer into quarantine, as each server's mode has it, and takes out of it what
 * callers refer to.
 */
public final class Containment {
  private static final int MAX_FOLLOWED_CHARS = 64 << 10;

  private final Quarantine quarantine;
  private final ClientHistory history;

  public Containment(Quarantine quarantine) {
    this.quarantine = quarantine;
    this.history = new ClientHistory(quarantine);
  }

  /** What holds what servers answer. */
  Quarantine quarantine() {
    return quarantine;
  }

  /** The turn of a caller, by the name under which content is held for it. */
  public String turn(Caller caller, AgentTerms terms) {
    var turn = caller.turn().id().value();
    quarantine.owned(turn, caller.turn().owner().text(), !terms.inheritsTurns());
    if (caller.turn().isAmbient() && terms.inheritsTurns()) {
      quarantine.inherit(turn); // to name no turn is no way out of one
    }
    return turn;
  }

  /** On whose word a caller's turn stands. */
  public String label(Caller caller, AgentTerms terms) {
    return quarantine.label(turn(caller, terms)).authority().name();
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
            case EXPIRED ->
                "The release of a reference is over. Ask for it again with q_release, or use the"
                    + " reference that it is of.";
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
   * Whether what a call gives is put into quarantine, unless its caller may read it. A trusted
   * server that was sent held text may give it back, so then its answer is held, too.
   */
  static boolean holds(RegisteredTool tool, Arguments arguments) {
    return arguments.held() || tool.mode() != QuarantineMode.TRUSTED;
  }

  /** What the agent may see of an answer. */
  Performed<ServerAnswer> contain(
      Permit permit,
      RegisteredTool tool,
      AgentTerms terms,
      Arguments arguments,
      UpstreamAnswer answer) {
    boolean failed = isFailure(answer);
    permit.facts().put("is_error", failed);
    if (arguments.held() && tool.mode() == QuarantineMode.TRUSTED) {
      permit.facts().put("held_for_references", true);
    }
    tool.contract()
        .ifPresent(
            agreed -> permit.facts().put("contract", agreed.name() + "@" + agreed.version()));
    var turn = turn(permit.action().caller(), terms);
    var mode = mode(tool.mode(), terms, arguments.held());
    var intake = tool.intake().in(mode);
    var seen =
        switch (mode) {
          case TRUSTED -> asItIs(answer);
          case TAINTED_READ -> read(permit, turn, intake, answer);
          case STRICT, TYPED -> projected(permit, turn, intake, answer);
        };
    return new Performed<>(given(turn, seen), outcome(failed));
  }

  /** How an answer reaches an agent: what may be held text is read by nobody. */
  static QuarantineMode mode(QuarantineMode wanted, AgentTerms terms, boolean held) {
    return switch (wanted) {
      case STRICT, TYPED -> wanted;
      case TAINTED_READ -> held || !terms.readsTainted() ? QuarantineMode.STRICT : wanted;
      case TRUSTED -> held ? QuarantineMode.STRICT : wanted;
    };
  }

  /** The answer as it is, which its turn has then read. */
  private ServerAnswer read(Permit permit, String turn, Intake intake, UpstreamAnswer answer) {
    var told =
        switch (answer) {
          case UpstreamAnswer.Result(var result, _, _) -> result;
          case UpstreamAnswer.Failure(var error, _, _) -> error;
        };
    record(permit, quarantine.readToolResult(turn, intake, told));
    permit.facts().put("mode", intake.mode().word());
    return asItIs(answer);
  }

  /**
   * What the agent may see of an answer about a prompt or something to read.
   *
   * @param mode how it reaches the agent
   */
  Performed<ServerAnswer> contain(
      Permit permit,
      String source,
      ItemRequest asked,
      AgentTerms terms,
      QuarantineMode mode,
      UpstreamAnswer answer) {
    var outcome = outcome(answer instanceof UpstreamAnswer.Failure);
    var turn = turn(permit.action().caller(), terms);
    var intake = new Intake(source, Vocabulary.NONE, mode, ResultRules.NONE);
    return switch (mode) {
      case TRUSTED -> new Performed<>(asItIs(answer), outcome);
      case TAINTED_READ -> new Performed<>(read(permit, turn, intake, answer), outcome);
      case STRICT, TYPED ->
          new Performed<>(projected(permit, turn, intake, asked, answer), outcome);
    };
  }

  private ServerAnswer projected(
      Permit permit, String turn, Intake intake, ItemRequest asked, UpstreamAnswer answer) {
    return switch (answer) {
      case UpstreamAnswer.Result(var result, _, _) -> {
        if (asked.isCompletion()) {
          yield new ServerAnswer.Result(Items.nothingToComplete());
        }
        var projection = quarantine.project(turn, intake, result);
        record(permit, intake.source(), projection);
        yield new ServerAnswer.Result(told(asked, projection));
      }
      case UpstreamAnswer.Failure(var error, _, _) -> {
        var projection = quarantine.projectError(turn, intake, error);
        record(permit, intake.source(), projection);
        var told = RpcError.of(RpcError.INTERNAL_ERROR, "The server answered with an error.");
        var seen = told.toJson().<ObjectNode>set("data", projection.view());
        yield new ServerAnswer.Failure(seen);
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
  Performed<ServerAnswer> recorded(Permit permit, String operation, Projection projection) {
    record(permit, operation, projection);
    var answer = told(permit.action().caller(), projection);
    return new Performed<>(answer, outcome(answer.failed()));
  }

  /** What a caller is told by the quarantine itself. */
  ServerAnswer told(Caller caller, Projection projection) {
    var answer = new ServerAnswer.Result(object(projection.view()));
    return given(caller.turn().id().value(), answer);
  }

  /** A model may see again, at any door, what its turn was given here. */
  private ServerAnswer given(String turn, ServerAnswer answer) {
    var text = answer.text();
    var texts = new ArrayList<>(List.of(text));
    var value = Optional.<JsonNode>empty();
    if (answer instanceof ServerAnswer.Result(var result)) {
      var blocks = result.path("content");
      if (blocks.size() > 1) {
        blocks.forEach(block -> texts.add(block.path("text").asText()));
      }
      // A client may write it down in its own way; of what is large, that is not followed.
      if (text.length() <= MAX_FOLLOWED_CHARS) {
        value = Optional.ofNullable(result.get("structuredContent"));
      }
    }
    history.gave(turn, texts, value);
    return answer;
  }

  private static ServerAnswer asItIs(UpstreamAnswer answer) {
    return switch (answer) {
      case UpstreamAnswer.Result(var result, _, _) -> new ServerAnswer.Result(result);
      case UpstreamAnswer.Failure(var error, _, _) -> new ServerAnswer.Failure(error);
    };
  }

  private ServerAnswer projected(Permit permit, String turn, Intake intake, UpstreamAnswer answer) {
    return switch (answer) {
      case UpstreamAnswer.Result(var result, _, _) -> {
        var projection = quarantine.projectToolResult(turn, intake, result);
        record(permit, intake.source(), projection);
        yield new ServerAnswer.Result(named(permit, projection));
      }
      case UpstreamAnswer.Failure(var error, _, _) -> {
        var projection = quarantine.projectError(turn, intake, error);
        record(permit, intake.source(), projection);
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

  /** A result that says by which name its explanation is asked for. */
  private static ObjectNode named(Permit permit, Projection projection) {
    var result = object(projection.view());
    result
        .withObject("/_meta")
        .withObjectProperty("dev.sallyport/quarantine")
        .put("result", permit.callId().value());
    return result;
  }

  private void record(Permit permit, String source, Projection projection) {
    quarantine.explain(permit.callId().value(), turn(permit), source, projection);
    record(permit, projection);
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
