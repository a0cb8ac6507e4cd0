package dev.sallyport.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.mcp.definition.HeaderAnnotation;
import dev.sallyport.mcp.wire.HeaderText;
import java.math.BigDecimal;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The arguments of a tool that stand in headers, too: those whose schema says {@code x-mcp-header}.
 * Source: MCP 2026-07-28, Transports, Custom Headers from Tool Parameters.
 */
final class MirroredParams {
  private MirroredParams() {}

  /** What has to stand in headers, by the names that follow {@code Mcp-Param-}. */
  static Map<String, String> of(JsonNode inputSchema, ObjectNode arguments) {
    Map<String, String> mirrored = Map.of();
    for (var annotation : HeaderAnnotation.of(inputSchema)) {
      var value = annotation.in(arguments);
      if (value.isValueNode() && !value.isNull()) {
        mirrored = mirrored.isEmpty() ? new TreeMap<>() : mirrored;
        mirrored.put(annotation.header(), value.asText());
      }
    }
    return mirrored;
  }

  /**
   * Makes sure that headers say what the arguments say.
   *
   * @param headers by the lower-case names that follow {@code mcp-param-}
   * @throws Refusal with HEADER_MISMATCH if one does not, is missing, or is too many
   */
  static void require(JsonNode inputSchema, ObjectNode arguments, Map<String, String> headers) {
    for (var annotation : HeaderAnnotation.of(inputSchema)) {
      var name = annotation.header();
      var said = Optional.ofNullable(headers.get(name.toLowerCase(Locale.ROOT)));
      if (!says(said, annotation.in(arguments))) {
        throw new Refusal(
            RefusalCode.HEADER_MISMATCH,
            "Repeat in the header Mcp-Param-" + name + " just what the argument says.");
      }
    }
  }

  private static boolean says(Optional<String> header, JsonNode value) {
    if (!value.isValueNode() || value.isNull()) {
      return header.isEmpty();
    }
    return header.flatMap(HeaderText::decode).filter(text -> isSame(text, value)).isPresent();
  }

  /** Numbers are the same that are equal. */
  private static boolean isSame(String text, JsonNode value) {
    if (!value.isNumber()) {
      return text.equals(value.asText());
    }
    try {
      return new BigDecimal(text).compareTo(value.decimalValue()) == 0;
    } catch (NumberFormatException _) {
      return false;
    }
  }
}
