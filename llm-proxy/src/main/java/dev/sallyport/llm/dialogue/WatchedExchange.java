package dev.sallyport.llm.dialogue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Cancellation;
import dev.sallyport.identity.action.Permit;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.llm.spi.ChatRequest;
import dev.sallyport.llm.spi.LeftOut;
import dev.sallyport.llm.spi.MalformedReplyException;
import dev.sallyport.llm.spi.WireJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An exchange in which a dialogue decides. For one thread. */
final class WatchedExchange implements Exchange {
  private static final String CALLS = "tool_calls";

  private final Dialogue dialogue;
  private final Told told = new Told();
  private boolean begun;
  private @Nullable CallAssembler assembler;

  WatchedExchange(Dialogue dialogue) {
    this.dialogue = dialogue;
  }

  @Override
  public ChatRequest seen(Permit permit, ChatRequest request) {
    if (begun) {
      return request;
    }
    begun = true;
    return dialogue.seen(permit);
  }

  @Override
  public byte[] whole(Permit permit, byte[] body) {
    var answer = parsed(body);
    var proposed = new ArrayList<ProposedCall>();
    for (var choice : answer.path("choices")) {
      proposed.addAll(calls(choice));
    }
    var said = answer.at("/choices/0/message/content").asText("");
    var verdict = dialogue.decide(permit, told.said(said), proposed);
    told.leftOut(answer);
    if (!verdict.last()) {
      told.round(said, answer.path("usage"));
      return body;
    }
    answer.path("choices").forEach(choice -> put(choice, verdict.given()));
    tellAll(answer, said);
    dialogue
        .beside(told.said(said).all())
        .ifPresent(beside -> answer.withObject("/" + LeftOut.BESIDE).setAll(beside));
    return WireJson.bytes(answer);
  }

  private void tellAll(ObjectNode answer, String said) {
    if (!told.isAgain()) {
      return;
    }
    if (answer.at("/choices/0/message") instanceof ObjectNode message) {
      var text = told.said(said).all();
      message.put("content", text.isEmpty() ? null : text);
    }
    if (answer.path("usage").isObject()) {
      answer.set("usage", told.used(answer.path("usage")));
    }
    told.tellLeftOut(answer);
  }

  private static List<ProposedCall> calls(JsonNode choice) {
    int index = choice.path("index").asInt(0);
    var message = choice.path("message");
    var calls = new ArrayList<ProposedCall>();
    if (message.path(ProposedCall.LEGACY) instanceof ObjectNode call) {
      var tree = call.objectNode().put("type", ProposedCall.LEGACY);
      calls.add(new ProposedCall(index, tree.set("function", call)));
    }
    for (var call : message.path(CALLS)) {
      if (call instanceof ObjectNode tree) {
        calls.add(new ProposedCall(index, tree));
      }
    }
    return calls;
  }

  /** Puts what the client gets in the place of what the model wanted. */
  private static void put(JsonNode choice, List<ProposedCall> given) {
    if (!(choice.path("message") instanceof ObjectNode message)) {
      return;
    }
    var list = message.arrayNode();
    message.remove(ProposedCall.LEGACY);
    for (var call : given) {
      if (call.choice() == choice.path("index").asInt(0)) {
        put(message, list, call);
      }
    }
    if (!list.isEmpty()) {
      message.set(CALLS, list);
    } else if (!message.path(CALLS).isEmpty()) {
      message.remove(CALLS);
    }
    if (choice.hasNonNull("logprobs") && message.has(CALLS)) {
      ((ObjectNode) choice).putNull("logprobs");
    }
  }

  private static void put(ObjectNode message, ArrayNode list, ProposedCall call) {
    if (call.isLegacy()) {
      message.set(ProposedCall.LEGACY, call.tree().path("function"));
    } else {
      list.add(call.tree());
    }
  }

  @Override
  public EventGate gate() {
    var head = Optional.ofNullable(assembler).flatMap(CallAssembler::head);
    var gate = new CallAssembler(dialogue, told, head);
    assembler = gate;
    return gate;
  }

  @Override
  public Optional<ChatRequest> goOn(Cancellation cancellation) {
    return dialogue.goOn(cancellation);
  }

  private static ObjectNode parsed(byte[] body) {
    try {
      return WireJson.object(body);
    } catch (MalformedReplyException _) {
      throw new Refusal(RefusalCode.UPSTREAM_MALFORMED);
    }
  }
}
