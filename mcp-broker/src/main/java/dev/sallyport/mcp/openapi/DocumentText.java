package dev.sallyport.mcp.openapi;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.util.JsonParserDelegate;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import dev.sallyport.mcp.wire.Json;
import dev.sallyport.mcp.wire.MalformedJsonException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;

/**
 * Reads the text of a document, in JSON or YAML, strictly: a name given twice, a YAML anchor, alias
 * or tag, a number in any other form than JSON's, a second document and anything nested deeper than
 * {@value #MAX_DEPTH} are mistakes.
 */
final class DocumentText {
  /** The largest text, in bytes: GitHub describes its API in 13 MB. */
  static final int MAX_BYTES = 16 * 1_024 * 1_024;

  /** The longest line of YAML, in characters: its parser takes the square of that in time. */
  static final int MAX_LINE = 256 * 1_024;

  static final int MAX_DEPTH = 100;

  private static final StreamReadConstraints CONSTRAINTS =
      StreamReadConstraints.builder()
          .maxNestingDepth(MAX_DEPTH)
          .maxNumberLength(1_000)
          .maxStringLength(MAX_BYTES)
          .build();
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(CONSTRAINTS)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();
  private static final JsonFactory YAML =
      YAMLFactory.builder()
          .loaderOptions(yamlBounds())
          .streamReadConstraints(CONSTRAINTS)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(YAMLParser.Feature.PARSE_BOOLEAN_LIKE_WORDS_AS_STRINGS)
          .build();
  private static final JsonMapper TREES =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.USE_BIG_INTEGER_FOR_INTS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();
  private static final Pattern WHOLE = Pattern.compile("-?(0|[1-9][0-9]*)");

  /** Where the YAML parser saw the fault, in its own words; the last place is the nearest. */
  private static final Pattern MARK = Pattern.compile("line ([0-9]{1,9}), column");

  private DocumentText() {}

  static ObjectNode read(byte[] bytes) throws InvalidDocumentException {
    if (bytes.length > MAX_BYTES) {
      throw new InvalidDocumentException(
          "", "is larger than %d MiB".formatted(MAX_BYTES / 1_024 / 1_024));
    }
    var text = decoded(bytes);
    boolean json = text.stripLeading().startsWith("{");
    if (!json) {
      requireShortLines(text);
    }
    try (var parser = parser(text, json)) {
      JsonNode tree = TREES.readTree(parser);
      if (tree == null || parser.nextToken() != null) {
        throw new InvalidDocumentException("", "must be one document");
      }
      return normal(tree);
    } catch (JsonProcessingException e) {
      throw new InvalidDocumentException("", problem(e, json));
    } catch (IOException _) {
      throw new InvalidDocumentException("", "cannot be read");
    }
  }

  /**
   * On which line of a text, from 1, something stands that was read from it.
   *
   * @param pointer where it is, as a JSON pointer
   * @return empty if nothing is there
   */
  static OptionalInt line(byte[] bytes, String pointer) {
    try {
      var text = decoded(bytes);
      try (var parser = parser(text, text.stripLeading().startsWith("{"))) {
        while (parser.nextToken() != null) {
          if (parser.getParsingContext().pathAsPointer().toString().equals(pointer)) {
            return OptionalInt.of(parser.currentTokenLocation().getLineNr());
          }
        }
      }
    } catch (IOException | InvalidDocumentException _) {
      return OptionalInt.empty(); // not what was read any more
    }
    return OptionalInt.empty();
  }

  private static void requireShortLines(String text) throws InvalidDocumentException {
    int line = 1;
    int begin = 0;
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) == '\n') {
        line++;
        begin = i + 1;
      } else if (i - begin == MAX_LINE) {
        throw new InvalidDocumentException(
            "",
            "line %d: is longer than %d KiB; a document in JSON may have such a line"
                .formatted(line, MAX_LINE / 1_024));
      }
    }
  }

  private static LoaderOptions yamlBounds() {
    var bounds = new LoaderOptions();
    bounds.setCodePointLimit(MAX_BYTES);
    return bounds;
  }

  /** The same tree as it would have been read from JSON that was sent. */
  static ObjectNode normal(JsonNode tree) throws InvalidDocumentException {
    try {
      if (Json.parseResult(Json.bytes(tree)) instanceof ObjectNode object) {
        return object;
      }
    } catch (MalformedJsonException | IllegalArgumentException _) {
      throw new InvalidDocumentException("", "holds a value that JSON does not have");
    }
    throw new InvalidDocumentException("", "must be an object, which begins with openapi: 3.…");
  }

  private static JsonParser parser(String text, boolean json) throws IOException {
    return json ? JSON.createParser(text) : new PlainYaml((YAMLParser) YAML.createParser(text));
  }

  private static String decoded(byte[] bytes) throws InvalidDocumentException {
    try {
      var text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return text.startsWith("\uFEFF") ? text.substring(1) : text;
    } catch (CharacterCodingException _) {
      throw new InvalidDocumentException("", "is not text in UTF-8");
    }
  }

  private static String problem(JsonProcessingException e, boolean json) {
    int line = e.getLocation() == null ? 1 : e.getLocation().getLineNr();
    var said = String.valueOf(e.getOriginalMessage());
    var marks = MARK.matcher(said);
    while (marks.find()) {
      line = Integer.parseInt(marks.group(1));
    }
    var what =
        switch (e) {
          case PlainYaml.RefusedException refused -> refused.getOriginalMessage();
          case JsonProcessingException _ when said.startsWith("Duplicate field") ->
              said.lines().findFirst().orElse("").replace("Duplicate field", "is given twice:");
          default -> json ? "is not valid JSON" : "is not valid YAML";
        };
    return "line %d: %s".formatted(Math.max(1, line), what);
  }

  /** YAML that says no more than JSON could. */
  private static final class PlainYaml extends JsonParserDelegate {
    private final YAMLParser yaml;

    PlainYaml(YAMLParser yaml) {
      super(yaml);
      this.yaml = yaml;
    }

    @Override
    public @Nullable JsonToken nextToken() throws IOException {
      var token = super.nextToken();
      if (yaml.isCurrentAlias() || yaml.getObjectId() != null) {
        throw refused("anchors and aliases are not taken; write the value out");
      }
      if (yaml.getTypeId() != null) {
        throw refused("tags are not taken; write the plain value");
      }
      if (token == JsonToken.VALUE_NUMBER_INT && !WHOLE.matcher(yaml.getText()).matches()) {
        throw refused("write a number in plain digits, and a text in quotes");
      }
      return token;
    }

    private RefusedException refused(String problem) {
      return new RefusedException(yaml, problem);
    }

    private static final class RefusedException extends JsonParseException {
      private static final long serialVersionUID = 1L;

      RefusedException(JsonParser at, String problem) {
        super(at, problem);
      }
    }
  }
}
