package dev.sallyport.sandbox.quarantine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sallyport.sandbox.contract.FieldForm.Flag;
import dev.sallyport.sandbox.contract.FieldForm.Items;
import dev.sallyport.sandbox.contract.FieldForm.Moment;
import dev.sallyport.sandbox.contract.FieldForm.OneOf;
import dev.sallyport.sandbox.contract.FieldRule;
import dev.sallyport.sandbox.contract.Standing;
import dev.sallyport.sandbox.label.Label;
import dev.sallyport.sandbox.quarantine.ShownPart.Why;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Makes one view of one result, which may have several contents.
 *
 * <p>A view depends on the shape of its content, on its bounded scalars and on which of its texts
 * are equal: on nothing else. What sort of text each is, is what an approved schema or a contract
 * says of its member. Where what is of a closed type is shown, texts that are, within their bounds,
 * are scalars, too. Not thread-safe.
 */
final class Projector {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final double PREDICTED = 1;

  private final Holdings holdings;
  private final QuarantineLimits limits;
  private final Intake intake;
  private final Standing aside;
  private final Map<String, Integer> ranks;
  private final LookBudget looks;
  private final BitBudget budget;
  private final Literals literals;
  private final double surprise;
  private final int maxItems;
  private final Map<String, Form> lastForm = new HashMap<>();
  private final Map<String, Members> lastMembers = new HashMap<>();
  private final Map<String, Reference> tokens = new HashMap<>();
  private final List<Told> told = new ArrayList<>();
  private final Weights weights = new Weights();
  private Set<String> spelling = Set.of();
  private int references;
  private final Tale tale;

  /** Of a result that has just come. */
  Projector(Holdings holdings, QuarantineLimits limits, Intake intake) {
    this(
        holdings,
        limits,
        intake,
        intake.aside(),
        LookBudget.of(limits, intake.rules().budget()),
        new BitBudget(intake.rules().budget().resultBits().orElse(limits.resultBits())));
  }

  /** Of a look into what a result held, or of something that comes of what results held. */
  Projector(
      Holdings holdings,
      QuarantineLimits limits,
      Intake intake,
      Standing standing,
      LookBudget looks) {
    this(holdings, limits, intake, standing.derived(), looks, looks.one(limits.resultBits()));
  }

  private Projector(
      Holdings holdings,
      QuarantineLimits limits,
      Intake intake,
      Standing aside,
      LookBudget looks,
      BitBudget budget) {
    var typed = intake.isTyped();
    this.holdings = holdings;
    this.limits = limits;
    this.intake = intake;
    this.aside = aside;
    this.looks = looks;
    this.budget = budget;
    this.tale = new Tale(budget);
    this.ranks = intake.vocabulary().ranks();
    this.literals = new Literals(limits, typed, holdings.trust().texts().words(), holdings.now());
    this.surprise = 1 + BitBudget.choice(Form.count(typed));
    this.maxItems = intake.rules().budget().maxItems().orElse(limits.maxItems());
  }

  /** The view of one content, that of the result. */
  JsonNode view(JsonNode content) {
    return view(content, intake.root(content));
  }

  /** The view of one content that stands where nothing is agreed. */
  JsonNode viewAside(JsonNode content) {
    return view(content, aside);
  }

  /** The view of one content that stands at a place of the whole, where nothing is agreed. */
  JsonNode viewAside(String place, JsonNode content) {
    tale.at(place);
    return viewAside(content);
  }

  /** The view of one content that stands there. */
  JsonNode view(JsonNode content, Standing standing) {
    if (!budget.charge(1)) {
      return hold(Kind.VALUE, Why.BUDGET_SPENT, content, standing);
    }
    if (!weights.fits(content, limits.maxContentChars())) {
      return hold(Kind.BLOB, Why.TOO_LARGE, content, standing);
    }
    spelling = NumberText.placesIn(content, limits.maxDepth(), maxItems);
    return view(new Place(content, standing, "", "", "", limits.maxDepth()));
  }

  /** One reference to a content that is not looked into, and stands where nothing is agreed. */
  JsonNode hold(Kind kind, JsonNode content) {
    return hold(kind, content, aside);
  }

  /** The same for one that stands at a place of the whole. */
  JsonNode hold(String place, Kind kind, Why why, JsonNode content) {
    tale.at(place);
    return hold(kind, why, content, aside);
  }

  private JsonNode hold(Kind kind, Why why, JsonNode content, Standing standing) {
    var view = hold(kind, content, standing);
    tale.whole(view, why, standing);
    return view;
  }

  /** One reference to a content that is not looked into. */
  JsonNode hold(Kind kind, JsonNode content, Standing standing) {
    return new ReferenceNode(held(kind, content, standing));
  }

  private Reference held(Kind kind, JsonNode content, Standing standing) {
    references++;
    return holdings.hold(kind, intake, looks, standing, content, weights);
  }

  /** Charges for something that the caller tells by itself. */
  boolean charge(double bits) {
    return budget.charge(bits);
  }

  /** A number that was counted; none if it may not be told. */
  Optional<JsonNode> count(int number) {
    return ShownNumber.of(JSON.numberNode(number), limits)
        .filter(shown -> budget.charge(shown.bits()))
        .map(shown -> told(shown.node(), aside, true));
  }

  /** What was charged so far, not yet rounded up, with the bit that is kept. */
  double bits() {
    return budget.told();
  }

  Projection projection(JsonNode view) {
    return new Projection(view, references, budget.spent(), budget.most(), tale.parts());
  }

  /** The label of all of it. */
  Label label() {
    return aside.label();
  }

  /** The values that were told as they are. */
  List<Told> told() {
    return told;
  }

  private JsonNode told(JsonNode shown, Standing standing, boolean byWords) {
    told.add(Told.of(shown.asText(), standing.label(), byWords));
    return shown;
  }

  private JsonNode view(Place place) {
    tale.enter();
    var form = Form.of(place.node(), place, spelling, literals, limits);
    var view = view(place, form, form.told(place));
    tale.leave(view, form.why(place, spelling), place.standing());
    return view;
  }

  /**
   * The view.
   *
   * @param told the form that the view tells
   */
  private JsonNode view(Place place, Form form, Form told) {
    var node = place.node();
    var predicted = told == lastForm.put(place.column(), told);
    if (!budget.charge(predicted ? PREDICTED : surprise)) {
      return hold(Kind.VALUE, node, place.standing());
    }
    return switch (told) {
      case NULL, FALSE, TRUE, EMPTY -> node;
      case NUMBER -> literal(place, literals.number(place.standing().rule(), node));
      case LITERAL -> literal(place, literals.text(place.standing().rule(), node));
      case HIDDEN_NUMBER -> hold(Kind.NUMBER, node, place.standing());
      case HIDDEN_JSON -> hold(Kind.JSON, node, place.standing());
      case ARRAY -> array(place);
      case OBJECT -> object(place);
      case TEXT ->
          text(kind(place, textKind(place)), node, form, place.standing())
              .<JsonNode>map(ReferenceNode::new)
              .orElseGet(() -> hold(Kind.VALUE, node, place.standing()));
    };
  }

  private JsonNode literal(Place place, Optional<Literal> literal) {
    var isOneOf = place.standing().rule().filter(rule -> rule.form() instanceof OneOf).isPresent();
    return literal
        .filter(shown -> budget.charge(shown.bits()))
        .map(shown -> told(shown.node(), place.standing(), !isOneOf))
        .orElseGet(() -> hold(Kind.VALUE, place.node(), place.standing()));
  }

  /** The kind that is agreed on there. */
  private static Kind kind(Place place, Kind otherwise) {
    return Form.openKind(place).map(Kind::of).orElse(otherwise);
  }

  private Kind textKind(Place place) {
    return place.standing().rule().filter(rule -> rule.form() instanceof Moment).isPresent()
        ? Kind.DATE
        : intake.vocabulary().kindOf(place.name());
  }

  /**
   * A reference to a text, the same for equal ones; none if it may not be told which. What only
   * stands for a text, because its place tells no more, is equal to nothing.
   */
  private Optional<Reference> text(Kind kind, JsonNode node, Form form, Standing standing) {
    var key = kind + (form == Form.TEXT ? ":" + node.textValue() : "#" + tokens.size());
    var known = tokens.get(key);
    if (!budget.charge(known == null ? 1 : 1 + BitBudget.choice(tokens.size()))) {
      return Optional.empty();
    }
    if (known != null) {
      return Optional.of(again(known, standing));
    }
    var reference = held(kind, node, standing);
    tokens.put(key, reference);
    return Optional.of(reference);
  }

  /** A reference to a text that came once more: its label is that of both. */
  private Reference again(Reference known, Standing standing) {
    references++;
    holdings.join(known, standing.whole());
    return known;
  }

  private JsonNode array(Place place) {
    var node = place.node();
    var most = maxItems(place);
    var shownItems = Math.min(node.size(), most);
    if (!budget.charge(BitBudget.choice(most + 2L))) {
      return hold(Kind.VALUE, node, place.standing());
    }
    var view = JSON.arrayNode();
    for (var i = 0; i < shownItems; i++) {
      tale.at(String.valueOf(i));
      view.add(view(place.item(i)));
    }
    if (node.size() > shownItems) {
      var rest = JSON.arrayNode();
      for (var i = shownItems; i < node.size(); i++) {
        rest.add(node.get(i));
      }
      weights.withoutFirst(rest, node, shownItems);
      tale.at(String.valueOf(shownItems));
      view.add(hold(Kind.JSON, Why.TOO_MANY_ITEMS, rest, place.standing()));
    }
    return view;
  }

  private int maxItems(Place place) {
    return place.standing().rule().map(FieldRule::form).orElseGet(Flag::new)
            instanceof Items(var max)
        ? Math.min(max, maxItems)
        : maxItems;
  }

  private JsonNode object(Place place) {
    var node = place.node();
    var members = members(node);
    var predicted = members.equals(lastMembers.put(place.column(), members));
    var shape = predicted ? 1 : 1 + ranks.size() + BitBudget.choice(limits.maxMembers() + 1L);
    if (!budget.charge(shape)) {
      return hold(Kind.VALUE, node, place.standing());
    }
    var view = JSON.objectNode();
    for (var name : members.known()) {
      tale.at(NumberText.escaped(name));
      view.set(name, view(place.member(name, name)));
    }
    for (var name : members.unknown()) {
      var alias = alias(name, predicted, place.standing());
      tale.name(alias, place.standing());
      tale.at(alias);
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

  private String alias(String name, boolean predicted, Standing standing) {
    var key = JSON.textNode(name);
    var known = tokens.get(Kind.KEY + ":" + name);
    return predicted && known != null
        ? again(known, standing).token()
        : text(Kind.KEY, key, Form.TEXT, standing)
            .map(Reference::token)
            .orElseGet(() -> hold(Kind.VALUE, key, standing).textValue());
  }

  /**
   * Where a node stands: what is agreed of it, its pointer, the column of all nodes that stand like
   * it, and the name of the member that it is, or is an item of.
   */
  record Place(
      JsonNode node, Standing standing, String pointer, String column, String name, int levels) {
    Place item(int index) {
      var item = node.get(index);
      return new Place(
          item, standing.item(item), pointer + "/" + index, column + "/*", name, levels - 1);
    }

    Place member(String name, String shownAs) {
      var member = node.get(name);
      return new Place(
          member,
          standing.member(name, member),
          pointer + "/" + NumberText.escaped(name),
          column + "/:" + shownAs,
          name,
          levels - 1);
    }
  }

  /** The names of an object: those that are shown, in their order, and the others as they came. */
  private record Members(List<String> known, List<String> unknown) {}
}
