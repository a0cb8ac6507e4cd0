package dev.sallyport.mcp.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.mcp.openapi.RequestBody.BytesBody;
import dev.sallyport.mcp.openapi.RequestBody.FormBody;
import dev.sallyport.mcp.openapi.RequestBody.JsonBody;
import dev.sallyport.mcp.openapi.RequestBody.None;
import dev.sallyport.mcp.openapi.RequestBody.PartsBody;
import dev.sallyport.mcp.openapi.RequestBody.TextBody;
import dev.sallyport.mcp.wire.Json;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Writes the body of one request. */
final class BodyWriter {
  private static final String ARGUMENT = ParameterReader.BODY;

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
          case BytesBody(var type) ->
              Optional.of(new Written(type, new FileBytes(ARGUMENT).of(given)));
          case FormBody(var fields) ->
              Optional.of(
                  new Written(
                      "application/x-www-form-urlencoded",
                      utf8(new FormWriter(ARGUMENT, fields).write(given))));
          case PartsBody parts -> Optional.of(parts(new PartsWriter(parts, given)));
        });
  }

  private static Written parts(PartsWriter writer) {
    return new Written(writer.mediaType(), writer.write());
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
