package dev.sallyport.sandbox.quarantine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.sandbox.quarantine.HeldLookup.Found;
import dev.sallyport.sandbox.quarantine.HeldOperations.Operation;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What an agent may do with references besides passing them on: look into what they hold, show it
 * to its person, have it counted, filtered, sorted, compared, picked from and put together, ask a
 * closed question about it, have parts of it taken out or the text written anew, and have a person
 * vouch for it.
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

  /** The tool that waits for a person: {@link #release}. */
  public static final String RELEASE = "q_release";

  /** Nothing, the held text itself, or a view of what lies there. */
  private static final double OUTCOME_BITS = BitBudget.choice(3);

  private static final String LOOKED_ENOUGH =
      "looks into this result have told as much as they may; ask the tool that gave it for less at"
          + " once, or pass the reference on";

  private final Quarantine quarantine;
  private final HeldLookup lookup;
  private final HeldOperations operations;
  private final ModelOperations modelOperations;
  private final ReleaseOperation release;

  /**
   * @param timeout how long the model may take for one answer
   */
  public QuarantineTools(Quarantine quarantine, QuarantineModel model, Duration timeout) {
    this.quarantine = quarantine;
    this.lookup = new HeldLookup(quarantine);
    this.operations = new HeldOperations(quarantine);
    this.modelOperations = new ModelOperations(quarantine, new Asker(model, timeout));
    this.release = new ReleaseOperation(quarantine);
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
    return answered(() -> called(turn, name, arguments));
  }

  /**
   * Makes an endorsed copy of what a reference holds. Only after a person has approved it.
   *
   * @return as {@link #call}
   */
  public Projection release(String turn, JsonNode arguments) {
    return answered(() -> release.release(turn, new ToolArguments(arguments)));
  }

  /**
   * A call that comes to nothing.
   *
   * @param ofReference whether that is for its reference, and not for another of its arguments
   * @param answer what it is answered, as {@link #call} would
   */
  public record Unfit(boolean ofReference, Projection answer) {}

  /** Why no person need be asked for a release, if that is so. */
  public Optional<Unfit> unfitRelease(String turn, JsonNode arguments) {
    try {
      var _ = release.requested(turn, new ToolArguments(arguments));
      return Optional.empty();
    } catch (UnfitQuestionException e) {
      return Optional.of(new Unfit(false, ToolAnswers.refused(e.reason(), e.bits())));
    } catch (UnknownReferenceException e) {
      return Optional.of(new Unfit(true, ToolAnswers.refused(e)));
    }
  }

  @FunctionalInterface
  private interface Operating {
    Projection done() throws UnfitQuestionException;
  }

  private static Projection answered(Operating operating) {
    try {
      return operating.done();
    } catch (UnfitQuestionException e) {
      return ToolAnswers.refused(e.reason(), e.bits());
    } catch (UnknownReferenceException e) {
      return ToolAnswers.refused(e);
    }
  }

  private Projection called(String turn, String name, JsonNode arguments)
      throws UnfitQuestionException {
    return switch (name) {
      case "q_get" -> get(turn, new ToolArguments(arguments).only("ref", "path"));
      case "q_show" -> show(turn, new ToolArguments(arguments).only("ref"));
      case "q_ask" ->
          modelOperations.ask(turn, new ToolArguments(arguments).only("ref", "question", "schema"));
      case "q_extract" ->
          modelOperations.extract(turn, new ToolArguments(arguments).only("ref", "schema"));
      case "q_map" ->
          modelOperations.map(turn, new ToolArguments(arguments).only("ref", "instruction"));
      case RELEASE ->
          throw new UnfitQuestionException("a person must approve this, and nobody has");
      default ->
          operations.call(
              turn,
              Operation.find(name)
                  .orElseThrow(() -> new UnfitQuestionException("there is no such tool")),
              arguments);
    };
  }

  private Projection get(String turn, ToolArguments arguments) throws UnfitQuestionException {
    var held = lookup.held(turn, arguments);
    var found = lookup.found(turn, held, arguments.path("path"));
    var taint = lookup.taint(turn, arguments);
    var seen = new Found(found.node(), found.standing().joined(taint));
    var looked =
        quarantine
            .look(turn, held, taint, projector -> look(projector, held, seen))
            .filter(projection -> !projection.view().isNull())
            .orElseThrow(() -> new UnfitQuestionException(LOOKED_ENOUGH));
    return looked.view().isEmpty()
        ? ToolAnswers.refused("there is nothing at that path", looked.bits())
        : ToolAnswers.of(looked);
  }

  /** What lies there; an empty object if nothing does, and null if not even that may be told. */
  private static Projection look(Projector projector, Held held, Found found) {
    if (!projector.charge(OUTCOME_BITS)) {
      return projector.projection(JSON.nullNode());
    }
    var view = JSON.objectNode();
    var node = found.node();
    if (node.isMissingNode()) {
      return projector.projection(view);
    }
    if (node.equals(held.value()) && node.isTextual()) {
      view.put("value", held.reference().token());
    } else {
      view.set("value", projector.view(node, found.standing()));
    }
    if (node.isTextual() && projector.charge(Length.BITS)) {
      view.put("length", Length.of(node.textValue()).label());
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
}
