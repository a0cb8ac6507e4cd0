package dev.sallyport.mcp.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.mcp.openapi.FileSchemas.Kind;
import dev.sallyport.mcp.openapi.RequestBody.PartsBody;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Reads what an operation says of a body of parts. Source: OpenAPI 3.1, "Encoding multipart Media
 * Types".
 */
final class PartsReader {
  private static final String BYTES = "application/octet-stream";

  private final JsonNode media;
  private final FileSchemas schemas;

  /**
   * A reader.
   *
   * @param media what is said of the media type of the body
   */
  PartsReader(OpenApiDocument document, JsonNode media) {
    this.media = media;
    this.schemas = new FileSchemas(document);
  }

  /**
   * How the parts are written.
   *
   * @throws UnfitException if one has headers of its own, may be a file and something else, or is
   *     of no one media type
   */
  PartsBody read() throws UnfitException {
    var properties = schemas.properties(media.path("schema"));
    var types = types();
    var files = new TreeMap<String, PartsBody.File>();
    for (var property : properties.entrySet()) {
      var name = property.getKey();
      var type = types.getOrDefault(name, "");
      var file = file(schemas.kinds(property.getValue()), type);
      if (file.isPresent()) {
        files.put(name, file.get());
        var own = schemas.type(property.getValue());
        types.putIfAbsent(name, own.isEmpty() ? BYTES : own);
      }
    }
    for (var type : types.entrySet()) {
      if (!files.containsKey(type.getKey()) && !isSent(type.getValue())) {
        throw new UnfitException(Misfit.UNSUPPORTED_BODY);
      }
    }
    return new PartsBody(types, files);
  }

  private Map<String, String> types() throws UnfitException {
    var types = new HashMap<String, String>();
    for (var encoding : media.path("encoding").properties()) {
      var type = MediaTypes.bare(encoding.getValue().path("contentType").asText(""));
      if (encoding.getValue().has("headers") || !(type.isEmpty() || MediaTypes.isOne(type))) {
        throw new UnfitException(Misfit.UNSUPPORTED_BODY);
      }
      if (!type.isEmpty()) {
        types.put(encoding.getKey(), type);
      }
    }
    return types;
  }

  private static Optional<PartsBody.File> file(Set<Kind> kinds, String type) throws UnfitException {
    if (kinds.equals(Set.of(Kind.BYTES))) {
      return Optional.of(PartsBody.File.BYTES);
    }
    if (kinds.equals(Set.of(Kind.BASE64))) {
      return Optional.of(PartsBody.File.BASE64);
    }
    if (kinds.contains(Kind.BYTES) || kinds.contains(Kind.BASE64)) {
      throw new UnfitException(Misfit.UNSUPPORTED_BODY);
    }
    boolean bytes = MediaTypes.isOfBytes(type) && Set.of(Kind.TEXT).containsAll(kinds);
    return bytes ? Optional.of(PartsBody.File.BYTES) : Optional.empty();
  }

  private static boolean isSent(String type) {
    return MediaTypes.isJson(type) || MediaTypes.isText(type);
  }

  /**
   * The schema of the body for callers, who give files in base64.
   *
   * @param body as it was read
   */
  JsonNode schema(PartsBody body, SchemaTranslation translation) throws UnfitException {
    var schema = media.path("schema");
    if (body.files().isEmpty()) {
      return translation.translate(schema);
    }
    var said = schemas.properties(schema);
    said.keySet().retainAll(body.files().keySet());
    return translation.translate(schemas.withTexts(schema, said));
  }
}
