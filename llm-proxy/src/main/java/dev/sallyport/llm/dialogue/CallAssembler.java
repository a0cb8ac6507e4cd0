package dev.sallyport.llm.dialogue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Permit;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.llm.spi.MalformedReplyException;
import dev.sallyport.llm.spi.WireJson;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Lets the text of a streamed answer go on at once, and holds its calls of tools, and how it ended,
 * until the answer is whole and decided on. It reads what every provider's stream was translated
 * to, so there is no other way for a call to go out.
 */
final class CallAssembler implements EventGate {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final String DATA = "data:";

  private final Dialogue dialogue;
  private final Told told;
  private final Optional<ObjectNode> firstHead;
  private final TreeMap<Integer, PartialCalls> calls = new TreeMap<>();
  private final List<ObjectNode> endings = new ArrayList<>();
  private final StringBuilder text = new StringBuilder();
  private Optional<ObjectNode> head = Optional.empty();

  /**
   * @param told of the rounds before this
   * @param firstHead what every chunk of the first round began with
   */
  CallAssembler(Dialogue dialogue, Told told, Optional<ObjectNode> firstHead) {
    this.dialogue = dialogue;
    this.told = told;
    this.firstHead = firstHead;
  }

  /** What the chunks of the whole answer begin with, once one came. */
  Optional<ObjectNode> head() {
    return firstHead.or(() -> head);
  }

  @Override
  public List<byte[]> accept(byte[] frame) {
    var data = data(frame);
    if (data.length == 0) {
      return List.of(frame);
    }
    var chunk = parsed(data);
    if (head.isEmpty() && chunk.has("choices")) {
      head = Optional.of(withoutChoices(chunk));
    }
    if (chunk.path("choices").isEmpty()) {
      if (!chunk.path("usage").isObject()) {
        return told.isAgain() ? List.of() : List.of(frame);
      }
      endings.add(chunk);
      return List.of();
    }
    return pass(chunk, frame);
  }

  private List<byte[]> pass(ObjectNode chunk, byte[] frame) {
    var now = NODES.arrayNode();
    var atEnd = NODES.arrayNode();
    boolean whole = !told.isAgain();
    for (var one : chunk.path("choices")) {
      if (one instanceof ObjectNode choice) {
        whole &= split(choice, now, atEnd);
      }
    }
    if (!atEnd.isEmpty()) {
      ObjectNode ending = withoutChoices(chunk);
      endings.add(ending.set("choices", atEnd));
    }
    if (now.isEmpty()) {
      return List.of();
    }
    if (whole) {
      return List.of(frame);
    }
    ObjectNode going = withoutChoices(chunk);
    going.remove("usage");
    return List.of(frame(headed(going.set("choices", now))));
  }

  /** Parts a choice into what goes now and what waits; whether all of it goes as it came. */
  private boolean split(ObjectNode choice, ArrayNode now, ArrayNode atEnd) {
    int index = choice.path("index").asInt(0);
    boolean changed = choice.remove("message") != null;
    var delta = choice.path("delta") instanceof ObjectNode said ? said : NODES.objectNode();
    boolean called = takeCalls(index, delta);
    if (called && choice.has("logprobs")) {
      choice.putNull("logprobs");
    }
    boolean followed = follow(index, delta);
    changed = changed || called || followed;
    boolean ends = choice.path("finish_reason").isTextual();
    if (ends) {
      atEnd.add(ending(choice, delta.isEmpty()));
      choice.putNull("finish_reason");
    }
    if (!delta.isEmpty() || (!called && !ends)) {
      now.add(choice);
    }
    return !changed && !ends;
  }

  private static ObjectNode ending(ObjectNode choice, boolean alone) {
    var ending = choice.deepCopy();
    ending.putObject("delta");
    if (!alone && ending.has("logprobs")) {
      ending.putNull("logprobs");
    }
    return ending;
  }

  private boolean takeCalls(int index, ObjectNode delta) {
    var said = delta.remove("tool_calls");
    var legacy = delta.remove(ProposedCall.LEGACY);
    if (said != null && !said.isEmpty()) {
      calls.computeIfAbsent(index, _ -> new PartialCalls()).add(said);
    }
    if (legacy instanceof ObjectNode call) {
      calls.computeIfAbsent(index, _ -> new PartialCalls()).addLegacy(call);
    }
    return said != null || legacy != null;
  }

  /** In a later round the answer goes on: nobody begins to speak. Whether that changed it. */
  private boolean follow(int index, ObjectNode delta) {
    var content = delta.path("content").asText("");
    if (told.isAgain()) {
      delta.remove("role");
      if (content.isEmpty()) {
        delta.remove("content");
      } else if (index == 0 && text.isEmpty()) {
        delta.put("content", told.between() + content);
      }
    }
    if (index == 0) {
      text.append(content);
    }
    return told.isAgain();
  }

  @Override
  public List<byte[]> end(Permit permit) {
    var proposed = new ArrayList<ProposedCall>();
    calls.forEach((choice, partial) -> proposed.addAll(partial.whole(choice)));
    var verdict = dialogue.decide(permit, told.said(text.toString()), proposed);
    endings.forEach(told::leftOut);
    if (!verdict.last()) {
      told.round(text.toString(), used());
      return List.of();
    }
    var frames = new ArrayList<byte[]>();
    calls.keySet().forEach(choice -> given(choice, verdict.given()).ifPresent(frames::add));
    if (told.isAgain()) {
      endings.stream().findFirst().ifPresent(told::tellLeftOut);
    }
    for (var ending : endings) {
      if (ending.path("usage").isObject()) {
        ending.set("usage", told.used(ending.path("usage")));
      }
      frames.add(frame(headed(ending)));
    }
    return frames;
  }

  private JsonNode used() {
    return endings.stream()
        .map(ending -> ending.path("usage"))
        .filter(JsonNode::isObject)
        .reduce((_, last) -> last)
        .orElseGet(NODES::objectNode);
  }

  private Optional<byte[]> given(int choice, List<ProposedCall> all) {
    var delta = NODES.objectNode();
    for (var call : all) {
      if (call.choice() != choice) {
        continue;
      }
      if (call.isLegacy()) {
        delta.set(ProposedCall.LEGACY, call.tree().path("function"));
      } else {
        var list = delta.withArray("/tool_calls");
        var item = list.addObject().put("index", list.size() - 1);
        item.setAll(call.tree());
      }
    }
    if (delta.isEmpty()) {
      return Optional.empty();
    }
    var chunk = head.map(ObjectNode::deepCopy).orElseGet(NODES::objectNode);
    chunk.remove("usage");
    var answer = chunk.putArray("choices").addObject().put("index", choice);
    answer.set("delta", delta);
    answer.putNull("logprobs").putNull("finish_reason");
    return Optional.of(frame(headed(chunk)));
  }

  /** The client reads one answer: what it is called does not change in the middle. */
  private ObjectNode headed(ObjectNode chunk) {
    firstHead.ifPresent(first -> {
      for (var name : List.of("id", "created", "model")) {
        if (first.has(name)) {
          chunk.set(name, first.get(name));
        }
      }
    });
    return chunk;
  }

  private static ObjectNode withoutChoices(ObjectNode chunk) {
    var head = NODES.objectNode();
    chunk.properties().forEach(one -> head.set(one.getKey(), one.getValue()));
    head.remove("choices");
    return head;
  }

  private static ObjectNode parsed(byte[] data) {
    try {
      return WireJson.object(data);
    } catch (MalformedReplyException _) {
      throw new Refusal(RefusalCode.UPSTREAM_MALFORMED);
    }
  }

  private static byte[] data(byte[] frame) {
    var data = new ByteArrayOutputStream(frame.length);
    for (var line : new String(frame, StandardCharsets.UTF_8).split("\n", -1)) {
      if (line.startsWith(DATA)) {
        data.writeBytes(line.substring(DATA.length()).getBytes(StandardCharsets.UTF_8));
        data.write('\n');
      }
    }
    return data.toByteArray();
  }

  private static byte[] frame(ObjectNode chunk) {
    var json = new String(WireJson.bytes(chunk), StandardCharsets.UTF_8);
    return (DATA + " " + json + "\n\n").getBytes(StandardCharsets.UTF_8);
  }
}
