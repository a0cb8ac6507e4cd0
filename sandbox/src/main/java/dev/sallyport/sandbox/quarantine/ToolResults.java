package dev.sallyport.sandbox.quarantine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.sandbox.contract.QuarantineMode;
import dev.sallyport.sandbox.quarantine.ShownPart.Why;
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

  /** Nothing, a text, a structure, one with attachments, or blocks; of a failure or not. */
  private static final double LAYOUT_BITS = BitBudget.choice(2 * 5);

  private static final List<String> LINK_FIELDS = List.of("uri", "name", "title", "description");

  /**
   * A text as it is or as JSON, an image, a sound, a resource of bytes, text or JSON that may have
   * an address, a link that may have each of four fields, or any other.
   */
  private static final double BLOCK_BITS = BitBudget.choice(2 + 1 + 1 + 2 * 3 + 16 + 1);

  private final Projector projector;
  private final String mode;
  private final int maxChars;
  private final Optional<JsonNode> main;

  /**
   * Of one result.
   *
   * @param main its {@linkplain #mainContent main content}, which is read once
   */
  ToolResults(Projector projector, Intake intake, int maxChars, Optional<JsonNode> main) {
    this.projector = projector;
    this.mode = (intake.isTyped() ? QuarantineMode.TYPED : QuarantineMode.STRICT).word();
    this.maxChars = maxChars;
    this.main = main;
  }

  /** The same result as an agent may see it, in the same shape. */
  Projection project(JsonNode result) {
    var answer = JSON.objectNode();
    var content = answer.putArray("content");
    var isError = result.path("isError").asBoolean();
    if (projector.charge(LAYOUT_BITS)) {
      var structured = structuredContent(result);
      var blocks = result.path("content");
      var view = structured.map(given -> object(whole(given, isError)));
      var body = view.orElseGet(() -> blocks(blocks, isError));
      answer.set("structuredContent", isError ? error(body) : body);
      addText(content, answer.get("structuredContent"));
      structured.ifPresent(given -> addAttachments(content, blocks, given));
      answer.put("isError", isError);
    } else {
      answer.set("structuredContent", JSON.objectNode().set("result", spent(result)));
      addText(content, answer.get("structuredContent"));
      answer.put("isError", false);
    }
    var projection = projector.projection(answer);
    answer
        .putObject("_meta")
        .putObject("dev.sallyport/quarantine")
        .put("mode", mode)
        .put("bits", projection.bits())
        .put("references", projection.references());
    return projection;
  }

  /** One reference to all that there is: not even its layout may be told. */
  private JsonNode spent(JsonNode result) {
    return projector.hold("result", Kind.VALUE, Why.BUDGET_SPENT, main.orElse(result));
  }

  /** What a result that is no failure is about, if it is one thing. */
  static Optional<JsonNode> mainContent(JsonNode result, int maxChars) {
    if (result.path("isError").asBoolean()) {
      return Optional.empty();
    }
    var blocks = result.path("content");
    var text = blocks.path(0).path("text");
    return structuredContent(result)
        .or(() ->
            blocks.size() == 1 && text.isTextual()
                ? Content.structureOf(text.textValue(), maxChars).or(() -> Optional.of(text))
                : Optional.empty());
  }

  private static Optional<JsonNode> structuredContent(JsonNode result) {
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
    var same = blocks.isEmpty() ? "" : structured.toString();
    for (var block : blocks) {
      if (!repeats(block, same)) {
        others.add(block);
      }
    }
    if (!others.isEmpty()) {
      addText(content, JSON.objectNode().set("attachments", all("attachments", others)));
    }
  }

  private boolean repeats(JsonNode block, String same) {
    if (!block.path("type").asText().equals("text")) {
      return false;
    }
    var text = block.path("text").asText();
    return text.equals(same)
        || Content.structureOf(text, maxChars)
            .filter(parsed -> parsed.toString().equals(same))
            .isPresent();
  }

  /** What is agreed of results is not agreed of failures. */
  private JsonNode whole(JsonNode content, boolean isError) {
    return isError ? projector.viewAside(content) : projector.view(content);
  }

  private ObjectNode blocks(JsonNode blocks, boolean isError) {
    if (!blocks.isArray() || blocks.isEmpty()) {
      return JSON.objectNode();
    }
    if (blocks.size() == 1
        && blocks.get(0).path("text").isTextual()
        && blocks.get(0).path("type").asText().equals("text")) {
      return soleText(blocks.get(0).get("text"), isError);
    }
    return JSON.objectNode().set("blocks", all("blocks", blocks));
  }

  private ObjectNode soleText(JsonNode text, boolean isError) {
    var structure =
        isError
            ? Content.structureOf(text.textValue(), maxChars)
            : main.filter(content -> !content.isTextual());
    return structure
        .map(parsed -> object(whole(parsed, isError)))
        .orElseGet(() -> JSON.objectNode().set("text", whole(text, isError)));
  }

  private JsonNode all(String place, JsonNode blocks) {
    if (!projector.charge(BitBudget.choice(MAX_BLOCKS + 2L))) {
      return projector.hold(place, Kind.VALUE, Why.BUDGET_SPENT, blocks);
    }
    if (blocks.size() > MAX_BLOCKS) {
      return projector.hold(place, Kind.JSON, Why.TOO_MANY_ITEMS, blocks);
    }
    var views = JSON.arrayNode();
    for (var block : blocks) {
      views.add(block(place + "/" + views.size(), block));
    }
    return views;
  }

  private JsonNode block(String place, JsonNode block) {
    if (!projector.charge(BLOCK_BITS)) {
      return projector.hold(place, Kind.VALUE, Why.BUDGET_SPENT, block);
    }
    var view = JSON.objectNode();
    switch (block.path("type").asText()) {
      case "text" -> {
        view.put("type", "text");
        addTextOrStructure(place, view, block.path("text"));
      }
      case "image", "audio" -> {
        view.put("type", block.get("type").textValue());
        addMediaType(view, block);
        view.set(
            "data",
            projector.hold(place + "/data", Kind.BLOB, Why.NOT_LOOKED_INTO, block.path("data")));
      }
      case "resource" -> {
        view.put("type", "resource");
        addResource(place, view, block.path("resource"));
      }
      case "resource_link" -> {
        view.put("type", "resource_link");
        addMediaType(view, block);
        LINK_FIELDS.forEach(name -> addField(place, view, block, name));
      }
      default ->
          view.put("type", "unknown")
              .set(
                  "block", projector.hold(place + "/block", Kind.JSON, Why.NOT_LOOKED_INTO, block));
    }
    return view;
  }

  private void addResource(String place, ObjectNode view, JsonNode resource) {
    addMediaType(view, resource);
    addField(place, view, resource, "uri");
    if (resource.has("blob")) {
      view.set(
          "blob",
          projector.hold(place + "/blob", Kind.BLOB, Why.NOT_LOOKED_INTO, resource.get("blob")));
    } else {
      addTextOrStructure(place, view, resource.path("text"));
    }
  }

  private void addTextOrStructure(String place, ObjectNode view, JsonNode text) {
    Content.structureOf(text.asText(), maxChars)
        .ifPresentOrElse(
            parsed -> view.set("json", projector.viewAside(place + "/json", parsed)),
            () -> view.set("text", projector.viewAside(place + "/text", text)));
  }

  private void addField(String place, ObjectNode view, JsonNode from, String name) {
    if (from.has(name)) {
      view.set(name, projector.viewAside(place + "/" + name, from.get(name)));
    }
  }

  private void addMediaType(ObjectNode view, JsonNode from) {
    var given = from.path("mimeType").asText();
    if (projector.charge(MEDIA_TYPE_BITS) && MEDIA_TYPES.contains(given)) {
      view.put("mimeType", given);
    }
  }

  private static ObjectNode object(JsonNode view) {
    return view instanceof ObjectNode object ? object : JSON.objectNode().set("result", view);
  }
}
