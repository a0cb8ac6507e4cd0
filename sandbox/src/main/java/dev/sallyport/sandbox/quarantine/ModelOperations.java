package dev.sallyport.sandbox.quarantine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.sandbox.label.Label;
import dev.sallyport.sandbox.quarantine.AnswerSchema.Excerpt;
import dev.sallyport.sandbox.quarantine.AnswerSchema.Fields;
import dev.sallyport.sandbox.quarantine.AnswerSchema.Items;
import dev.sallyport.sandbox.quarantine.Asker.Abstained;
import dev.sallyport.sandbox.quarantine.Asker.Answered;
import dev.sallyport.sandbox.quarantine.Asker.Ending;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * What the quarantined model is needed for: a closed answer about a held text, parts of it by a
 * schema, and the text written anew. Not one character of the model's choosing is told: texts come
 * back as references. What is told is charged before the model reads anything, and the first answer
 * is kept. Thread-safe.
 */
final class ModelOperations {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final String ANSWER = "answer";
  private static final String VALUE = "value";

  private final Quarantine quarantine;
  private final HeldLookup lookup;
  private final Asker asker;

  ModelOperations(Quarantine quarantine, Asker asker) {
    this.quarantine = quarantine;
    this.lookup = new HeldLookup(quarantine);
    this.asker = asker;
  }

  /** {@code q_ask}: a closed question. */
  Projection ask(String turn, ToolArguments arguments) throws UnfitQuestionException {
    var held = lookup.held(turn, arguments);
    var question =
        Question.of(held, arguments.text("question", ""), arguments.tree().path("schema"));
    return once(
        turn,
        held,
        question.key(asker.model()),
        question.bits(),
        () -> ended(asker.ask(turn, question), ANSWER, answer -> answer));
  }

  /** {@code q_extract}: parts of a text, by a schema. */
  Projection extract(String turn, ToolArguments arguments) throws UnfitQuestionException {
    var held = lookup.held(turn, arguments);
    var question = Question.extracting(held, arguments.tree().path("schema"));
    return once(
        turn,
        held,
        question.key(asker.model()),
        question.bits(),
        () -> ended(asker.ask(turn, question), VALUE, answer -> extracted(turn, question, answer)));
  }

  /** {@code q_map}: a text written anew. */
  Projection map(String turn, ToolArguments arguments) throws UnfitQuestionException {
    var held = lookup.held(turn, arguments);
    var rewriting = Rewriting.of(held, arguments.text("instruction", ""));
    return once(
        turn,
        held,
        rewriting.key(asker.model()),
        Rewriting.bits(),
        () ->
            ended(
                asker.write(turn, rewriting),
                VALUE,
                text ->
                    quarantine.with(turn, holdings -> derived(holdings, held, Kind.TEXT, text))));
  }

  /** The answer with references to what really stands in the text in the place of its passages. */
  private JsonNode extracted(String turn, Question question, JsonNode answer) {
    var passages = Passages.of(question.held(), quarantine.limits().maxContentChars());
    return quarantine.with(
        turn,
        holdings ->
            shown(
                question.form(),
                answer,
                passages,
                (kind, text) -> derived(holdings, question.held(), kind, JSON.textNode(text))));
  }

  private static JsonNode shown(
      AnswerSchema form, JsonNode answer, Passages passages, Holding holding) {
    if (answer.isNull()) {
      return answer;
    }
    return switch (form) {
      case Excerpt excerpt ->
          passages
              .find(answer.textValue())
              .filter(excerpt::fits)
              .map(passage -> holding.hold(excerpt.form().kind(), passage))
              .orElseGet(JSON::nullNode);
      case Items items -> {
        var list = JSON.arrayNode();
        answer.forEach(item -> list.add(shown(items.each(), item, passages, holding)));
        yield list;
      }
      case Fields fields -> {
        var object = JSON.objectNode();
        fields
            .byName()
            .forEach((name, field) ->
                object.set(name, shown(field, answer.get(name), passages, holding)));
        yield object;
      }
      case AnswerSchema.Choice _, AnswerSchema.Flag _, AnswerSchema.Whole _, AnswerSchema.Day _ ->
          answer;
    };
  }

  @FunctionalInterface
  private interface Holding {
    JsonNode hold(Kind kind, String passage);
  }

  /** What comes of a held value has its source and label, and tells by looks what that may tell. */
  private static JsonNode derived(Holdings holdings, Held held, Kind kind, JsonNode value) {
    var intake = Intake.strict(held.source(), Vocabulary.NONE);
    var reference = holdings.hold(kind, intake, held.looks(), held.standing().derived(), value);
    return JSON.textNode(reference.token());
  }

  private static Ended ended(Ending ending, String member, UnaryOperator<JsonNode> rendering) {
    return switch (ending) {
      case Answered answered ->
          new Ended(
              JSON.objectNode()
                  .<ObjectNode>set(member, rendering.apply(answered.answer()))
                  .put("abstain", false),
              true);
      case Abstained abstained ->
          new Ended(
              JSON.objectNode()
                  .putNull(member)
                  .put("abstain", true)
                  .put("reason", abstained.reason().label()),
              ending.isFinal());
    };
  }

  /** What is told of one ending. */
  private record Ended(ObjectNode view, boolean isFinal) {}

  /** The answer that was given before, or one that is charged now. */
  private Projection once(String turn, Held held, String key, double bits, Supplier<Ended> asking)
      throws UnfitQuestionException {
    var known = quarantine.with(turn, holdings -> holdings.answered(key));
    if (known.isPresent()) {
      return ToolAnswers.of(new Projection(parsed(known.get()), 0, 0));
    }
    if (!quarantine.with(turn, holdings -> mayAsk(holdings, held.looks(), bits))) {
      throw new UnfitQuestionException(
          "the answers of this turn would tell more than its budget allows; ask for less: fewer"
              + " words, a smaller range, or one thing");
    }
    var ended = asking.get();
    var told = (int) Math.ceil(bits);
    var view = ended.view().toString();
    var kept =
        quarantine.with(
            turn,
            holdings -> {
              var first = ended.isFinal() ? holdings.keepAnswer(key, view) : view;
              holdings.trust().told(held.label(), told, values(parsed(first), held.label()));
              return first;
            });
    return ToolAnswers.of(new Projection(parsed(kept), references(kept), told));
  }

  private static boolean mayAsk(Holdings holdings, LookBudget looks, double bits) {
    var may = looks.mayAnswer(bits) && holdings.chargeAsk(bits);
    if (may) {
      looks.answer(bits);
    }
    return may;
  }

  /** What an answer told as it is: its texts and its numbers. */
  private static List<Told> values(JsonNode view, Label label) {
    var values = new ArrayList<Told>();
    var open = new ArrayDeque<JsonNode>();
    open.push(view.path(ANSWER));
    open.push(view.path(VALUE));
    while (!open.isEmpty()) {
      var node = open.pop();
      if (node.isNumber()
          || (node.isTextual() && !Reference.EXACT.matcher(node.textValue()).matches())) {
        values.add(Told.of(node.asText(), label, true));
      }
      node.forEach(open::push);
    }
    return values;
  }

  private static int references(String view) {
    return (int) Reference.EXACT.matcher(view).results().count();
  }

  private static JsonNode parsed(String answer) {
    return Content.parse(answer).orElseThrow();
  }
}
