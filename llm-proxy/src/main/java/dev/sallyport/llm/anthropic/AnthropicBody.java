package dev.sallyport.llm.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.sallyport.llm.spi.Attempt;
import dev.sallyport.llm.spi.ChatRequest;
import dev.sallyport.llm.spi.HostedTools;
import dev.sallyport.llm.spi.JsonBody;
import dev.sallyport.llm.spi.Withheld;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Bodies in Anthropic's Messages form as those want them who serve its models: the same but for a
 * few members, byte by byte. Pure.
 */
public final class AnthropicBody {
  /** The header by which a caller asks for what is not in its version yet. */
  public static final String BETA = "anthropic-beta";

  private static final String TOOLS = "tools";
  private static final Pattern BOUNDED = Pattern.compile("web_(search|fetch)_\\d{8}");
  private static final String PROVIDER = "provider";
  private static final String VERSION = "anthropic_version";
  private static final JsonNode NONE = MissingNode.getInstance();

  private AnthropicBody() {}

  /** As Anthropic itself wants it: with its name of the model. */
  public static byte[] anthropic(JsonBody messages, String model) {
    var changes = forProviders();
    changes.put("model", TextNode.valueOf(model));
    return messages.with(changes);
  }

  /** As Google Cloud wants it: its version, and no model, which stands in the path. */
  public static byte[] vertex(JsonBody messages) {
    var changes = forProviders();
    changes.put("model", NONE);
    changes.put(VERSION, TextNode.valueOf("vertex-2023-10-16"));
    return messages.with(changes);
  }

  /**
   * As Bedrock's InvokeModel wants it: its version, the betas, and neither the model nor whether it
   * is a stream, which stand in the path.
   */
  public static byte[] bedrock(JsonBody messages, List<String> betas) {
    var changes = forProviders();
    changes.put("model", NONE);
    changes.put("stream", NONE);
    changes.put(VERSION, TextNode.valueOf("bedrock-2023-05-31"));
    if (!betas.isEmpty()) {
      var named = JsonNodeFactory.instance.arrayNode();
      betas.forEach(named::add);
      changes.put("anthropic_beta", named);
    }
    return messages.with(changes);
  }

  /** The same, where there is a budget with a bound for each search of Anthropic's without one. */
  public static JsonBody bounded(JsonBody messages, Attempt attempt) {
    if (!attempt.limited() || !(messages.tree().path(TOOLS) instanceof ArrayNode given)) {
      return messages;
    }
    var tools = given.deepCopy();
    boolean changed = false;
    for (var one : tools) {
      if (one instanceof ObjectNode tool
          && BOUNDED.matcher(tool.path("type").asText("")).matches()
          && !tool.path(HostedTools.MOST_USES).isNumber()) {
        tool.put(HostedTools.MOST_USES, HostedTools.MOST_CALLS);
        changed = true;
      }
    }
    return changed ? JsonBody.parse(messages.with(Map.of(TOOLS, tools))) : messages;
  }

  /** Which betas a caller of the Messages form asks for. */
  public static List<String> betas(Attempt attempt) {
    return Arrays.stream(attempt.headers().getOrDefault(BETA, "").split(",", -1))
        .map(String::strip)
        .filter(name -> !name.isEmpty())
        .distinct()
        .toList();
  }

  /** Which of the betas that a caller of the Messages form asks for are known at a host. */
  public static List<String> betas(Attempt attempt, Set<String> known) {
    return betas(attempt).stream().filter(known::contains).toList();
  }

  /** What of a body is taken away and is to be named. */
  public static List<String> untold(JsonBody messages) {
    var untold = new ArrayList<>(Withheld.in(messages.tree()));
    if (ChatRequest.wantsOfProviders(messages.tree())) {
      untold.add(PROVIDER);
    }
    return untold;
  }

  /** What is meant for Sallyport alone, and what no provider is told, is taken away. */
  private static Map<String, JsonNode> forProviders() {
    var changes = new LinkedHashMap<String, JsonNode>();
    changes.put(PROVIDER, NONE);
    Withheld.NAMES.forEach(name -> changes.put(name, NONE));
    return changes;
  }
}
