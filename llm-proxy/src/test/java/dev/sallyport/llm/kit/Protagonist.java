package dev.sallyport.llm.kit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** An agent who speaks one protocol natively: it gives back what it was told, and tool results. */
enum Protagonist {
  CHAT("openai", "/chat/completions") {
    @Override
    void hear(ObjectNode request, JsonNode answer) {
      var message = answer.at("/choices/0/message");
      var messages = request.withArray("/messages").add(message);
      for (var call : message.path("tool_calls")) {
        messages
            .addObject()
            .put("role", "tool")
            .put("tool_call_id", call.path("id").asText())
            .put("content", "42");
      }
    }

    @Override
    String text(JsonNode answer) {
      return answer.at("/choices/0/message/content").asText("");
    }
  },
  OPENROUTER("openrouter", "/chat/completions") {
    @Override
    void hear(ObjectNode request, JsonNode answer) {
      CHAT.hear(request, answer);
    }

    @Override
    String text(JsonNode answer) {
      return CHAT.text(answer);
    }
  },
  MESSAGES("anthropic", "/messages") {
    @Override
    void hear(ObjectNode request, JsonNode answer) {
      var messages = request.withArray("/messages");
      messages.addObject().put("role", "assistant").set("content", answer.path("content"));
      var results = messages.addObject().put("role", "user").putArray("content");
      for (var block : answer.path("content")) {
        if (block.path("type").asText().equals("tool_use")) {
          results
              .addObject()
              .put("type", "tool_result")
              .put("tool_use_id", block.path("id").asText())
              .put("content", "42");
        }
      }
    }

    @Override
    String text(JsonNode answer) {
      for (var block : answer.path("content")) {
        if (block.path("type").asText().equals("text")) {
          return block.path("text").asText();
        }
      }
      return "";
    }
  },
  RESPONSES("openai", "/responses") {
    @Override
    void hear(ObjectNode request, JsonNode answer) {
      ArrayNode input = request.withArray("/input");
      answer.path("output").forEach(input::add);
      for (var item : answer.path("output")) {
        if (item.path("type").asText().equals("function_call")) {
          input
              .addObject()
              .put("type", "function_call_output")
              .put("call_id", item.path("call_id").asText())
              .put("output", "42");
        }
      }
    }

    @Override
    String text(JsonNode answer) {
      for (var item : answer.path("output")) {
        if (item.path("type").asText().equals("message")) {
          return item.at("/content/0/text").asText();
        }
      }
      return "";
    }
  },
  GEMINI("gemini", "/models/%s:generateContent") {
    @Override
    void hear(ObjectNode request, JsonNode answer) {
      var contents = request.withArray("/contents").add(answer.at("/candidates/0/content"));
      var results = contents.addObject().put("role", "user").putArray("parts");
      for (var part : answer.at("/candidates/0/content/parts")) {
        if (part.has("functionCall")) {
          results
              .addObject()
              .putObject("functionResponse")
              .put("name", part.at("/functionCall/name").asText())
              .putObject("response")
              .put("output", 42);
        }
      }
    }

    @Override
    String text(JsonNode answer) {
      for (var part : answer.at("/candidates/0/content/parts")) {
        if (part.has("text") && !part.path("thought").asBoolean()) {
          return part.path("text").asText();
        }
      }
      return "";
    }
  },
  VERTEX("vertex", "/projects/p/locations/l/publishers/google/models/%s:generateContent") {
    @Override
    void hear(ObjectNode request, JsonNode answer) {
      GEMINI.hear(request, answer);
    }

    @Override
    String text(JsonNode answer) {
      return GEMINI.text(answer);
    }
  },
  BEDROCK("bedrock", "/model/%s/converse") {
    @Override
    void hear(ObjectNode request, JsonNode answer) {
      var messages = request.withArray("/messages").add(answer.at("/output/message"));
      var results = messages.addObject().put("role", "user").putArray("content");
      for (var block : answer.at("/output/message/content")) {
        if (block.has("toolUse")) {
          var result = results.addObject().putObject("toolResult");
          result.put("toolUseId", block.at("/toolUse/toolUseId").asText());
          result.putArray("content").addObject().put("text", "42");
        }
      }
    }

    @Override
    String text(JsonNode answer) {
      for (var block : answer.at("/output/message/content")) {
        if (block.has("text")) {
          return block.path("text").asText();
        }
      }
      return "";
    }
  };

  private static final JsonNode SCHEMA =
      Caller.tree("{\"type\":\"object\",\"properties\":{\"city\":{\"type\":\"string\"}}}");

  final String protocol;
  final String path;

  Protagonist(String protocol, String path) {
    this.protocol = protocol;
    this.path = path;
  }

  /** Appends an answer to a request, and the results of its calls. */
  abstract void hear(ObjectNode request, JsonNode answer);

  /** The text of an answer; empty if it has none. */
  abstract String text(JsonNode answer);

  Map<String, String> headers() {
    return this == MESSAGES ? Map.of("anthropic-version", "2023-06-01") : Map.of();
  }

  /** Where a request for a model goes, at a provider. */
  URI url(FakeProvider provider, String model) {
    var name = URLEncoder.encode(model, StandardCharsets.UTF_8);
    return URI.create(provider.base(protocol) + path.formatted(name));
  }

  /** A first request, with one tool. */
  ObjectNode asks(String model) {
    var request = Trees.object();
    switch (this) {
      case CHAT, OPENROUTER -> {
        request.put("model", model);
        var function = tools(request).put("type", "function").putObject("function");
        function.put("name", "weather").set("parameters", SCHEMA);
      }
      case MESSAGES -> {
        request.put("model", model).put("max_tokens", 1_000);
        tools(request).put("name", "weather").set("input_schema", SCHEMA);
      }
      case RESPONSES -> {
        request.put("model", model).put("store", false);
        request.putArray("include").add("reasoning.encrypted_content");
        tools(request).put("type", "function").put("name", "weather").set("parameters", SCHEMA);
      }
      case GEMINI, VERTEX -> {
        var function = tools(request).putArray("functionDeclarations").addObject();
        function.put("name", "weather").set("parameters", SCHEMA);
      }
      case BEDROCK -> {
        var spec = tools(request.putObject("toolConfig")).putObject("toolSpec");
        spec.put("name", "weather").putObject("inputSchema").set("json", SCHEMA);
      }
    }
    says(request);
    return request;
  }

  private static ObjectNode tools(ObjectNode request) {
    return request.putArray("tools").addObject();
  }

  private void says(ObjectNode request) {
    var list =
        switch (this) {
          case RESPONSES -> "input";
          case GEMINI, VERTEX -> "contents";
          default -> "messages";
        };
    var message = request.putArray(list).addObject().put("role", "user");
    switch (this) {
      case GEMINI, VERTEX -> message.putArray("parts").addObject().put("text", "Hi there");
      case BEDROCK -> message.putArray("content").addObject().put("text", "Hi there");
      default -> message.put("content", "Hi there");
    }
  }
}
