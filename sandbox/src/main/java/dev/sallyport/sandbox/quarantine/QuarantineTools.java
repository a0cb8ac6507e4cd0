package dev.sallyport.sandbox.quarantine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.sandbox.quarantine.Asker.Abstained;
import dev.sallyport.sandbox.quarantine.Asker.Answered;
import dev.sallyport.sandbox.quarantine.Asker.Ending;
import dev.sallyport.sandbox.quarantine.HeldOperations.Operation;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What an agent may do with references besides passing them on: look into what they hold, show it
 * to its person, have it counted, filtered, sorted, compared, picked from and put together, and ask
 * a closed question about it.
 *
 * <p>Their arguments hold references and must not be {@linkplain Quarantine#resolve resolved}
 * before. Their answers are results of MCP tools, projections again, or say in our words what was
 * wrong with the call. Thread-safe.
 */
public final class QuarantineTools {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final List<ObjectNode> DEFINITIONS = QuarantineToolDefinitions.all();
  private static final Set<String> NAMES =
      DEFINITIONS.stream()
          .map(tool -> tool.path("name").asText())
          .collect(Collectors.toUnmodifiableSet());
  private static final String LOOKED_ENOUGH =
      "looks into this result have told as much as they may; ask the tool that gave it for less at"
          + " once, or pass the reference on";

  private final Quarantine quarantine;
  private final HeldLookup lookup;
  private final HeldOperations operations;
  private final Asker asker;

  /**
   * @param timeout how long the model may take for one answer
   */
  public QuarantineTools(Quarantine quarantine, QuarantineModel model, Duration timeout) {
    this.quarantine = quarantine;
    this.lookup = new HeldLookup(quarantine);
    this.operations = new HeldOperations(quarantine);
    this.asker = new Asker(model, timeout);
  }

  /** The tools as {@code tools/list} gives them: name, description, input schema. Not to change. */
  public static List<ObjectNode> definitions() {
    return DEFINITIONS;
  }

  /** What they are called. */
  public static Set<String> names() {
    return NAMES;
  }

  /** Whether a tool of that name is one of these. */
  public static boolean has(String name) {
    return NAMES.contains(name);
  }

  /**
   * Calls one of the tools.
   *
   * @return a projection whose view is the result of the tool
   */
  public Projection call(String turn, String name, JsonNode arguments) {
    try {
      return switch (name) {
        case "q_get" -> get(turn, new ToolArguments(arguments).only("ref", "path"));
        case "q_show" -> show(turn, new ToolArguments(arguments).only("ref"));
        case "q_ask" -> ask(turn, new ToolArguments(arguments).only("ref", "question", "schema"));
        default ->
            operations.call(
                turn,
                Operation.find(name)
                    .orElseThrow(() -> new UnfitQuestionException("there is no such tool")),
                arguments);
      };
    } catch (UnfitQuestionException e) {
      return ToolAnswers.refused(e.reason(), e.bits());
    } catch (UnknownReferenceException e) {
      return ToolAnswers.refused(e.reason().text(), 0);
    }
  }

  private Projection get(String turn, ToolArguments arguments) throws UnfitQuestionException {
    var held = lookup.held(turn, arguments);
    var found = lookup.found(turn, held, arguments.path("path"));
    var looked =
        quarantine
            .look(turn, held, projector -> look(projector, held, found))
            .orElseThrow(() -> new UnfitQuestionException(LOOKED_ENOUGH));
    return found.isMissingNode()
        ? ToolAnswers.refused("there is nothing at that path", looked.bits())
        : ToolAnswers.of(looked);
  }

  private static Projection look(Projector projector, Held held, JsonNode found) {
    var view = JSON.objectNode();
    if (found.isMissingNode()) {
      return projector.projection(view);
    }
    if (found.equals(held.value()) && found.isTextual()) {
      view.put("value", held.reference().token());
    } else {
      view.set("value", projector.view(found));
    }
    if (found.isTextual() && projector.charge(Length.BITS)) {
      view.put("length", Length.of(found.textValue()).label());
    }
    return projector.projection(view);
  }

  private Projection show(String turn, ToolArguments arguments) throws UnfitQuestionException {
    var held = lookup.held(turn, arguments);
    var token = held.reference().token();
    if (!quarantine.with(turn, holdings -> holdings.show(held))) {
      throw new UnfitQuestionException(
          "there is no room to show this: a turn shows at most %,d values and %,d characters"
              .formatted(quarantine.limits().maxShown(), quarantine.limits().maxShownChars()));
    }
    var view = JSON.objectNode().put("shown", token).put("where", where(turn));
    return ToolAnswers.of(new Projection(view, 1, 0));
  }

  private static String where(String turn) {
    return "beside the answer, if this turn is answered by /v1/responses; else an administrator"
        + " reads it to the person from GET /admin/turns/"
        + turn
        + "/shown of the control plane";
  }

  private Projection ask(String turn, ToolArguments arguments) throws UnfitQuestionException {
    var held = lookup.held(turn, arguments);
    var question =
        Question.of(held, arguments.text("question", ""), arguments.tree().path("schema"));
    var known = quarantine.with(turn, holdings -> holdings.answered(question.key()));
    if (known.isPresent()) {
      return ToolAnswers.of(new Projection(parsed(known.get()), 0, 0));
    }
    if (!quarantine.with(turn, holdings -> holdings.chargeAsk(question.bits()))) {
      throw new UnfitQuestionException(
          "the answers of this turn would tell more than its budget allows; ask for less: fewer"
              + " words, a smaller range, or one thing");
    }
    var ending = asker.ask(turn, question);
    var answer = answer(ending).toString();
    var kept =
        ending.isFinal()
            ? quarantine.with(turn, holdings -> holdings.keepAnswer(question.key(), answer))
            : answer;
    return ToolAnswers.of(new Projection(parsed(kept), 0, (int) Math.ceil(question.bits())));
  }

  private static ObjectNode answer(Ending ending) {
    return switch (ending) {
      case Answered answered ->
          JSON.objectNode().<ObjectNode>set("answer", answered.answer()).put("abstain", false);
      case Abstained abstained ->
          JSON.objectNode()
              .putNull("answer")
              .put("abstain", true)
              .put("reason", abstained.reason().label());
    };
  }

  private static JsonNode parsed(String answer) {
    return Content.parse(answer).orElseThrow();
  }
}
