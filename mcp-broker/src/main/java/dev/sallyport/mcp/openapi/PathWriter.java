package dev.sallyport.mcp.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.mcp.openapi.Parameter.Style;
import dev.sallyport.mcp.openapi.PathTemplate.PathValue;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** Writes the values in the path of one request. Source: OpenAPI 3.1, "Style Values"; RFC 6570. */
final class PathWriter {
  /** The most segments of one value. */
  static final int MAX_SEGMENTS = 128;

  private final MemberNames names;

  /**
   * A writer.
   *
   * @param parameters all of the operation
   */
  PathWriter(List<Parameter> parameters) {
    this.names = new MemberNames(parameters);
  }

  /**
   * The value of a parameter, as its style has it.
   *
   * @throws UnfitArgumentException if it cannot be a part of one segment
   */
  PathValue value(Parameter parameter, JsonNode value) {
    var argument = parameter.argument();
    var items = SimpleList.of(parameter, value);
    if (items.isEmpty()) {
      throw new UnfitArgumentException(argument, "is empty, and stands in a path");
    }
    boolean dotted = parameter.style() == Style.LABEL && parameter.exploded();
    if (dotted && value.isContainerNode()) {
      items.forEach(item -> item.forEach(piece -> requireNoDot(argument, piece)));
    }
    if (parameter.style() == Style.SEGMENTS) {
      var text = ScalarText.of(argument, value);
      return new PathValue(argument, text, segments(argument, text), true);
    }
    for (var item : items) {
      item.forEach(piece -> PathTemplate.requireOneSegment(argument, piece));
      if (item.size() > 1 && parameter.style() == Style.MATRIX) {
        names.take(parameter, item.getFirst());
      }
    }
    return new PathValue(
        argument,
        text(parameter, items, UnaryOperator.identity()),
        text(parameter, items, ScalarText::encoded),
        false);
  }

  /** The text with its slashes, and everything between two of them encoded. */
  private static String segments(String argument, String text) {
    var encoded = new ArrayList<String>();
    for (var segment : text.split("/", -1)) {
      encoded.add(ScalarText.encoded(PathTemplate.requireOneSegment(argument, segment)));
    }
    if (encoded.size() > MAX_SEGMENTS) {
      throw new UnfitArgumentException(
          argument, "has more than %d segments".formatted(MAX_SEGMENTS));
    }
    return String.join("/", encoded);
  }

  private static void requireNoDot(String argument, String piece) {
    if (piece.contains(".")) {
      throw new UnfitArgumentException(argument, "holds a dot, which would begin another item");
    }
  }

  private static String text(
      Parameter parameter, List<List<String>> items, UnaryOperator<String> encoding) {
    var texts = new ArrayList<String>();
    for (var item : items) {
      texts.add(String.join("=", item.stream().map(encoding).toList()));
    }
    return switch (parameter.style()) {
      case LABEL -> "." + String.join(parameter.exploded() ? "." : ",", texts);
      case MATRIX -> matrix(parameter, items, texts, encoding.apply(parameter.name()));
      case SIMPLE,
          SEGMENTS,
          FORM,
          SPACE_DELIMITED,
          PIPE_DELIMITED,
          DEEP_OBJECT,
          COOKIE,
          JSON,
          TEXT,
          FIELDS ->
          String.join(",", texts);
    };
  }

  /** Each value after the name of its parameter, but for members, which have names of their own. */
  private static String matrix(
      Parameter parameter, List<List<String>> items, List<String> texts, String name) {
    if (!parameter.exploded()) {
      return ";" + name + "=" + String.join(",", texts);
    }
    var pairs = new StringBuilder();
    for (int i = 0; i < texts.size(); i++) {
      pairs.append(';').append(items.get(i).size() > 1 ? "" : name + "=").append(texts.get(i));
    }
    return pairs.toString();
  }
}
