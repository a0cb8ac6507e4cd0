package dev.sallyport.llm.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.llm.spi.Form;
import dev.sallyport.llm.spi.JsonBody;
import io.helidon.webserver.http.ServerRequest;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * Answers in chat form as OpenRouter gives them: with all the members that its clients demand, and
 * without those that they refuse. Source: the schemas ChatResult and ChatStreamChunk of OpenRouter.
 */
final class OpenRouterShape {
  private static final String DATA = "data:";
  private static final String FINGERPRINT = "system_fingerprint";
  private static final String USAGE = "usage";

  private OpenRouterShape() {}

  /** Whether a client looks for it. */
  static boolean isWanted(ServerRequest request, Form form) {
    return form == Form.CHAT && request.path().path().startsWith("/api/");
  }

  /**
   * A whole answer, which says that it has no fingerprint if it has none, and tells its cost where
   * it tells its usage. Source for the latter: OpenRouter, "Usage accounting".
   *
   * @param usd what it cost, if that is known
   */
  static byte[] inBody(byte[] body, Optional<BigDecimal> usd) {
    return changed(
        body,
        answer -> {
          var changes = cost(answer, () -> usd);
          if (!answer.has(FINGERPRINT)) {
            changes.put(FINGERPRINT, JsonNodeFactory.instance.nullNode());
          }
          return changes;
        });
  }

  /**
   * An event, in which nothing is null and everything is a chunk, and which tells the cost where it
   * tells the usage.
   *
   * @param usd what the answer cost, if that is known; asked only where it is told
   */
  static byte[] inFrame(byte[] frame, Supplier<Optional<BigDecimal>> usd) {
    return inData(
        frame,
        data ->
            changed(
                data,
                chunk -> {
                  var changes = cost(chunk, usd);
                  changes.putAll(inChunk(chunk));
                  return changes;
                }));
  }

  private static Map<String, JsonNode> cost(JsonNode answer, Supplier<Optional<BigDecimal>> usd) {
    var changes = new LinkedHashMap<String, JsonNode>();
    if (answer.path(USAGE) instanceof ObjectNode told) {
      usd.get().ifPresent(known -> changes.put(USAGE, told.deepCopy().put("cost", known)));
    }
    return changes;
  }

  private static Map<String, JsonNode> inChunk(JsonNode chunk) {
    var changes = new LinkedHashMap<String, JsonNode>();
    for (var member : chunk.properties()) {
      if (member.getValue().isNull()) {
        changes.put(member.getKey(), MissingNode.getInstance());
      }
    }
    if (chunk.path("object").asText("-").isEmpty()) { // the first of Azure's
      changes.put("object", JsonNodeFactory.instance.textNode("chat.completion.chunk"));
    }
    return changes;
  }

  /** An event with other data; as it was if it has not one line of data. */
  private static byte[] inData(byte[] frame, UnaryOperator<byte[]> change) {
    var text = new String(frame, StandardCharsets.UTF_8);
    var lines = text.lines().filter(line -> line.startsWith(DATA)).toList();
    if (lines.size() != 1) {
      return frame;
    }
    var data = lines.getFirst().substring(DATA.length()).strip();
    var before = data.getBytes(StandardCharsets.UTF_8);
    var after = change.apply(before);
    return Arrays.equals(after, before)
        ? frame
        : text.replace(data, new String(after, StandardCharsets.UTF_8))
            .getBytes(StandardCharsets.UTF_8);
  }

  /** JSON with some of its members changed; as it was if there are none, or if it is not JSON. */
  private static byte[] changed(byte[] body, Function<JsonNode, Map<String, JsonNode>> changes) {
    try {
      var json = JsonBody.parse(body);
      var wanted = changes.apply(json.tree());
      return wanted.isEmpty() ? body : json.with(wanted);
    } catch (Refusal _) {
      return body; // a provider may repeat a key, and its answer still goes on
    }
  }
}
