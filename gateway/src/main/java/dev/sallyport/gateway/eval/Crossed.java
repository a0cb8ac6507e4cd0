package dev.sallyport.gateway.eval;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.gateway.eval.Corpus.Call;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What crossed the quarantine in one turn: the references that the agent was given and the numbers
 * that it was shown. What each reference holds is known here, and not to the agent, because the
 * corpus says what the tools returned. For one thread.
 */
final class Crossed {
  private static final JsonMapper JSON = new JsonMapper();
  private static final Pattern REFERENCE = Pattern.compile("\\{\\{[a-z]+#[0-9]+\\.[a-z2-7]+}}");
  private static final int MOST_LOOKS = 24;

  private final AgentTurn agent;
  private final Map<String, String> tokens = new LinkedHashMap<>();
  private final Set<BigDecimal> reckoned = new HashSet<>();
  private final Set<BigDecimal> numbers = new HashSet<>();
  private final Set<String> shown = new HashSet<>();
  private final Deque<Held> unopened = new ArrayDeque<>();
  private final List<String> longest = new ArrayList<>();
  private String longestText = "";
  private int shownValues;
  private int heldValues;

  Crossed(AgentTurn agent) {
    this.agent = agent;
  }

  /** A reference to something that is no text, and what it holds. */
  private record Held(String token, JsonNode value) {}

  /** The texts that are held, and a reference to each; the latest last. */
  Map<String, String> texts() {
    return tokens;
  }

  /** The texts that were shown: words of closed types, dates, words of the task. */
  Set<String> shown() {
    return shown;
  }

  /** How many values of results were shown, of all that were shown or held. */
  Proportion visible() {
    return new Proportion(shownValues, shownValues + heldValues);
  }

  /** A reference to the longest text of each result so far that had any; the latest last. */
  List<String> bodies() {
    return longest;
  }

  /** The numbers that were shown. */
  Set<BigDecimal> numbers() {
    return numbers;
  }

  /** What the agent can count and add up of the lists that were shown. */
  Set<BigDecimal> reckoned() {
    return reckoned;
  }

  /**
   * Learns from what a tool returned.
   *
   * @param seen what the agent was given
   * @param sent what the tool sent, in the form of MCP
   */
  void learn(JsonNode seen, JsonNode sent) throws IOException, InterruptedException {
    var view = seen.path("structuredContent");
    var texts = sent.path("content");
    longestText = "";
    if (sent.has("structuredContent")) {
      align(view, sent.get("structuredContent"));
      alignAttachments(seen.path("content").path(1), texts);
    } else {
      alignText(sent.path("isError").asBoolean() ? failure(view) : view, texts.path(0));
    }
    open();
    Optional.ofNullable(tokens.get(longestText)).ifPresent(longest::add);
  }

  /** A reference to a value that an operation gave, of which it is known what it holds. */
  void learnText(String token, String text) {
    tokens.put(text, token);
  }

  private static JsonNode failure(JsonNode view) {
    return view.has("message")
        ? JsonNodeFactory.instance.objectNode().set("text", view.get("message"))
        : view.path("details");
  }

  private void alignText(JsonNode view, JsonNode block) {
    var text = block.path("text").asText();
    if (view.size() == 1 && view.path("text").isTextual()) {
      align(view.get("text"), block.get("text"));
    } else {
      parsed(text).ifPresent(tree -> align(tree.isObject() ? view : view.path("result"), tree));
    }
  }

  private void alignAttachments(JsonNode shown, JsonNode blocks) {
    parsed(shown.path("text").asText())
        .map(tree -> tree.path("attachments"))
        .filter(attachments -> attachments.size() == blocks.size())
        .ifPresent(attachments -> {
          for (int i = 0; i < attachments.size(); i++) {
            align(attachments.get(i).path("text"), blocks.get(i).path("text"));
          }
        });
  }

  private static Optional<JsonNode> parsed(String text) {
    try {
      return Optional.ofNullable(JSON.readTree(text)).filter(JsonNode::isContainerNode);
    } catch (JsonProcessingException _) {
      return Optional.empty();
    }
  }

  private void align(JsonNode view, JsonNode value) {
    shownValues += view.isValueNode() && !view.isNull() && !isReference(view) ? 1 : 0;
    if (isReference(view)) {
      heldValues++;
      if (value.isTextual()) {
        hold(value.textValue(), view.textValue());
      } else if (!value.isMissingNode()) {
        unopened.add(new Held(view.textValue(), value));
      }
    } else if (view.isNumber()) {
      numbers.add(view.decimalValue());
    } else if (view.isTextual()) {
      shown.add(view.textValue());
    } else if (view.isArray()) {
      for (int i = 0; i < view.size() && i < value.size(); i++) {
        align(view.get(i), value.get(i));
      }
      reckon(view);
    } else if (view.isObject()) {
      alignMembers(view, value);
    }
  }

  private void hold(String text, String token) {
    tokens.put(text, token);
    longestText = text.length() > longestText.length() ? text : longestText;
  }

  /** Names that are shown are the same; the others stand in the order in which they came. */
  private void alignMembers(JsonNode view, JsonNode value) {
    var hidden = new ArrayDeque<String>();
    value
        .fieldNames()
        .forEachRemaining(name -> {
          if (!view.has(name)) {
            hidden.add(name);
          }
        });
    for (var member : view.properties()) {
      var name = member.getKey();
      if (!value.has(name)) {
        name = hidden.isEmpty() ? name : hidden.poll();
        tokens.put(name, member.getKey());
      }
      align(member.getValue(), value.path(name));
    }
  }

  /** Counts and adds up what a list shows, and the items alone of which something is true. */
  private void reckon(JsonNode list) {
    var all = new ArrayList<JsonNode>();
    list.forEach(all::add);
    reckon(all);
    all.stream()
        .flatMap(item -> item.properties().stream())
        .filter(member -> member.getValue().isBoolean())
        .distinct()
        .forEach(truth ->
            reckon(
                all.stream()
                    .filter(item -> truth.getValue().equals(item.get(truth.getKey())))
                    .toList()));
  }

  private void reckon(List<JsonNode> items) {
    reckoned.add(BigDecimal.valueOf(items.size()));
    items.stream()
        .flatMap(item -> item.properties().stream())
        .filter(member -> member.getValue().isNumber())
        .collect(
            Collectors.groupingBy(
                Map.Entry::getKey,
                Collectors.reducing(
                    BigDecimal.ZERO, one -> one.getValue().decimalValue(), BigDecimal::add)))
        .values()
        .forEach(reckoned::add);
  }

  /** Looks into what was not shown. */
  private void open() throws IOException, InterruptedException {
    for (int looks = 0; looks < MOST_LOOKS && !unopened.isEmpty(); looks++) {
      var held = unopened.poll();
      var asked = JsonNodeFactory.instance.objectNode().put("ref", held.token());
      var answer = agent.call(new Call("q_get", asked));
      var view = answer.seen().path("structuredContent").path("value");
      if (view.isContainerNode() || view.isNumber()) {
        align(view, held.value());
      }
    }
  }

  private static boolean isReference(JsonNode view) {
    return view.isTextual() && REFERENCE.matcher(view.textValue()).matches();
  }

  /** The arguments of a call about one reference. */
  static ObjectNode about(String token) {
    return JsonNodeFactory.instance.objectNode().put("ref", token);
  }
}
