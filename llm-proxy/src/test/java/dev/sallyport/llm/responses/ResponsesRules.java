package dev.sallyport.llm.responses;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * What OpenAI refuses of a request for a response that is not stored: among others an item of
 * reasoning that is not just as it was given, and a call without the reasoning that it came from.
 */
final class ResponsesRules {
  private static final Set<String> MEMBERS =
      Set.of(
          "model",
          "input",
          "store",
          "include",
          "stream",
          "temperature",
          "top_p",
          "top_logprobs",
          "metadata",
          "user",
          "service_tier",
          "prompt_cache_key",
          "prompt_cache_options",
          "prompt_cache_retention",
          "safety_identifier",
          "max_output_tokens",
          "reasoning",
          "tools",
          "tool_choice",
          "parallel_tool_calls",
          "text");

  private final Map<String, JsonNode> reasoning = new HashMap<>();
  private final Map<String, String> cause = new HashMap<>();

  /** Takes note of a response that was given. */
  void gave(JsonNode output) {
    var last = "";
    for (var item : output) {
      if (item.path("type").asText().equals("reasoning")) {
        last = item.path("id").asText();
        var kept = (ObjectNode) item.deepCopy();
        kept.remove("status");
        reasoning.put(last, kept);
      } else if (!last.isEmpty() && item.has("call_id")) {
        cause.put(item.path("call_id").asText(), last);
      }
    }
  }

  /** Fails if the request would be refused. */
  void check(ObjectNode body) {
    assertThat(MEMBERS).containsAll(() -> body.fieldNames());
    noNulls(body, "");
    assertThat(body.path("store").isBoolean() && !body.path("store").booleanValue()).isTrue();
    if (body.has("max_output_tokens")) {
      assertThat(body.path("max_output_tokens").intValue()).isGreaterThanOrEqualTo(16);
    }
    for (var tool : body.path("tools")) {
      if (tool.path("type").asText().equals("function")) {
        assertThat(tool.path("strict").isBoolean()).as(tool.toString()).isTrue();
        assertThat(tool.path("parameters").isObject()).as(tool.toString()).isTrue();
      }
    }
    items(body.path("input"));
  }

  private void items(JsonNode input) {
    assertThat(input).isNotEmpty();
    Set<String> seen = new HashSet<>();
    Set<String> called = new HashSet<>();
    for (var item : input) {
      switch (item.path("type").asText()) {
        case "reasoning" -> {
          var id = item.path("id").asText();
          assertThat(item).isEqualTo(reasoning.getOrDefault(id, item));
          assertThat(seen.add(id)).as("%s twice", id).isTrue();
        }
        case "function_call", "custom_tool_call" -> {
          var id = item.path("call_id").asText();
          assertThat(id).isNotEmpty();
          called.add(id);
          if (cause.containsKey(id)) {
            assertThat(seen).as("before " + id).contains(cause.get(id));
          }
        }
        case "function_call_output", "custom_tool_call_output" ->
            assertThat(called).contains(item.path("call_id").asText());
        case "message" -> {
          assertThat(item.path("role").asText()).isIn("user", "assistant", "system", "developer");
          item.path("content").forEach(ResponsesRules::file);
        }
        default -> throw new AssertionError("unknown item " + item);
      }
    }
  }

  private static void file(JsonNode part) {
    if (part.has("file_data")) {
      assertThat(part.path("filename").asText()).as(part.toString()).isNotEmpty();
    }
  }

  private static void noNulls(JsonNode node, String path) {
    assertThat(node.isNull()).as(path).isFalse();
    node.properties().forEach(field -> noNulls(field.getValue(), path + "/" + field.getKey()));
    for (int i = 0; node.isArray() && i < node.size(); i++) {
      noNulls(node.get(i), path + "/" + i);
    }
  }
}
