package dev.sallyport.gateway.dialogue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Caller;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.llm.dialogue.ProposedCall;
import dev.sallyport.sandbox.quarantine.ClientHistory;
import dev.sallyport.sandbox.quarantine.ClientHistory.CallName;
import dev.sallyport.sandbox.quarantine.ClientHistory.Seen;
import dev.sallyport.sandbox.quarantine.Intake;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Turns the messages of one request, in chat form, into what a model may see of them. What persons
 * and models said passes; what tools gave, and what they were called with, is what the turn knows
 * of it. Whatever else a message holds that could carry a tool's text is left out or refused. For
 * one thread.
 */
final class SeenMessages {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final String RENDERED_BEGINS = "\u27E6external: ";
  private static final Pattern RENDERED = Pattern.compile(RENDERED_BEGINS + "[^\u27E7]*\u27E7");
  private static final Set<String> SAID = Set.of("system", "developer", "user");

  /** What an assistant's message may hold beside its calls. */
  private static final Set<String> OF_ASSISTANT =
      Set.of("role", "content", "name", "refusal", "reasoning_content", "reasoning_details");

  private final HeldDialogues parts;
  private final ClientHistory history;
  private final Caller caller;
  private final String turn;
  private final RequestedTools tools;
  private final Counts counts = new Counts();
  private final Map<String, Called> calls = new HashMap<>();

  SeenMessages(HeldDialogues parts, Caller caller, RequestedTools tools) {
    this.parts = parts;
    this.history = parts.history();
    this.caller = caller;
    this.turn = caller.turn().id().value();
    this.tools = tools;
  }

  /**
   * A call that stands in the history.
   *
   * @param held whether its tool may have been given held text
   */
  private record Called(String tool, boolean held) {}

  /** What was counted. */
  ObjectNode facts() {
    return counts.facts();
  }

  /** All messages, in order. */
  List<ObjectNode> of(Iterable<? extends JsonNode> messages) {
    var seen = new ArrayList<ObjectNode>();
    int index = 0;
    for (var message : messages) {
      var role = message.path("role").asText();
      if (SAID.contains(role)) {
        var said = said((ObjectNode) message);
        trust(said.path("content"));
        seen.add(said);
      } else {
        switch (role) {
          case "assistant" -> seen.addAll(assistant(message, index));
          case "tool" -> seen.add(tool(message, index));
          case "function" -> seen.add(function(message, index));
          default ->
              throw refused(
                  index, "role", "must be system, developer, user, assistant, tool or function");
        }
      }
      index++;
    }
    return seen;
  }

  private void trust(JsonNode content) {
    if (content.isTextual()) {
      parts.quarantine().trust(turn, content.textValue());
    }
    for (var part : content) {
      if (part.path("text").isTextual()) {
        parts.quarantine().trust(turn, part.path("text").textValue());
      }
    }
  }

  /** What was rendered for a person comes from outside, also where it is quoted. */
  private ObjectNode said(ObjectNode message) {
    var content = message.path("content");
    if (content.isTextual() && content.textValue().contains(RENDERED_BEGINS)) {
      return message.deepCopy().put("content", withoutRendered(content.textValue()));
    }
    for (int i = 0; i < content.size(); i++) {
      if (content.path(i).path("text").asText("").contains(RENDERED_BEGINS)) {
        var copy = message.deepCopy();
        for (var part : copy.path("content")) {
          if (part instanceof ObjectNode object && part.path("text").isTextual()) {
            object.put("text", withoutRendered(part.path("text").textValue()));
          }
        }
        return copy;
      }
    }
    return message;
  }

  private String withoutRendered(String text) {
    var call = new CallName("rendered", "");
    return RENDERED
        .matcher(text)
        .replaceAll(found ->
            Matcher.quoteReplacement(
                counts.counted(history.output(turn, intake(""), call, found.group())).text()));
  }

  private List<ObjectNode> assistant(JsonNode message, int index) {
    var truth = Truth.of(index, message).flatMap(key -> history.saidFor(turn, key));
    var wanted = NODES.arrayNode();
    for (var call : message.path("tool_calls")) {
      wanted.add(call(call, index));
    }
    if (truth.isPresent()) {
      return Truth.messages(truth.get());
    }
    ObjectNode seen = NODES.objectNode();
    said((ObjectNode) message).properties().stream()
        .filter(one -> OF_ASSISTANT.contains(one.getKey()))
        .forEach(one -> seen.set(one.getKey(), one.getValue()));
    if (!wanted.isEmpty()) {
      seen.set("tool_calls", wanted);
    }
    if (message.path(ProposedCall.LEGACY) instanceof ObjectNode legacy) {
      var tree = NODES.objectNode().put("type", "function").<ObjectNode>set("function", legacy);
      seen.set(ProposedCall.LEGACY, seen(new ProposedCall(0, tree)).path("function"));
    }
    return List.of(seen);
  }

  private ObjectNode call(JsonNode given, int index) {
    if (!(given instanceof ObjectNode tree) || !tree.path("id").isTextual()) {
      throw refused(index, "tool_calls", "must be objects with an id");
    }
    return seen(new ProposedCall(0, tree));
  }

  /** The call as its model wrote it; or else one in which nothing is anybody's own word. */
  private ObjectNode seen(ProposedCall call) {
    var name = new CallName(call.id(), call.name());
    var written = history.written(turn, name, call.arguments());
    if (written.isPresent()) {
      var own = new ProposedCall(0, Truth.object(written.get()));
      boolean held = !own.arguments().equals(call.arguments()) && own.arguments().contains("{{");
      calls.put(call.id(), new Called(call.name(), held));
      return own.tree();
    }
    calls.put(call.id(), new Called(call.name(), true));
    var intake = Intake.strict(intake(call.name()).source(), tools.vocabulary());
    var arguments = counts.counted(history.arguments(turn, intake, name, call.arguments()));
    var seen = NODES.objectNode();
    if (!call.id().isEmpty()) {
      seen.put("id", history.callId(turn, call.id()));
    }
    seen.put("type", call.isCustom() ? "custom" : "function");
    seen.putObject(call.isCustom() ? "custom" : "function").put("name", tools.shown(call.name()));
    return new ProposedCall(0, seen).with(arguments.text()).tree();
  }

  private ObjectNode tool(JsonNode message, int index) {
    var id = message.path("tool_call_id");
    if (!id.isTextual()) {
      throw refused(index, "tool_call_id", "must name a call");
    }
    var seen = NODES.objectNode().put("role", "tool");
    seen.put("tool_call_id", history.callId(turn, id.textValue()));
    var call = new CallName(id.textValue(), "");
    return seen.set("content", content(call, id.textValue(), message.path("content")));
  }

  private ObjectNode function(JsonNode message, int index) {
    var name = message.path("name");
    if (!name.isTextual()) {
      throw refused(index, "name", "must name a function");
    }
    var seen = NODES.objectNode().put("role", "function");
    seen.put("name", tools.shown(name.textValue()));
    return seen.set(
        "content", content(new CallName("", name.textValue()), "", message.path("content")));
  }

  private JsonNode content(CallName call, String id, JsonNode content) {
    var called = calls.getOrDefault(id, new Called(call.tool(), true));
    if (!content.isArray()) {
      var text = content.isTextual() ? content.textValue() : json(content);
      return NODES.textNode(output(called, call, text).text());
    }
    ArrayNode parts = NODES.arrayNode();
    int number = 0;
    for (var part : content) {
      var text = part.path("text");
      var known = text.isTextual() && part.path("type").asText().equals("text");
      var name = new CallName(call.id() + "#" + number++, call.tool());
      var seen = output(called, name, known ? text.textValue() : json(part));
      parts.addObject().put("type", "text").put("text", seen.text());
    }
    return parts;
  }

  /** What may be held text is read by nobody, whatever is agreed of the tool. */
  private Seen output(Called called, CallName call, String text) {
    var intake = intake(called.tool());
    boolean strict = called.held();
    return counts.counted(
        switch (intake.mode()) {
          case STRICT, TYPED -> history.output(turn, intake, call, text);
          case TAINTED_READ ->
              strict || !parts.terms(caller).readsTainted()
                  ? history.output(turn, intake, call, text)
                  : history.read(turn, intake, text);
          case TRUSTED ->
              strict ? history.output(turn, intake, call, text) : Seen.known(text, false);
        });
  }

  private Intake intake(String tool) {
    return tools.intake(tool, parts.ports().contracts().of(tool));
  }

  private static String json(JsonNode content) {
    return content.isMissingNode() || content.isNull() ? "" : content.toString();
  }

  private static Refusal refused(int index, String field, String rule) {
    return new Refusal(
        RefusalCode.INVALID_REQUEST, "messages/%d/%s %s.".formatted(index, field, rule));
  }
}
