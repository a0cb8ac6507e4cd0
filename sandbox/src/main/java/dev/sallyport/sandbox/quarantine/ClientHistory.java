package dev.sallyport.sandbox.quarantine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * What a model may see of the conversation that a client sends, which runs tools of its own and
 * sends the whole history with each request.
 *
 * <p>What this turn was given before as it is may come back as it is. All else that a tool gave is
 * projected, once for each call and text, so that a history sent again is seen again as it was. A
 * call that was given to the client with held text in its arguments is seen again as the model
 * wrote it. What is remembered of this is bounded for each turn; what was dropped is projected
 * anew, and never shown. Thread-safe.
 */
public final class ClientHistory {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final String GIVEN = "given ";
  private static final String CALL = "call ";
  private static final String VIEW = "view ";
  private static final String SAID = "said ";
  private static final String ID = "id ";

  private final Quarantine quarantine;

  public ClientHistory(Quarantine quarantine) {
    this.quarantine = quarantine;
  }

  /**
   * A text as the model may see it.
   *
   * @param projected whether it is a projection
   * @param bits the most that it tells that was not told before
   * @param references how many references were made for it
   */
  public record Seen(String text, boolean projected, int bits, int references) {
    /** A text that tells nothing new. */
    public static Seen known(String text, boolean projected) {
      return new Seen(text, projected, 0, 0);
    }
  }

  /**
   * Names one call that a model wants.
   *
   * @param id of the call, as its model named it
   */
  public record CallName(String id, String tool) {
    private String key() {
      return id + '\n' + tool + '\n';
    }
  }

  /** Says that the turn was given a text as it is: where it comes back, it may be seen again. */
  public void gave(String turn, String text) {
    gave(turn, List.of(text), Optional.empty());
  }

  /**
   * Says that the turn was given texts as they are, and maybe a value, however its client writes
   * that down: where they come back, they may be seen again.
   */
  public void gave(String turn, List<String> texts, Optional<JsonNode> value) {
    var keys = new ArrayList<String>(texts.size() + 1);
    texts.forEach(text -> keys.add(GIVEN + Digest.ofText(text)));
    value.ifPresent(given -> keys.add(GIVEN + Digest.ofValue(given)));
    var _ =
        quarantine.with(
            turn,
            holdings -> {
              keys.forEach(key -> holdings.memory().keep(key, ""));
              return true;
            });
  }

  /** What a tool of the client gave. */
  public Seen output(String turn, Intake intake, CallName call, String text) {
    if (find(turn, GIVEN + Digest.ofText(text)).isPresent()) {
      return Seen.known(text, false);
    }
    var what = "output " + call.key();
    var before = find(turn, viewKey(what, text));
    if (before.isPresent()) {
      return Seen.known(before.get(), true);
    }
    return find(turn, GIVEN + Digest.ofMeaning(text)).isPresent()
        ? Seen.known(text, false)
        : projected(turn, intake, what, text);
  }

  /** What a tool of the client gave, as it is: the turn has read it from then on. */
  public Seen read(String turn, Intake intake, String text) {
    var key = GIVEN + Digest.ofText(text);
    if (find(turn, key).isPresent()) {
      return Seen.known(text, false);
    }
    var read = quarantine.readToolResult(turn, intake, JSON.textNode(text));
    remember(turn, key, "");
    return new Seen(text, false, read.bits(), 0);
  }

  /** The arguments of a call that this turn did not give like that. */
  public Seen arguments(String turn, Intake intake, CallName call, String arguments) {
    return projected(turn, intake, "arguments " + call.key(), arguments);
  }

  /**
   * A call as its model wrote it, if it was given to the client with these arguments.
   *
   * @param given the arguments as the client has them, however it writes them down
   */
  public Optional<String> written(String turn, CallName call, String given) {
    return find(turn, CALL + call.key() + Digest.ofMeaning(given));
  }

  /**
   * Says that a call was given to the client.
   *
   * @param given its arguments as the client has them
   * @param written the call as the model wrote it
   */
  public void gaveCall(String turn, CallName call, String given, String written) {
    remember(turn, CALL + call.key() + Digest.ofMeaning(given), written);
    remember(turn, ID + call.id(), "");
  }

  /** The id of a call: that of its model, or else one that says nothing but which it is. */
  public String callId(String turn, String id) {
    return find(turn, ID + id).isPresent() ? id : "call_" + Digest.ofText(id).substring(5, 29);
  }

  /** Says what a model said in truth, where its client was given something shorter. */
  public void said(String turn, String shorter, String truth) {
    remember(turn, SAID + Digest.ofText(shorter), truth);
  }

  /** What a model said in truth, if the client was given something shorter. */
  public Optional<String> saidFor(String turn, String shorter) {
    return find(turn, SAID + Digest.ofText(shorter));
  }

  private static String viewKey(String what, String text) {
    return VIEW + what + Digest.ofText(text);
  }

  private Seen projected(String turn, Intake intake, String what, String text) {
    var key = viewKey(what, text);
    var known = find(turn, key);
    if (known.isPresent()) {
      return Seen.known(known.get(), true);
    }
    Function<Projector, Projection> all = projector -> projector.projection(view(projector, text));
    var projection = quarantine.projected(turn, intake, all);
    var view =
        quarantine.with(
            turn,
            holdings ->
                holdings.memory().keep(key, unfolded(holdings, projection.view()).toString()));
    return new Seen(view, true, projection.bits(), projection.references());
  }

  /** Always an object. */
  private JsonNode view(Projector projector, String text) {
    boolean small = text.length() <= quarantine.limits().maxContentChars();
    boolean told = projector.charge(1); // whether it is a text or JSON
    var parsed = small && told ? Content.parse(text) : Optional.<JsonNode>empty();
    if (parsed.isEmpty() || parsed.get().isTextual() || parsed.get().isMissingNode()) {
      return JSON.objectNode().set("text", projector.view(JSON.textNode(text)));
    }
    var view = projector.view(parsed.get());
    return view.isObject() ? view : JSON.objectNode().set("result", view);
  }

  /** A reference to a text that the turn has already been given is that text. */
  private JsonNode unfolded(Holdings holdings, JsonNode view) {
    if (view.isTextual()) {
      return known(holdings, view.textValue()).<JsonNode>map(JSON::textNode).orElse(view);
    }
    if (view.isArray()) {
      var items = JSON.arrayNode();
      view.forEach(item -> items.add(unfolded(holdings, item)));
      return items;
    }
    if (view.isObject()) {
      ObjectNode members = JSON.objectNode();
      view.properties()
          .forEach(one -> members.set(one.getKey(), unfolded(holdings, one.getValue())));
      return members;
    }
    return view;
  }

  private static Optional<String> known(Holdings holdings, String token) {
    return find(holdings, token)
        .filter(held -> held.value().isTextual())
        .map(held -> held.value().textValue())
        .filter(text ->
            find(holdings, text).isPresent()
                || holdings.memory().find(GIVEN + Digest.ofText(text)).isPresent());
  }

  private static Optional<Held> find(Holdings holdings, String token) {
    var found = Reference.EXACT.matcher(token);
    try {
      return found.matches()
          ? Optional.of(holdings.find(Reference.of(found)))
          : Optional.<Held>empty();
    } catch (UnknownReferenceException _) {
      return Optional.empty();
    }
  }

  private Optional<String> find(String turn, String key) {
    return quarantine.with(turn, holdings -> holdings.memory().find(key));
  }

  private void remember(String turn, String key, String value) {
    var _ = quarantine.with(turn, holdings -> holdings.memory().keep(key, value));
  }
}
