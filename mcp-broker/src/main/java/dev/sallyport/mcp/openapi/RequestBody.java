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

  /** As bytes, which are given in base64. */
  record BytesBody(String mediaType) implements RequestBody {}

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
   * @param types the media types of the parts, by name, where they are said; of each file
   * @param files how the parts that are files are sent, by name
   */
  record PartsBody(Map<String, String> types, Map<String, File> files) implements RequestBody {
    public PartsBody {
      types = Map.copyOf(types);
      files = Map.copyOf(files);
    }

    /** How a file is sent that was given in base64. */
    enum File {
      /** As its bytes. */
      BYTES,
      /** As it was given, which a header of the part says. */
      BASE64
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
