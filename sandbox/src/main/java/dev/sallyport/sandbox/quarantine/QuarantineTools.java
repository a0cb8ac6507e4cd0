package dev.sallyport.sandbox.quarantine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.sandbox.quarantine.Asker.Abstained;
import dev.sallyport.sandbox.quarantine.Asker.Answered;
import dev.sallyport.sandbox.quarantine.Asker.Ending;
import java.time.Duration;
import java.util.List;

/**
 * What an agent may do with references besides passing them on: {@code q_get}, {@code q_show} and
 * {@code q_ask}.
 *
 * <p>Their arguments hold references and must not be {@linkplain Quarantine#resolve resolved}
 * before. Their answers are results of MCP tools, projections again, or say in our words what was
 * wrong with the call. Thread-safe.
 */
public final class QuarantineTools {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final int MAX_REFERENCE_CHARS = 64;
  private static final String LOOKED_ENOUGH =
      "looks into this result have told as much as they may; ask the tool that gave it for less at"
          + " once, or pass the reference on";

  private final Quarantine quarantine;
  private final Asker asker;

  /**
   * @param timeout how long the model may take for one answer
   */
  public QuarantineTools(Quarantine quarantine, QuarantineModel model, Duration timeout) {
    this.quarantine = quarantine;
    this.asker = new Asker(model, timeout);
  }

  /** The three tools as {@code tools/list} gives them: name, description, input schema. */
  public static List<ObjectNode> definitions() {
    return QuarantineToolDefinitions.all();
  }

  /** Whether a tool of that name is one of these. */
  public static boolean has(String name) {
    return definitions().stream().anyMatch(tool -> tool.path("name").asText().equals(name));
  }

  /**
   * Calls one of the tools.
   *
   * @return a projection whose view is the result of the tool
   */
  public Projection call(String turn, String name, JsonNode arguments) {
    try {
      return switch (name) {
        case "q_get" -> get(turn, arguments);
        case "q_show" -> show(turn, arguments);
        case "q_ask" -> ask(turn, arguments);
        default -> throw new UnfitQuestionException("there is no such tool");
      };
    } catch (UnfitQuestionException e) {
      return new Projection(result(refusal(e.reason()), true), 0, 0);
    } catch (UnknownReferenceException e) {
      return new Projection(result(refusal(e.reason().text()), true), 0, 0);
    }
  }

  private Projection get(String turn, JsonNode arguments) throws UnfitQuestionException {
    only(arguments, List.of("ref", "path"));
    var held = held(turn, arguments);
    var path = HeldPath.parse(text(arguments, "path", ""));
    var limits = quarantine.limits();
    var whole =
        held.value().isTextual()
            ? Content.structureOf(held.text(), limits.maxContentChars()).orElse(held.value())
            : held.value();
    var found = path.in(whole, part -> nameOf(turn, part));
    var looked =
        quarantine
            .look(turn, held, projector -> look(projector, held, found))
            .orElseThrow(() -> new UnfitQuestionException(LOOKED_ENOUGH));
    if (found.isMissingNode()) {
      return new Projection(
          result(refusal("there is nothing at that path"), true), 0, looked.bits());
    }
    return new Projection(result(looked.view(), false), looked.references(), looked.bits());
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

  private Projection show(String turn, JsonNode arguments) throws UnfitQuestionException {
    only(arguments, List.of("ref"));
    var held = held(turn, arguments);
    var token = held.reference().token();
    if (!quarantine.with(turn, holdings -> holdings.show(held))) {
      throw new UnfitQuestionException(
          "there is no room to show this: a turn shows at most %,d values and %,d characters"
              .formatted(quarantine.limits().maxShown(), quarantine.limits().maxShownChars()));
    }
    var view = JSON.objectNode().put("shown", token).put("where", where(turn));
    return new Projection(result(view, false), 1, 0);
  }

  private static String where(String turn) {
    return "beside the answer, if this turn is answered by /v1/responses; else an administrator"
        + " reads it to the person from GET /admin/turns/"
        + turn
        + "/shown of the control plane";
  }

  private Projection ask(String turn, JsonNode arguments) throws UnfitQuestionException {
    only(arguments, List.of("ref", "question", "schema"));
    var held = held(turn, arguments);
    var question = Question.of(held, text(arguments, "question", ""), arguments.path("schema"));
    var known = quarantine.with(turn, holdings -> holdings.answered(question.key()));
    if (known.isPresent()) {
      return new Projection(result(parsed(known.get()), false), 0, 0);
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
    return new Projection(result(parsed(kept), false), 0, (int) Math.ceil(question.bits()));
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

  private Held held(String turn, JsonNode arguments) throws UnfitQuestionException {
    return quarantine.held(turn, text(arguments, "ref", "").strip());
  }

  /** A part of a path: the name that a reference stands for, or the part itself. */
  private String nameOf(String turn, String part) {
    return part.length() <= MAX_REFERENCE_CHARS && Reference.EXACT.matcher(part).matches()
        ? quarantine.held(turn, part).text()
        : part;
  }

  private static String text(JsonNode arguments, String name, String otherwise)
      throws UnfitQuestionException {
    var value = arguments.path(name);
    if (value.isMissingNode()) {
      return otherwise;
    }
    if (!value.isTextual()) {
      throw new UnfitQuestionException(name + ": must be a string");
    }
    return value.textValue();
  }

  private static void only(JsonNode arguments, List<String> names) throws UnfitQuestionException {
    for (var name = arguments.fieldNames(); name.hasNext(); ) {
      if (!names.contains(name.next())) {
        throw new UnfitQuestionException("the arguments are: " + String.join(", ", names));
      }
    }
  }

  private static ObjectNode refusal(String reason) {
    return JSON.objectNode().put("error", "refused").put("message", reason);
  }

  private static ObjectNode result(JsonNode view, boolean failed) {
    var result = JSON.objectNode();
    result.putArray("content").addObject().put("type", "text").put("text", view.toString());
    result.set("structuredContent", view);
    return result.put("isError", failed);
  }
}
