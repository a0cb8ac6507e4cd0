package dev.sallyport.mcp.openapi;

import dev.sallyport.mcp.openapi.RequestBody.Field;
import java.util.Map;

/**
 * One parameter of an operation.
 *
 * @param argument its name among the arguments of the tool
 * @param name its name in the request
 * @param style how its value is written
 * @param exploded whether the elements of a list or object are written one by one
 * @param fields of a whole query that is a form, how its fields are written, by name, where that is
 *     said; empty for any other
 */
record Parameter(
    String argument,
    Place place,
    String name,
    Style style,
    boolean exploded,
    Map<String, Field> fields) {
  Parameter {
    fields = Map.copyOf(fields);
  }

  Parameter(String argument, Place place, String name, Style style, boolean exploded) {
    this(argument, place, name, style, exploded, Map.of());
  }

  /** Whether a member that is written beside it would stand for it, or for a part of it. */
  boolean owns(String member) {
    return member.equals(name) || (style == Style.DEEP_OBJECT && DeepObject.isWithin(name, member));
  }

  /** Where it stands. */
  enum Place {
    PATH,
    QUERY,
    /** As the whole query. */
    QUERYSTRING,
    HEADER,
    COOKIE
  }

  /** How it is written. Source: OpenAPI 3.1, "Style Values"; RFC 6570. */
  enum Style {
    SIMPLE(","),
    /** In a path, a text whose slashes stand between segments: {@code x-multi-segment}. */
    SEGMENTS(""),
    /** In a path, after a dot. */
    LABEL("."),
    /** In a path, after a semicolon and its name. */
    MATRIX(";"),
    FORM(","),
    SPACE_DELIMITED("%20"),
    PIPE_DELIMITED("%7C"),
    DEEP_OBJECT(""),
    /** In a cookie, not encoded. */
    COOKIE(""),
    /** As JSON, since its content is of that media type. */
    JSON(""),
    /** As a text, since its content is one. */
    TEXT(""),
    /** As the fields of a form, since its content is of that media type. */
    FIELDS("");

    private final String delimiter;

    Style(String delimiter) {
      this.delimiter = delimiter;
    }

    /** What stands between the elements of a list in a query. */
    String delimiter() {
      return delimiter;
    }
  }
}
