package dev.sallyport.mcp.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.mcp.openapi.RequestBody.Field;
import dev.sallyport.mcp.openapi.RequestBody.FormBody;
import dev.sallyport.mcp.openapi.RequestBody.JsonBody;
import dev.sallyport.mcp.openapi.RequestBody.None;
import dev.sallyport.mcp.openapi.RequestBody.PartsBody;
import dev.sallyport.mcp.openapi.RequestBody.TextBody;
import dev.sallyport.mcp.wire.Json;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedSet;

/** Reads what an operation says of its body. */
final class BodyReader {
  private static final String FORM = "application/x-www-form-urlencoded";
  private static final String PARTS = "multipart/form-data";

  private final OpenApiDocument document;
  private final SchemaTranslation schemas;

  BodyReader(OpenApiDocument document, SchemaTranslation schemas) {
    this.document = document;
    this.schemas = schemas;
  }

  /**
   * The form of the body.
   *
   * @param properties gets the schema of the body
   * @param required gets the name of the body, if it must be given
   */
  RequestBody read(
      String method, JsonNode operation, ObjectNode properties, SortedSet<String> required)
      throws UnfitException {
    if (!operation.has("requestBody")) {
      return new None();
    }
    var declared = document.resolved(operation.path("requestBody"));
    boolean needed = declared.path("required").asBoolean();
    if (method.equals("GET") || method.equals("HEAD") || method.equals("OPTIONS")) {
      // Source: OpenAPI 3.0, "Operation Object": a body is ignored where HTTP defines none.
      if (needed) {
        throw new UnfitException(Misfit.UNSUPPORTED_BODY);
      }
      return new None();
    }
    var content = declared.path("content");
    var type = preferred(content);
    var media = content.path(type);
    properties.set(ParameterReader.BODY, described(declared, media));
    if (needed) {
      required.add(ParameterReader.BODY);
    }
    var bare = MediaTypes.bare(type);
    if (MediaTypes.isJson(bare) || MediaTypes.isAny(bare)) {
      return new JsonBody(MediaTypes.isAny(bare) ? "application/json" : bare);
    }
    return switch (bare) {
      case FORM -> form(media);
      case PARTS -> parts(media);
      default -> new TextBody(bare.equals("text/*") ? "text/plain" : bare);
    };
  }

  /** The name of the first media type of the best form that can be sent. */
  private static String preferred(JsonNode content) throws UnfitException {
    var best = "";
    int rank = Integer.MAX_VALUE;
    for (var media : content.properties()) {
      int own = rank(MediaTypes.bare(media.getKey()));
      if (own < rank) {
        best = media.getKey();
        rank = own;
      }
    }
    if (rank == Integer.MAX_VALUE) {
      throw new UnfitException(Misfit.UNSUPPORTED_BODY);
    }
    return best;
  }

  private static int rank(String type) {
    if (MediaTypes.isOne(type) && MediaTypes.isJson(type)) {
      return type.equals("application/json") ? 0 : 1;
    }
    return switch (type) {
      case "application/*", "*/*" -> 2;
      case FORM -> 3;
      case PARTS -> 4;
      case "text/plain" -> 5;
      case "text/*" -> 6;
      default -> Integer.MAX_VALUE;
    };
  }

  private JsonNode described(JsonNode declared, JsonNode media) throws UnfitException {
    var schema = media.path("schema");
    var translated = schema.isMissingNode() ? Json.object() : schemas.translate(schema);
    var description = declared.path("description");
    if (translated instanceof ObjectNode object
        && description.isTextual()
        && !object.has("description")) {
      object.set("description", description);
    }
    return translated;
  }

  private static FormBody form(JsonNode media) throws UnfitException {
    Map<String, Field> fields = new HashMap<>();
    for (var encoding : media.path("encoding").properties()) {
      var said = encoding.getValue();
      var style = said.path("style").asText("form");
      var type = MediaTypes.bare(said.path("contentType").asText(""));
      boolean exploded = said.path("explode").asBoolean(style.equals("form"));
      if (style.equals("deepObject")) {
        fields.put(encoding.getKey(), Field.DEEP_OBJECT);
      } else if (!style.equals("form") || !(type.isEmpty() || isSent(type))) {
        throw new UnfitException(Misfit.UNSUPPORTED_BODY);
      } else if (MediaTypes.isJson(type)) {
        fields.put(encoding.getKey(), Field.JSON);
      } else if (!exploded) {
        fields.put(encoding.getKey(), Field.COMMAS);
      }
    }
    return new FormBody(fields);
  }

  private PartsBody parts(JsonNode media) throws UnfitException {
    Map<String, String> types = new HashMap<>();
    for (var encoding : media.path("encoding").properties()) {
      var type = MediaTypes.bare(encoding.getValue().path("contentType").asText(""));
      if (encoding.getValue().has("headers") || !(type.isEmpty() || isSent(type))) {
        throw new UnfitException(Misfit.UNSUPPORTED_BODY);
      }
      if (!type.isEmpty()) {
        types.put(encoding.getKey(), type);
      }
    }
    for (var property : document.resolved(media.path("schema")).path("properties")) {
      if (isBinary(property) || isBinary(document.resolved(property).path("items"))) {
        throw new UnfitException(Misfit.UNSUPPORTED_BODY);
      }
    }
    return new PartsBody(types);
  }

  private static boolean isSent(String type) {
    return MediaTypes.isOne(type) && (MediaTypes.isJson(type) || MediaTypes.isText(type));
  }

  /** Whether a part is a file. Source: OpenAPI 3.0 and 3.1, "Considerations for File Uploads". */
  private boolean isBinary(JsonNode property) throws UnfitException {
    var schema = document.resolved(property);
    return schema.path("format").asText("").equals("binary")
        || schema.has("contentMediaType")
        || schema.has("contentEncoding");
  }
}
