package dev.sallyport.mcp.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.identity.digest.Sha256;
import dev.sallyport.mcp.openapi.RequestBody.Field;
import dev.sallyport.mcp.openapi.RequestBody.FormBody;
import dev.sallyport.mcp.openapi.RequestBody.JsonBody;
import dev.sallyport.mcp.openapi.RequestBody.None;
import dev.sallyport.mcp.openapi.RequestBody.PartsBody;
import dev.sallyport.mcp.openapi.RequestBody.TextBody;
import dev.sallyport.mcp.wire.Json;
import java.io.ByteArrayOutputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Writes the body of one request. */
final class BodyWriter {
  private static final String ARGUMENT = ParameterReader.BODY;
  private static final String CRLF = "\r\n";

  private BodyWriter() {}

  /** A body, and what it is. */
  @SuppressWarnings("ArrayRecordComponent") // made once, compared by no one
  record Written(String mediaType, byte[] bytes) {}

  /** The body; empty if there is none. */
  static Optional<Written> write(RequestBody form, Optional<JsonNode> value) {
    return value.flatMap(given ->
        switch (form) {
          case None() -> Optional.empty();
          case JsonBody(var type) -> Optional.of(new Written(type, Json.bytes(given)));
          case TextBody(var type) ->
              Optional.of(
                  new Written(type + "; charset=utf-8", utf8(ScalarText.of(ARGUMENT, given))));
          case FormBody(var fields) ->
              Optional.of(new Written("application/x-www-form-urlencoded", form(fields, given)));
          case PartsBody(var types) -> Optional.of(parts(types, given));
        });
  }

  private static byte[] form(Map<String, Field> fields, JsonNode value) {
    requireObject(value);
    var pairs = new ArrayList<String>();
    for (var member : value.properties()) {
      var name = member.getKey();
      var given = member.getValue();
      requireFree(fields, name);
      switch (fields.getOrDefault(name, Field.USUAL)) {
        case JSON -> pairs.add(pair(name, json(given)));
        case COMMAS -> pairs.add(encoded(name) + "=" + commas(given));
        case DEEP_OBJECT ->
            DeepObject.of(ARGUMENT, name, given)
                .forEach(field -> pairs.add(pair(field.name(), field.value())));
        case USUAL -> items(given).forEach(item -> pairs.add(pair(name, textOrJson(item))));
      }
    }
    return utf8(String.join("&", pairs));
  }

  private static void requireFree(Map<String, Field> fields, String name) {
    for (var field : fields.entrySet()) {
      if (field.getValue() == Field.DEEP_OBJECT && DeepObject.isWithin(field.getKey(), name)) {
        throw new UnfitArgumentException(
            ARGUMENT, "holds a field that would stand for a part of another");
      }
    }
  }

  private static String commas(JsonNode value) {
    if (!value.isArray()) {
      return encoded(ScalarText.of(ARGUMENT, value));
    }
    var items = new ArrayList<String>();
    value.forEach(item -> items.add(encoded(ScalarText.of(ARGUMENT, item))));
    return String.join(",", items);
  }

  /** The values of the fields of one name; none for null. */
  private static List<JsonNode> items(JsonNode value) {
    if (value.isNull()) {
      return List.of();
    }
    if (!value.isArray()) {
      return List.of(value);
    }
    var items = new ArrayList<JsonNode>();
    value.forEach(items::add);
    return items;
  }

  private static String textOrJson(JsonNode value) {
    return value.isContainerNode() ? json(value) : ScalarText.of(ARGUMENT, value);
  }

  private static Written parts(Map<String, String> types, JsonNode value) {
    requireObject(value);
    var boundary = "sallyport-" + Sha256.hex(Json.bytes(value));
    var out = new ByteArrayOutputStream();
    for (var member : value.properties()) {
      var type = types.getOrDefault(member.getKey(), "");
      if (MediaTypes.isJson(type)) {
        part(out, boundary, member.getKey(), type, json(member.getValue()));
        continue;
      }
      for (var item : items(member.getValue())) {
        var usual = item.isContainerNode() ? "application/json" : "text/plain; charset=utf-8";
        part(out, boundary, member.getKey(), type.isEmpty() ? usual : type, textOrJson(item));
      }
    }
    out.writeBytes(utf8("--" + boundary + "--" + CRLF));
    return new Written("multipart/form-data; boundary=" + boundary, out.toByteArray());
  }

  private static void part(
      ByteArrayOutputStream out, String boundary, String name, String type, String text) {
    if (text.contains(boundary)) {
      throw new UnfitArgumentException(ARGUMENT, "holds what separates its parts");
    }
    out.writeBytes(
        utf8(
            "--%s%sContent-Disposition: form-data; name=\"%s\"%sContent-Type: %s%s%s"
                .formatted(boundary, CRLF, quoted(name), CRLF, type, CRLF, CRLF)));
    out.writeBytes(utf8(text));
    out.writeBytes(utf8(CRLF));
  }

  /** Source: HTML, "Multipart form data". */
  private static String quoted(String name) {
    return name.replace("\"", "%22").replace("\r", "%0D").replace("\n", "%0A");
  }

  private static void requireObject(JsonNode value) {
    if (!value.isObject()) {
      throw new UnfitArgumentException(ARGUMENT, "must be an object");
    }
  }

  private static String pair(String name, String value) {
    return encoded(name) + "=" + encoded(value);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private static String json(JsonNode value) {
    return new String(Json.bytes(value), StandardCharsets.UTF_8);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
