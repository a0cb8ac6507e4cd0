package dev.sallyport.llm.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.llm.kit.AwsSignature;
import dev.sallyport.llm.kit.Received;
import java.util.Base64;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** What Bedrock refuses of requests to Converse. Pure; fails as an assertion does. */
public final class BedrockRules {
  private static final Pattern PATH = Pattern.compile("/model/[^/]+/converse(-stream)?");
  private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_-]{1,64}");
  private static final Pattern ID = Pattern.compile("[a-zA-Z0-9_.:-]{1,64}");
  private static final Pattern DOCUMENT = Pattern.compile("(?!.*  )[A-Za-z0-9 ()\\[\\]-]{1,200}");
  private static final Set<String> MEMBERS =
      Set.of(
          "messages",
          "system",
          "inferenceConfig",
          "toolConfig",
          "additionalModelRequestFields",
          "additionalModelResponseFieldPaths",
          "requestMetadata",
          "serviceTier",
          "outputConfig");
  private static final Set<String> BLOCKS =
      Set.of(
          "text",
          "image",
          "document",
          "audio",
          "toolUse",
          "toolResult",
          "cachePoint",
          "reasoningContent");
  private static final Set<String> RESULT_BLOCKS = Set.of("text", "image", "document");

  private BedrockRules() {}

  /**
   * Checks a request as it came, its signature first.
   *
   * @param id of the key pair that must have signed it
   */
  public static void check(Received request, String id, String secret, String region) {
    require(request.method().equals("POST"), "method");
    require(PATH.matcher(request.path()).matches(), "path " + request.path());
    require(request.header("content-type").equals("application/json"), "content type");
    require(AwsSignature.check(request, id, secret).equals(region), "region");
    checkBody(request.json());
  }

  /** Checks the body of a request. */
  public static void checkBody(ObjectNode body) {
    body.fieldNames().forEachRemaining(name -> require(MEMBERS.contains(name), name));
    noNulls(body, "");
    for (var block : body.path("system")) {
      require(block.size() == 1 && (isText(block) || block.has("cachePoint")), "system");
    }
    messages(body.path("messages"));
    tools(body);
    inference(body.path("inferenceConfig"));
    thinking(body);
    var schema = body.at("/outputConfig/textFormat/structure/jsonSchema");
    require(!body.has("outputConfig") || schema.path("schema").isTextual(), "outputConfig");
  }

  private static void messages(JsonNode messages) {
    var called = new HashSet<String>();
    var documents = new HashSet<String>();
    boolean user = true;
    for (var message : messages) {
      require(message.path("role").asText().equals(user ? "user" : "assistant"), "alternate roles");
      require(!message.path("content").isEmpty(), "content is empty");
      var uses = new TreeSet<String>();
      var results = new TreeSet<String>();
      boolean text = false;
      boolean document = false;
      for (var block : message.path("content")) {
        require(block.size() == 1, "one member a block");
        block(block, user, documents);
        text |= isText(block);
        document |= block.has("document");
        if (block.has("toolUse")) {
          require(uses.add(block.at("/toolUse/toolUseId").asText()), "a call of the same id");
        } else if (block.has("toolResult")) {
          require(results.add(block.at("/toolResult/toolUseId").asText()), "a second result");
        } else {
          require(!block.has("reasoningContent") || uses.isEmpty(), "reasoning after a call");
        }
      }
      require(!document || text, "a document needs a text");
      require(!user || results.equals(called), "results " + results + " of calls " + called);
      called = new HashSet<>(uses);
      user = !user;
    }
    require(!messages.isEmpty() && documents.size() <= 5, "messages");
  }

  private static void block(JsonNode block, boolean user, Set<String> documents) {
    var kind = block.fieldNames().next();
    require(BLOCKS.contains(kind), "block " + kind);
    var content = block.path(kind);
    switch (kind) {
      case "text" -> require(!content.asText().isBlank(), "the text is blank");
      case "image" -> {
        var formats = Set.of("png", "jpeg", "gif", "webp");
        require(formats.contains(content.path("format").asText()), "image format");
        source(content.path("source"));
      }
      case "document" -> {
        var name = content.path("name").asText();
        require(DOCUMENT.matcher(name).matches() && documents.add(name), "document name " + name);
        source(content.path("source"));
      }
      case "audio" -> source(content.path("source"));
      case "cachePoint" -> require(content.path("type").asText().equals("default"), "cachePoint");
      case "toolUse" -> {
        require(!user && content.path("input").isObject(), "toolUse");
        require(ID.matcher(content.path("toolUseId").asText()).matches(), "toolUseId");
        require(NAME.matcher(content.path("name").asText()).matches(), "toolUse name");
      }
      case "toolResult" -> {
        require(user && content.path("content").isArray(), "toolResult");
        require(
            !content.has("status") || content.path("status").asText().equals("error"), "status");
        for (var part : content.path("content")) {
          require(RESULT_BLOCKS.contains(part.fieldNames().next()), "a part of a result");
        }
      }
      default -> {
        require(!user, "the user does not reason");
        var signature = content.at("/reasoningText/signature").asText("");
        require(content.has("redactedContent") || !signature.isEmpty(), "unsigned reasoning");
      }
    }
  }

  private static void source(JsonNode source) {
    require(source.size() == 1, "one source");
    if (source.has("bytes")) {
      try {
        require(Base64.getDecoder().decode(source.path("bytes").asText()).length > 0, "no bytes");
      } catch (IllegalArgumentException e) {
        throw new AssertionError("bytes that are not base64", e);
      }
    }
  }

  private static void tools(ObjectNode body) {
    boolean used =
        body.path("messages").findValue("toolUse") != null
            || body.path("messages").findValue("toolResult") != null;
    var config = body.path("toolConfig");
    require(!used || config.isObject(), "toolConfig is needed where tools were used");
    if (config.isMissingNode()) {
      return;
    }
    var names = new HashSet<String>();
    for (var tool : config.path("tools")) {
      if (!tool.has("cachePoint")) {
        var name = tool.at("/toolSpec/name").asText();
        require(NAME.matcher(name).matches() && names.add(name), "tool name " + name);
        require(
            tool.at("/toolSpec/inputSchema/json/type").asText().equals("object"), "inputSchema");
        require(!tool.at("/toolSpec/description").asText("x").isEmpty(), "description");
      }
    }
    require(!names.isEmpty(), "tools");
    var choice = config.path("toolChoice");
    require(choice.isMissingNode() || choice.size() == 1, "toolChoice");
    require(!choice.has("tool") || names.contains(choice.at("/tool/name").asText()), "toolChoice");
    require(
        choice.isMissingNode() || !body.at("/additionalModelRequestFields").has("tool_choice"),
        "tool_choice twice");
  }

  private static void inference(JsonNode config) {
    for (var field : config.properties()) {
      switch (field.getKey()) {
        case "maxTokens" -> require(field.getValue().asInt() > 0, "maxTokens");
        case "temperature", "topP" -> {
          double value = field.getValue().asDouble();
          require(value >= 0 && value <= 1, field.getKey());
        }
        case "stopSequences" -> require(!field.getValue().isEmpty(), "stopSequences");
        default -> throw new AssertionError("inferenceConfig " + field.getKey());
      }
    }
  }

  /** What Anthropic's models want where they think. */
  private static void thinking(ObjectNode body) {
    var own = body.path("additionalModelRequestFields");
    var thinking = own.path("thinking");
    if (thinking.isMissingNode()) {
      return;
    }
    var config = body.path("inferenceConfig");
    require(!config.has("temperature") && !config.has("topP") && !own.has("top_k"), "sampling");
    if (thinking.path("type").asText().equals("enabled")) {
      int budget = thinking.path("budget_tokens").asInt();
      require(budget >= 1_024 && budget < config.path("maxTokens").asInt(), "budget_tokens");
    }
    var choice = body.at("/toolConfig/toolChoice");
    require(!choice.has("any") && !choice.has("tool"), "thinking and a forced call");
    var messages = body.path("messages");
    var last = messages.path(messages.size() - 1);
    if (last.at("/content/0").has("toolResult")) {
      require(
          messages.path(messages.size() - 2).at("/content/0").has("reasoningContent"),
          "a call without the thinking before it");
    }
  }

  private static boolean isText(JsonNode block) {
    return block.path("text").isTextual() && !block.path("text").textValue().isBlank();
  }

  private static void noNulls(JsonNode node, String path) {
    require(!node.isNull(), path + ": null is not permitted");
    for (var field : node.properties()) {
      if (!Set.of("input", "json").contains(field.getKey())) {
        noNulls(field.getValue(), path + "/" + field.getKey());
      }
    }
    for (int i = 0; node.isArray() && i < node.size(); i++) {
      noNulls(node.get(i), path + "/" + i);
    }
  }

  private static void require(boolean holds, String complaint) {
    if (!holds) {
      throw new AssertionError("Bedrock refuses: " + complaint);
    }
  }
}
