package dev.sallyport.sandbox.quarantine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;

/** Projects the result of an MCP tool, known here as plain JSON. */
final class ToolResults {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final int MAX_BLOCKS = 100;
  private static final List<String> MEDIA_TYPES =
      List.of(
          "application/json",
          "application/octet-stream",
          "application/pdf",
          "audio/mpeg",
          "audio/ogg",
          "audio/wav",
          "image/gif",
          "image/jpeg",
          "image/png",
          "image/svg+xml",
          "image/webp",
          "text/csv",
          "text/html",
          "text/markdown",
          "text/plain");
  private static final double MEDIA_TYPE_BITS = BitBudget.choice(MEDIA_TYPES.size() + 1L);
  private static final List<String> BLOCK_TYPES =
      List.of("text", "image", "audio", "resource", "resource_link", "unknown");
  private static final double BLOCK_TYPE_BITS = BitBudget.choice(BLOCK_TYPES.size());

  private final Projector projector;
  private final int maxChars;

  ToolResults(Projector projector, int maxChars) {
    this.projector = projector;
    this.maxChars = maxChars;
  }

  /** The same result as an agent may see it, in the same shape. */
  Projection project(JsonNode result) {
    var failed = result.path("isError").asBoolean() && projector.charge(1);
    var structured = structuredContent(result);
    var blocks = result.path("content");
    var view = structured.map(content -> object(projector.view(content)));
    var body = view.orElseGet(() -> blocks(blocks));
    var answer = JSON.objectNode();
    var content = answer.putArray("content");
    var shown = failed ? error(body) : body;
    addText(content, shown);
    structured.ifPresent(given -> addAttachments(content, blocks, given));
    answer.set("structuredContent", shown);
    answer.put("isError", failed);
    var projection = projector.projection(answer);
    answer
        .putObject("_meta")
        .putObject("dev.sallyport/quarantine")
        .put("mode", "strict")
        .put("bits", projection.bits())
        .put("references", projection.references());
    return projection;
  }

  private Optional<JsonNode> structuredContent(JsonNode result) {
    var structured = result.path("structuredContent");
    return structured.isMissingNode() || structured.isNull()
        ? Optional.empty()
        : Optional.of(structured);
  }

  private static ObjectNode error(ObjectNode body) {
    var error = JSON.objectNode().put("error", "tool_error");
    if (body.size() == 1 && body.has("text")) {
      error.set("message", body.get("text"));
    } else {
      error.set("details", body);
    }
    return error;
  }

  private static void addText(ArrayNode content, JsonNode view) {
    content.addObject().put("type", "text").put("text", view.toString());
  }

  /** Adds what the blocks say beside the structured content. */
  private void addAttachments(ArrayNode content, JsonNode blocks, JsonNode structured) {
    var others = JSON.arrayNode();
    for (var block : blocks) {
      if (!repeats(block, structured)) {
        others.add(block);
      }
    }
    if (!others.isEmpty()) {
      addText(content, JSON.objectNode().set("attachments", all(others)));
    }
  }

  private boolean repeats(JsonNode block, JsonNode structured) {
    if (!block.path("type").asText().equals("text")) {
      return false;
    }
    var text = block.path("text").asText();
    var same = structured.toString();
    return text.equals(same)
        || Content.structureOf(text, maxChars)
            .filter(parsed -> parsed.toString().equals(same))
            .isPresent();
  }

  private ObjectNode blocks(JsonNode blocks) {
    if (!blocks.isArray() || blocks.isEmpty()) {
      return JSON.objectNode();
    }
    if (blocks.size() == 1
        && blocks.get(0).path("text").isTextual()
        && blocks.get(0).path("type").asText().equals("text")) {
      return soleText(blocks.get(0).get("text"));
    }
    return JSON.objectNode().set("blocks", all(blocks));
  }

  private ObjectNode soleText(JsonNode text) {
    return Content.structureOf(text.textValue(), maxChars)
        .map(parsed -> object(projector.view(parsed)))
        .orElseGet(() -> JSON.objectNode().set("text", projector.view(text)));
  }

  private JsonNode all(JsonNode blocks) {
    if (blocks.size() > MAX_BLOCKS || !projector.charge(BitBudget.choice(MAX_BLOCKS + 2L))) {
      return projector.hold(Kind.VALUE, blocks);
    }
    var views = JSON.arrayNode();
    blocks.forEach(block -> views.add(block(block)));
    return views;
  }

  private JsonNode block(JsonNode block) {
    if (!projector.charge(BLOCK_TYPE_BITS)) {
      return projector.hold(Kind.VALUE, block);
    }
    var view = JSON.objectNode();
    switch (block.path("type").asText()) {
      case "text" -> {
        view.put("type", "text");
        addTextOrStructure(view, block.path("text"));
      }
      case "image", "audio" -> {
        view.put("type", block.get("type").textValue());
        addMediaType(view, block);
        view.set("data", projector.hold(Kind.BLOB, block.path("data")));
      }
      case "resource" -> {
        view.put("type", "resource");
        addResource(view, block.path("resource"));
      }
      case "resource_link" -> {
        view.put("type", "resource_link");
        addMediaType(view, block);
        List.of("uri", "name", "title", "description").forEach(name -> addField(view, block, name));
      }
      default -> view.put("type", "unknown").set("block", projector.hold(Kind.JSON, block));
    }
    return view;
  }

  private void addResource(ObjectNode view, JsonNode resource) {
    addMediaType(view, resource);
    addField(view, resource, "uri");
    if (resource.has("blob")) {
      view.set("blob", projector.hold(Kind.BLOB, resource.get("blob")));
    } else {
      addTextOrStructure(view, resource.path("text"));
    }
  }

  private void addTextOrStructure(ObjectNode view, JsonNode text) {
    Content.structureOf(text.asText(), maxChars)
        .ifPresentOrElse(
            parsed -> view.set("json", projector.view(parsed)),
            () -> view.set("text", projector.view(text)));
  }

  private void addField(ObjectNode view, JsonNode from, String name) {
    if (from.has(name)) {
      view.set(name, projector.view(from.get(name)));
    }
  }

  private void addMediaType(ObjectNode view, JsonNode from) {
    var given = from.path("mimeType").asText();
    if (MEDIA_TYPES.contains(given) && projector.charge(MEDIA_TYPE_BITS)) {
      view.put("mimeType", given);
    }
  }

  private static ObjectNode object(JsonNode view) {
    return view instanceof ObjectNode object ? object : JSON.objectNode().set("result", view);
  }
}
