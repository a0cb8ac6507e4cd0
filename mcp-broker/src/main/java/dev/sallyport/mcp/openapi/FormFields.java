package dev.sallyport.mcp.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.mcp.openapi.RequestBody.Field;
import java.util.HashMap;
import java.util.Map;

/** Reads how the fields of a form are written. Source: OpenAPI 3.1, "Encoding Object". */
final class FormFields {
  private FormFields() {}

  /**
   * The fields of which something is said, by name.
   *
   * @param media what is said of the form
   * @param otherwise the reason if one is in a form that is not sent
   */
  static Map<String, Field> of(JsonNode media, Misfit otherwise) throws UnfitException {
    Map<String, Field> fields = new HashMap<>();
    for (var encoding : media.path("encoding").properties()) {
      var said = encoding.getValue();
      var style = said.path("style").asText("form");
      var type = MediaTypes.bare(said.path("contentType").asText(""));
      boolean exploded = said.path("explode").asBoolean(style.equals("form"));
      if (style.equals("deepObject")) {
        fields.put(encoding.getKey(), Field.DEEP_OBJECT);
      } else if (!style.equals("form") || !(type.isEmpty() || isSent(type))) {
        throw new UnfitException(otherwise);
      } else if (MediaTypes.isJson(type)) {
        fields.put(encoding.getKey(), Field.JSON);
      } else if (!exploded) {
        fields.put(encoding.getKey(), Field.COMMAS);
      }
    }
    return fields;
  }

  private static boolean isSent(String type) {
    return MediaTypes.isOne(type) && (MediaTypes.isJson(type) || MediaTypes.isText(type));
  }
}
