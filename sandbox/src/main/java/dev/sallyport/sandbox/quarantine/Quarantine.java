package dev.sallyport.sandbox.quarantine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.sandbox.contract.Standing;
import dev.sallyport.sandbox.label.Label;
import dev.sallyport.sandbox.label.Provenance;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Holds untrusted content for the turns that it came to, and shows agents projections of it.
 *
 * <p>A projection has the shape of its content. Null, true, false, the empty string and bounded
 * numbers stand in it as they are; the names of members stand in it if they are in the approved
 * {@link Vocabulary}. Everything else is one string, a reference such as {@code
 * {{addr#2.k4mzq7wx2a}}}, also where the name of a member was. So not one character in it was
 * chosen by a server, and it is the same for any two contents that differ in their texts only.
 *
 * <pre>{@code
 * {"owner": "{{addr#1.k4mzq7wx2a}}", "arr": 120000, "notes": "{{txt#2.k4mzq7wx2a}}"}
 * }</pre>
 *
 * <p>References hold within one turn, until it is forgotten. Where there is no room for all turns,
 * the owner that has most held loses first; what a turn was told stays counted. {@link #resolve}
 * puts the held text into arguments; {@link QuarantineTools} has what an agent may ask about it.
 * What is told is counted in bits: {@link QuarantineLimits}. Values are kept in memory only.
 * Thread-safe.
 */
public final class Quarantine {
  private final QuarantineLimits limits;
  private final Turns turns;
  private final ShapeLog shapes = new ShapeLog();
  private final Explanations explanations = new Explanations();

  /**
   * An empty one.
   *
   * @param clock for what comes back over time
   */
  public Quarantine(QuarantineLimits limits, SecureRandom random, InstantSource clock) {
    this.limits = limits;
    this.turns = new Turns(limits, random, clock);
  }

  /** The bounds that hold here. */
  public QuarantineLimits limits() {
    return limits;
  }

  /** What the results of tools have looked like, by their source. */
  public ShapeLog shapes() {
    return shapes;
  }

  /**
   * Keeps what an agent saw of a result, as long as its turn is held and there is room.
   *
   * @param call the call that gave it
   * @param projection whose view may get and lose members after this, and may be told more in its
   *     {@code _meta}; all else in it is never changed
   */
  public void explain(String call, String turn, String source, Projection projection) {
    var kept = projection.as(copyOfOutside(projection.view()));
    explanations.add(new Explanation(call, turn, source, kept));
  }

  /** A copy of a result's outermost object and of what it says of itself; all else is shared. */
  private static JsonNode copyOfOutside(JsonNode view) {
    if (!(view instanceof ObjectNode result)) {
      return view;
    }
    var copy = result.objectNode();
    copy.setAll(result);
    if (result.has("_meta")) {
      copy.set("_meta", result.get("_meta").deepCopy());
    }
    return copy;
  }

  /** What an agent saw of the result of a call, if that is kept. */
  public Optional<Explanation> explanation(String call) {
    return explanations.find(call);
  }

  /** Whose a turn is, if it is known. */
  public Optional<String> owner(String turn) {
    return turns.owner(turn);
  }

  /**
   * Says whose a turn is. One of which it is not said is the only one of its owner. A new turn
   * inherits what other turns of its owner were told and have read within the last hour, also those
   * that were forgotten, so that beginning a turn never raises trust.
   */
  public void owned(String turn, String owner) {
    owned(turn, owner, false);
  }

  /**
   * Says whose a turn is.
   *
   * @param clean whether it inherits nothing, because a person began it; only the first word on a
   *     turn counts
   */
  public void owned(String turn, String owner, boolean clean) {
    turns.owned(turn, owner, clean);
  }

  /**
   * Lets a turn go on where its owner's other turns end, such as the one in which all is done that
   * names no turn: it has what those were told and have read within the last hour.
   */
  public void inherit(String turn) {
    var _ = turns.with(turn, holdings -> done(() -> holdings.trust().inherit()));
  }

  /**
   * Says that the turn's person or developer wrote a text. What stands in it has their authority as
   * an argument, and its words may be shown where a contract says so. At most 256 Ki characters a
   * turn are kept, the oldest; a text that does not fit is not kept at all.
   */
  public void trust(String turn, String text) {
    var _ = turns.with(turn, holdings -> done(() -> holdings.trust().texts().add(text)));
  }

  /** The label of all that a turn was told, has read, and inherited. Say first whose it is. */
  public Label label(String turn) {
    return turns.with(turn, holdings -> holdings.trust().label());
  }

  /** Says that a turn has read something of that label. */
  public void read(String turn, Label label) {
    var _ = turns.with(turn, holdings -> done(() -> holdings.trust().read(label)));
  }

  /** Says that something has happened in a turn. */
  public void happened(String turn, Set<String> effects) {
    var _ = turns.with(turn, holdings -> done(() -> holdings.trust().happened(effects)));
  }

  /** What has happened in a turn. */
  public Set<String> effects(String turn) {
    return turns.existing(turn, holdings -> holdings.trust().effects()).orElse(Set.of());
  }

  /**
   * Where each part of the arguments of a call comes from. The arguments are those that the agent
   * wrote, not {@linkplain #resolve resolved}. A string is
   *
   * <ul>
   *   <li>a reference, if it is no more than one: it has the label of what is held;
   *   <li>else a value, if it is equal to something that the turn was told as it is, but for its
   *       case and the way a number is written: it has the label of that, with no more authority
   *       than the turn, since a model that has read an untrusted text may have it from there;
   *   <li>else the user's, if a trusted text of the turn holds it as whole words: not as a part of
   *       a longer word, number, address or URL;
   *   <li>else the model's, with the label of the turn.
   * </ul>
   *
   * <p>What is told comes before what is trusted: of all that a person wrote, it may have been an
   * untrusted content that picked this. In the same way a word of three or more characters that was
   * told, or read as it is, lowers a longer string to its label. References and the texts between
   * them are joined. A number is a value, the user's or the model's by the same rules. Truth values
   * and null are the model's.
   *
   * @throws UnknownReferenceException as {@link #resolve} does
   */
  public Provenance provenance(String turn, JsonNode arguments) {
    return turns.with(turn, holdings -> new Provenances(holdings).of(arguments));
  }

  /**
   * Takes a content in and gives its projection.
   *
   * @param source where it came from, as a person may read it; not of the content's making
   * @param vocabulary the member names that may be shown
   */
  public Projection project(String turn, String source, Vocabulary vocabulary, JsonNode content) {
    return project(turn, Intake.strict(source, vocabulary), content);
  }

  /** Takes a content in and gives its projection, by what is agreed of it. */
  public Projection project(String turn, Intake intake, JsonNode content) {
    return projected(turn, intake, projector -> projector.projection(projector.view(content)));
  }

  /**
   * Takes the result of an MCP tool in, of which nothing is agreed, and gives the result that the
   * agent may see.
   */
  public Projection projectToolResult(
      String turn, String source, Vocabulary vocabulary, JsonNode result) {
    return projectToolResult(turn, Intake.strict(source, vocabulary), result);
  }

  /**
   * Takes the result of an MCP tool in, and gives the result that the agent may see.
   *
   * <p>Its {@code content} is one text, the projection as JSON, which is also its {@code
   * structuredContent}, always an object: the projected structured content where there is some, or
   * else the one text block if that is JSON, or {@code {"text": …}}, or {@code {"blocks": […]}}.
   * What the blocks say beside structured content comes in a second text, as {@code {"attachments":
   * […]}}. A failure is {@code {"error": "tool_error", "message": …}}. Its {@code _meta} says how
   * much was told.
   *
   * <p>What is agreed of single fields holds in the structured content, or else in the one text
   * block. All else in a result, and all of a failure, has the worst label of any field.
   *
   * @return a projection whose view is that whole result
   */
  public Projection projectToolResult(String turn, Intake intake, JsonNode result) {
    var main = ToolResults.mainContent(result, limits.maxContentChars());
    main.ifPresent(content -> shapes.observe(intake.source(), content));
    return projected(
        turn,
        intake,
        projector ->
            new ToolResults(projector, intake, limits.maxContentChars(), main).project(result));
  }

  /** Takes a JSON-RPC error in, from where nothing is agreed. */
  public Projection projectError(String turn, String source, JsonNode error) {
    return projectError(turn, Intake.strict(source, Vocabulary.NONE), error);
  }

  /**
   * Takes a JSON-RPC error in.
   *
   * @return a projection whose view is {@code {"error": class, "message": …, "data": …}}, the class
   *     out of a closed set
   */
  public Projection projectError(String turn, Intake intake, JsonNode error) {
    var nameless = new Intake(intake.source(), Vocabulary.NONE, intake.mode(), intake.rules());
    return projected(turn, nameless, projector -> ProtocolErrors.project(projector, error));
  }

  /**
   * Lets a turn read a result as it is: from then on the turn is trusted no more than the worst
   * field of that, and was influenced by eight bits for each of its characters.
   *
   * @return a projection whose view is the result itself
   */
  public Projection readToolResult(String turn, Intake intake, JsonNode result) {
    var text = result.toString();
    var bits = (int) Math.min(Integer.MAX_VALUE, (long) Byte.SIZE * text.length());
    var label = intake.aside().label().withInfluence(bits);
    var _ = turns.with(turn, holdings -> done(() -> holdings.trust().read(label, result)));
    return new Projection(result, 0, bits);
  }

  /**
   * Puts the held text in the place of every reference in every string of the arguments.
   *
   * <p>Strings stay strings: a held number or object comes as its JSON text. What comes in is not
   * looked through again. Text that only looks like a template is left as it is. Arguments in which
   * nothing may refer are given back themselves.
   *
   * @throws UnknownReferenceException if there is a reference that this turn does not hold, that is
   *     not exact, or that stands in the name of a member
   */
  public Resolved resolve(String turn, JsonNode arguments) {
    if (!Resolver.mayRefer(arguments)) {
      return new Resolved(arguments, List.of());
    }
    return turns
        .existing(turn, holdings -> new Resolver(holdings, limits).resolve(arguments))
        .orElseGet(() -> Resolver.withoutTurn(arguments));
  }

  /**
   * A final answer as its reader may see it: held text, made safe and marked as external, in the
   * place of references.
   */
  public String renderForHuman(String turn, String text) {
    return turns
        .existing(turn, holdings -> Resolver.render(holdings, text))
        .orElseGet(() -> Resolver.renderWithoutTurn(text));
  }

  /** What the agent of this turn asked to show to the person, in order. */
  public List<Shown> shown(String turn) {
    return turns.existing(turn, Holdings::shown).orElse(List.of());
  }

  /**
   * Drops all that the turn holds. New turns of its owner inherit what it was told none the less.
   */
  public void forget(String turn) {
    turns.forget(turn);
    explanations.forget(turn);
  }

  /** A held value. */
  Held held(String turn, String token) {
    var found = Reference.EXACT.matcher(token);
    if (!found.matches()) {
      throw new UnknownReferenceException(UnknownReferenceException.Reason.MALFORMED);
    }
    return turns
        .existing(turn, holdings -> holdings.find(Reference.of(found)))
        .orElseThrow(() -> new UnknownReferenceException(UnknownReferenceException.Reason.UNKNOWN));
  }

  /** Takes something in by hand. */
  Projection projected(String turn, Intake intake, Function<Projector, Projection> projection) {
    return turns.with(
        turn, holdings -> counted(holdings, new Projector(holdings, limits, intake), projection));
  }

  /**
   * Looks into a held value; empty if looks into its result have told all they may.
   *
   * @param taint the label of what else has a part in what is looked at
   */
  Optional<Projection> look(
      String turn, Held held, Label taint, Function<Projector, Projection> projection) {
    return turns.with(
        turn,
        holdings -> {
          if (held.looks().isSpent()) {
            return Optional.<Projection>empty();
          }
          var projector =
              new Projector(
                  holdings, limits, held.intake(), held.standing().joined(taint), held.looks());
          var looked = counted(holdings, projector, projection);
          held.looks().spend(looked.bits());
          return Optional.of(looked);
        });
  }

  /**
   * Makes something of several held values: looks into it take from what looks into each may tell.
   *
   * @param label the label of all that it is made of
   */
  Projection composed(
      String turn, List<Held> parts, Label label, Function<Projector, Projection> projection) {
    var looks = LookBudget.joined(parts.stream().map(Held::looks).toList());
    var source = parts.stream().map(Held::source).distinct().collect(Collectors.joining(", "));
    return turns.with(
        turn,
        holdings ->
            counted(
                holdings,
                new Projector(
                    holdings,
                    limits,
                    Intake.strict(source, Vocabulary.NONE),
                    Standing.of(label),
                    looks),
                projection));
  }

  /** Makes a projection, and counts what it told. */
  private static Projection counted(
      Holdings holdings, Projector projector, Function<Projector, Projection> projection) {
    var made = projection.apply(projector);
    holdings.trust().told(projector.label(), made.bits(), projector.told());
    return made;
  }

  /** Does something with what a turn holds; nobody else does meanwhile. */
  <T> T with(String turn, Function<Holdings, T> work) {
    return turns.with(turn, work);
  }

  private static boolean done(Runnable work) {
    work.run();
    return true;
  }

  @Override
  public String toString() {
    return "Quarantine[]";
  }
}
