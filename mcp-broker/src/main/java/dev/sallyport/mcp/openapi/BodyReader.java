package dev.sallyport.mcp.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.mcp.openapi.FileSchemas.Kind;
import dev.sallyport.mcp.openapi.RequestBody.BytesBody;
import dev.sallyport.mcp.openapi.RequestBody.FormBody;
import dev.sallyport.mcp.openapi.RequestBody.JsonBody;
import dev.sallyport.mcp.openapi.RequestBody.None;
import dev.sallyport.mcp.openapi.RequestBody.PartsBody;
import dev.sallyport.mcp.openapi.RequestBody.TextBody;
import dev.sallyport.mcp.wire.Json;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/** Reads what an operation says of its body. */
final class BodyReader {
  private static final String FORM = "application/x-www-form-urlencoded";
  private static final String PARTS = "multipart/form-data";
  private static final String BYTES = "application/octet-stream";

  /** They describe a body item by item, or parts that have no names. */
  private static final List<String> ITEMS = List.of("itemSchema", "itemEncoding", "prefixEncoding");

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
    var media = document.resolved(content.path(type));
    if (document.isOf32() && ITEMS.stream().anyMatch(media::has)) {
      throw new UnfitException(Misfit.UNSUPPORTED_BODY);
    }
    if (needed) {
      required.add(ParameterReader.BODY);
    }
    var form = form(MediaTypes.bare(type), media);
    properties.set(ParameterReader.BODY, described(declared, schema(form, media), form));
    return form;
  }

  private RequestBody form(String type, JsonNode media) throws UnfitException {
    if (MediaTypes.isJson(type) || MediaTypes.isAny(type)) {
      return new JsonBody(MediaTypes.isAny(type) ? "application/json" : type);
    }
    return switch (type) {
      case FORM -> new FormBody(FormFields.of(media, Misfit.UNSUPPORTED_BODY));
      case PARTS -> new PartsReader(document, media).read();
      case "text/*" -> new TextBody("text/plain");
      case "text/plain" -> new TextBody(type);
      default -> bytes(type, media);
    };
  }

  /** The body as bytes, if that is what its schema has, or nothing is said of it. */
  private BytesBody bytes(String type, JsonNode media) throws UnfitException {
    var schema = media.path("schema");
    var kinds = new FileSchemas(document).kinds(schema);
    boolean encoded = document.resolved(schema).path("format").asText("").equals("byte");
    if (encoded || !Set.of(Kind.BYTES, Kind.TEXT).containsAll(kinds)) {
      throw new UnfitException(Misfit.UNSUPPORTED_BODY);
    }
    return new BytesBody(type);
  }

  private JsonNode schema(RequestBody form, JsonNode media) throws UnfitException {
    var schema = media.path("schema");
    if (form instanceof BytesBody(var type)) {
      return Json.object()
          .put("type", "string")
          .put("contentEncoding", "base64")
          .put("contentMediaType", type);
    }
    if (schema.isMissingNode()) {
      return Json.object();
    }
    return form instanceof PartsBody parts
        ? new PartsReader(document, media).schema(parts, schemas)
        : schemas.translate(schema);
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
      case BYTES -> 7;
      default -> MediaTypes.isOfBytes(type) ? 8 : Integer.MAX_VALUE;
    };
  }

  private static JsonNode described(JsonNode declared, JsonNode translated, RequestBody form) {
    var description = declared.path("description");
    if (translated instanceof ObjectNode object) {
      if (description.isTextual() && !object.has("description")) {
        object.set("description", description);
      }
      var more = inBase64(form);
      if (!more.isEmpty()) {
        var said = object.path("description").asText("");
        object.put("description", (said + " " + more).strip());
      }
    }
    return translated;
  }

  /** What callers are told of bytes, since not each knows what {@code contentEncoding} means. */
  private static String inBase64(RequestBody form) {
    return switch (form) {
      case BytesBody _ -> "Give the bytes in base64.";
      case PartsBody(_, var files) when !files.isEmpty() ->
          "Give in base64: " + String.join(", ", new TreeSet<>(files.keySet())) + ".";
      case None _, JsonBody _, TextBody _, FormBody _, PartsBody _ -> "";
    };
  }
}
