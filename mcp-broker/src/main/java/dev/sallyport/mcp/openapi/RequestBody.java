package dev.sallyport.mcp.openapi;

import java.util.Map;

/** In what form the body of a request is sent. */
sealed interface RequestBody {
  /** None. */
  record None() implements RequestBody {}

  /** As JSON. */
  record JsonBody(String mediaType) implements RequestBody {}

  /** As a text. */
  record TextBody(String mediaType) implements RequestBody {}

  /**
   * As the fields of a form.
   *
   * @param fields how they are written, by name, where that is said
   */
  record FormBody(Map<String, Field> fields) implements RequestBody {
    public FormBody {
      fields = Map.copyOf(fields);
    }
  }

  /**
   * As parts.
   *
   * @param types the media types of the parts, by name, where they are said
   */
  record PartsBody(Map<String, String> types) implements RequestBody {
    public PartsBody {
      types = Map.copyOf(types);
    }
  }

  /** How a field of a form is written. */
  enum Field {
    /** A list as several fields of the name; an object as JSON. */
    USUAL,
    /** A list as one field, with commas. */
    COMMAS,
    /** What is in an object or a list as {@code name[member]}. */
    DEEP_OBJECT,
    /** Whatever it is, as JSON. */
    JSON
  }
}
