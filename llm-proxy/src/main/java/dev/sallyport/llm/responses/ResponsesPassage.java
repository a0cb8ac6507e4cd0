package dev.sallyport.llm.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.sallyport.llm.spi.Attempt;
import dev.sallyport.llm.spi.Failure;
import dev.sallyport.llm.spi.Form;
import dev.sallyport.llm.spi.HostedTools;
import dev.sallyport.llm.spi.JsonBody;
import dev.sallyport.llm.spi.MalformedReplyException;
import dev.sallyport.llm.spi.Passage;
import dev.sallyport.llm.spi.Reply;
import dev.sallyport.llm.spi.ReplyStream;
import dev.sallyport.llm.spi.SealedReasoning;
import dev.sallyport.llm.spi.Served;
import dev.sallyport.llm.spi.SpokenForUs;
import dev.sallyport.llm.spi.WireJson;
import dev.sallyport.llm.spi.WireReply;
import dev.sallyport.llm.spi.WireRequest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Passes responses on as they are. Changed are the model, {@code store}, a limit where there must
 * be one and the caller gave none, and items of reasoning that another provider gave, which this
 * one would refuse: they are left out.
 */
final class ResponsesPassage implements Passage {
  private static final String LIMIT = "max_output_tokens";
  private static final String CALLS = "max_tool_calls";

  @Override
  public WireRequest encode(JsonBody own, Attempt attempt) {
    var changes = new LinkedHashMap<String, JsonNode>();
    changes.put("model", TextNode.valueOf(attempt.upstreamModel()));
    changes.put("store", BooleanNode.FALSE);
    if (attempt.limited() && !own.tree().path(LIMIT).isNumber()) {
      changes.put(LIMIT, IntNode.valueOf(attempt.maxOutputTokens()));
    }
    if (attempt.limited()
        && !own.tree().path(CALLS).isNumber()
        && !HostedTools.in(Form.RESPONSES, own.tree()).isEmpty()) {
      changes.put(CALLS, IntNode.valueOf(HostedTools.MOST_CALLS));
    }
    List<String> dropped = List.of();
    if (own.tree().path("input").isArray() && hasSealed(own.tree().path("input"))) {
      changes.put("input", withoutSealed(own.tree().path("input")));
      dropped = List.of("input.reasoning");
    }
    return new WireRequest(ResponsesApi.PATH, Map.of(), own.with(changes), dropped);
  }

  private static boolean hasSealed(JsonNode input) {
    for (var item : input) {
      if (isSealed(item)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isSealed(JsonNode item) {
    return SealedReasoning.is(item.path("encrypted_content").asText(""));
  }

  private static JsonNode withoutSealed(JsonNode input) {
    var kept = JsonNodeFactory.instance.arrayNode();
    for (var item : input) {
      if (!isSealed(item)) {
        kept.add(item);
      }
    }
    return kept;
  }

  @Override
  public Reply decode(WireReply reply, JsonBody own, Attempt attempt)
      throws MalformedReplyException {
    if (!reply.succeeded()) {
      return new Reply.Failed(Failure.of(reply));
    }
    var response = WireJson.object(reply.body());
    var ended = ResponseEnd.of(response);
    return ended.failure().isPresent()
        ? new Reply.Failed(ended.failure().get())
        : new Reply.Completed(SpokenForUs.dropped(response, reply.body()), served(response, ended));
  }

  /** What a response that has ended says of itself. */
  static Served served(JsonNode response, ResponseEnd ended) {
    boolean called = false;
    for (var item : response.path("output")) {
      called |= item.path("type").asText("").endsWith("_call");
    }
    return new Served(
        Optional.ofNullable(response.path("model").textValue()),
        Optional.of(ended.reason(called)),
        ResponsesUsage.read(response.path("usage"))
            .map(usage -> HostedCalls.in(response.path("output"), usage)),
        ended.tier());
  }

  @Override
  public ReplyStream stream(JsonBody own, Attempt attempt) {
    return new PassedStream();
  }
}
