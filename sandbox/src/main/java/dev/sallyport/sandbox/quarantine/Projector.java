package dev.sallyport.sandbox.quarantine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Makes one view of one result, which may have several contents.
 *
 * <p>A view depends on the shape of its content, on its bounded scalars and on which of its texts
 * are equal: on nothing else. What sort of text each is, is what an approved schema says of its
 * member. Not thread-safe.
 */
final class Projector {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final double PREDICTED = 1;
  private static final double SURPRISE = 1 + BitBudget.choice(Form.COUNT);

  private final Holdings holdings;
  private final QuarantineLimits limits;
  private final Vocabulary vocabulary;
  private final String source;
  private final Map<String, Integer> ranks;
  private final LookBudget looks;
  private final BitBudget budget;
  private final Map<String, Form> lastForm = new HashMap<>();
  private final Map<String, Members> lastMembers = new HashMap<>();
  private final Map<String, String> tokens = new HashMap<>();
  private Set<String> spelling = Set.of();
  private int references;

  /** Of a result that has just come. */
  Projector(Holdings holdings, QuarantineLimits limits, Vocabulary vocabulary, String source) {
    this.holdings = holdings;
    this.limits = limits;
    this.vocabulary = vocabulary;
    this.source = source;
    this.looks = new LookBudget(limits.lookBits());
    this.budget = new BitBudget(limits.resultBits());
    this.ranks = vocabulary.ranks();
  }

  /** Of a look into what a result held. */
  Projector(Holdings holdings, QuarantineLimits limits, Held held) {
    this(holdings, limits, held.vocabulary(), held.source(), held.looks());
  }

  /** Of something that comes of what results held. */
  Projector(
      Holdings holdings,
      QuarantineLimits limits,
      Vocabulary vocabulary,
      String source,
      LookBudget looks) {
    this.holdings = holdings;
    this.limits = limits;
    this.vocabulary = vocabulary;
    this.source = source;
    this.looks = looks;
    this.budget = looks.one(limits.resultBits());
    this.ranks = vocabulary.ranks();
  }

  /** The view of one content. */
  JsonNode view(JsonNode content) {
    if (!budget.charge(1)) {
      return hold(Kind.VALUE, content);
    }
    if (Content.weight(content) > limits.maxContentChars() || !Content.isShallow(content)) {
      return hold(Kind.BLOB, content);
    }
    spelling = NumberText.placesIn(content, limits.maxDepth());
    return view(new Place(content, "", "", "", limits.maxDepth()));
  }

  /** One reference to a content that is not looked into. */
  JsonNode hold(Kind kind, JsonNode content) {
    references++;
    return JSON.textNode(holdings.hold(kind, source, vocabulary, looks, content).token());
  }

  /** Charges for something that the caller tells by itself. */
  boolean charge(double bits) {
    return budget.charge(bits);
  }

  Projection projection(JsonNode view) {
    return new Projection(view, references, budget.spent());
  }

  private JsonNode view(Place place) {
    var node = place.node();
    var form = Form.of(node, place, spelling, limits);
    var predicted = form == lastForm.put(place.column(), form);
    if (!budget.charge(predicted ? PREDICTED : SURPRISE)) {
      return hold(Kind.VALUE, node);
    }
    return switch (form) {
      case NULL, FALSE, TRUE, EMPTY -> node;
      case NUMBER -> number(node);
      case HIDDEN_NUMBER -> hold(Kind.NUMBER, node);
      case HIDDEN_JSON -> hold(Kind.JSON, node);
      case ARRAY -> array(place);
      case OBJECT -> object(place);
      case TEXT -> text(vocabulary.kindOf(place.name()), node);
    };
  }

  private JsonNode number(JsonNode node) {
    return ShownNumber.of(node, limits)
        .filter(number -> budget.charge(number.bits()))
        .map(ShownNumber::node)
        .orElseGet(() -> hold(Kind.VALUE, node));
  }

  private JsonNode text(Kind kind, JsonNode node) {
    var key = kind + ":" + node.textValue();
    var known = tokens.get(key);
    if (!budget.charge(known == null ? 1 : 1 + BitBudget.choice(tokens.size()))) {
      return hold(Kind.VALUE, node);
    }
    if (known != null) {
      references++;
      return JSON.textNode(known);
    }
    var token = hold(kind, node);
    tokens.put(key, token.textValue());
    return token;
  }

  private JsonNode array(Place place) {
    var node = place.node();
    var shownItems = Math.min(node.size(), limits.maxItems());
    if (!budget.charge(BitBudget.choice(limits.maxItems() + 2L))) {
      return hold(Kind.VALUE, node);
    }
    var view = JSON.arrayNode();
    for (var i = 0; i < shownItems; i++) {
      view.add(view(place.item(i)));
    }
    if (node.size() > shownItems) {
      var rest = JSON.arrayNode();
      for (var i = shownItems; i < node.size(); i++) {
        rest.add(node.get(i));
      }
      view.add(hold(Kind.JSON, rest));
    }
    return view;
  }

  private JsonNode object(Place place) {
    var node = place.node();
    var members = members(node);
    var predicted = members.equals(lastMembers.put(place.column(), members));
    var shape = predicted ? 1 : 1 + ranks.size() + BitBudget.choice(limits.maxMembers() + 1L);
    if (!budget.charge(shape)) {
      return hold(Kind.VALUE, node);
    }
    var view = JSON.objectNode();
    for (var name : members.known()) {
      view.set(name, view(place.member(name, name)));
    }
    for (var name : members.unknown()) {
      var alias = alias(name, predicted);
      view.set(alias, view(place.member(name, alias)));
    }
    return view;
  }

  private Members members(JsonNode node) {
    List<String> known = new ArrayList<>();
    List<String> unknown = new ArrayList<>();
    node.fieldNames()
        .forEachRemaining(name -> (ranks.containsKey(name) ? known : unknown).add(name));
    known.sort(Comparator.comparing(ranks::get));
    return new Members(known, unknown);
  }

  private String alias(String name, boolean predicted) {
    var known = tokens.get(Kind.KEY + ":" + name);
    if (predicted && known != null) {
      references++;
      return known;
    }
    return text(Kind.KEY, JSON.textNode(name)).textValue();
  }

  /**
   * Where a node stands: its pointer, the column of all nodes that stand like it, and the name of
   * the member that it is, or is an item of.
   */
  record Place(JsonNode node, String pointer, String column, String name, int levels) {
    Place item(int index) {
      return new Place(node.get(index), pointer + "/" + index, column + "/*", name, levels - 1);
    }

    Place member(String name, String shownAs) {
      return new Place(
          node.get(name),
          pointer + "/" + NumberText.escaped(name),
          column + "/:" + shownAs,
          name,
          levels - 1);
    }
  }

  /** The names of an object: those that are shown, in their order, and the others as they came. */
  private record Members(List<String> known, List<String> unknown) {}
}
