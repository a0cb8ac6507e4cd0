package dev.sallyport.gateway.document;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Reads documents strictly: a field given twice, an alias, a tag, a number that is not finite and
 * anything nested deeper than {@value #MAX_DEPTH} are mistakes. A reader is for one thread.
 */
public final class DocumentReader {
  private static final int MAX_DEPTH = 64;
  private static final StreamReadConstraints CONSTRAINTS =
      StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build();

  private static final JsonFactory YAML_FACTORY =
      YAMLFactory.builder()
          .streamReadConstraints(CONSTRAINTS)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(YAMLParser.Feature.PARSE_BOOLEAN_LIKE_WORDS_AS_STRINGS)
          .build();
  private static final JsonFactory JSON_FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(CONSTRAINTS)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();

  /** Where the YAML parser saw the fault, in its own words; the last place is the nearest. */
  private static final Pattern MARK = Pattern.compile("line ([0-9]{1,9}), column");

  /** No octal, hexadecimal or underscore, which others would read differently. */
  private static final Pattern PLAIN = Pattern.compile("-?(0|[1-9][0-9]*)");

  private final String source;
  private final JsonParser parser;
  private Map<String, Integer> lines = new HashMap<>();

  private DocumentReader(String source, JsonParser parser) {
    this.source = source;
    this.parser = parser;
  }

  /**
   * Reads all documents of a YAML text. Empty documents are left out.
   *
   * @param source what to call the text in mistakes
   */
  public static List<Document> yaml(String source, String text) throws InvalidDocumentsException {
    return read(source, text, Format.YAML);
  }

  /** Reads the one value of a JSON text. */
  public static Document json(String source, String text) throws InvalidDocumentsException {
    var documents = read(source, text, Format.JSON);
    if (documents.size() != 1) {
      throw invalid(source, 1, "", "must be one JSON value");
    }
    return documents.getFirst();
  }

  private static List<Document> read(String source, String text, Format format)
      throws InvalidDocumentsException {
    var documents = new ArrayList<Document>();
    try (var parser = format.factory().createParser(text)) {
      var reader = new DocumentReader(source, parser);
      for (var token = parser.nextToken(); token != null; token = parser.nextToken()) {
        var document = reader.document();
        if (format == Format.JSON || !isEmpty(document.tree())) {
          documents.add(document);
        }
      }
    } catch (StreamConstraintsException e) {
      throw invalid(source, line(e), "", constraint(e));
    } catch (JsonProcessingException e) {
      throw invalid(source, line(e), "", problem(e, format));
    } catch (IOException _) {
      throw invalid(source, 1, "", "cannot be read");
    }
    return List.copyOf(documents);
  }

  private Document document() throws IOException, InvalidDocumentsException {
    lines = new HashMap<>();
    return new Document(source, value(""), lines);
  }

  /** Reads the value that the parser stands on. */
  private JsonNode value(String pointer) throws IOException, InvalidDocumentsException {
    var nodes = JsonNodeFactory.instance;
    lines.putIfAbsent(pointer, line());
    refuseYamlReferences(pointer);
    return switch (parser.currentToken()) {
      case START_OBJECT -> object(pointer);
      case START_ARRAY -> array(pointer);
      case VALUE_STRING -> nodes.textNode(parser.getText());
      case VALUE_TRUE, VALUE_FALSE -> nodes.booleanNode(parser.getBooleanValue());
      case VALUE_NULL -> nodes.nullNode();
      case VALUE_NUMBER_INT -> integer(pointer);
      case VALUE_NUMBER_FLOAT -> decimal(pointer);
      case NOT_AVAILABLE, END_OBJECT, END_ARRAY, FIELD_NAME, VALUE_EMBEDDED_OBJECT ->
          throw invalid(source, line(), pointer, "is not well formed");
    };
  }

  private JsonNode object(String pointer) throws IOException, InvalidDocumentsException {
    var object = JsonNodeFactory.instance.objectNode();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      var name = parser.currentName();
      var inner = pointer + "/" + name.replace("~", "~0").replace("/", "~1");
      lines.put(inner, line());
      parser.nextToken();
      object.set(name, value(inner));
    }
    return object;
  }

  private JsonNode array(String pointer) throws IOException, InvalidDocumentsException {
    var array = JsonNodeFactory.instance.arrayNode();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      array.add(value(pointer + "/" + array.size()));
    }
    return array;
  }

  private JsonNode integer(String pointer) throws IOException, InvalidDocumentsException {
    if (!PLAIN.matcher(parser.getText()).matches()) {
      throw invalid(
          source, line(), pointer, "write a number in plain digits, and a text in quotes");
    }
    return switch (parser.getNumberType()) {
      case INT -> JsonNodeFactory.instance.numberNode(parser.getIntValue());
      case LONG -> JsonNodeFactory.instance.numberNode(parser.getLongValue());
      case BIG_INTEGER, FLOAT, DOUBLE, BIG_DECIMAL ->
          throw invalid(source, line(), pointer, "is too large a number");
    };
  }

  private JsonNode decimal(String pointer) throws IOException, InvalidDocumentsException {
    if (parser.isNaN() || !Double.isFinite(parser.getDoubleValue())) {
      throw invalid(source, line(), pointer, "must be a finite number");
    }
    return JsonNodeFactory.instance.numberNode(parser.getDecimalValue());
  }

  private void refuseYamlReferences(String pointer) throws IOException, InvalidDocumentsException {
    if (!(parser instanceof YAMLParser yaml)) {
      return;
    }
    if (yaml.isCurrentAlias() || yaml.getObjectId() != null) {
      throw invalid(
          source, line(), pointer, "anchors and aliases are not taken; write the value out");
    }
    if (yaml.getTypeId() != null) {
      throw invalid(source, line(), pointer, "tags are not taken; write the plain value");
    }
  }

  private int line() {
    return Math.max(1, parser.currentTokenLocation().getLineNr());
  }

  private static boolean isEmpty(JsonNode tree) {
    return tree.isNull() || (tree.isTextual() && tree.asText().isEmpty());
  }

  private static int line(JsonProcessingException e) {
    int line = e.getLocation() == null ? 1 : e.getLocation().getLineNr();
    var marks = MARK.matcher(String.valueOf(e.getOriginalMessage()));
    while (marks.find()) {
      line = Integer.parseInt(marks.group(1));
    }
    return Math.max(1, line);
  }

  /** The parser's own words for this name its classes. */
  private static String constraint(StreamConstraintsException e) {
    return String.valueOf(e.getOriginalMessage()).contains("nesting depth")
        ? "is nested too deeply: at most " + MAX_DEPTH + " levels are taken"
        : "holds a number, a name or a text that is too long";
  }

  /** Quotes the parser for YAML alone, where it names the syntax at fault and hardly a value. */
  private static String problem(JsonProcessingException e, Format format) {
    var said = String.valueOf(e.getOriginalMessage()).lines().toList();
    if (!said.isEmpty() && said.getFirst().startsWith("Duplicate field")) {
      return said.getFirst().replace("Duplicate field", "the field is given twice:");
    }
    if (format == Format.JSON) {
      return "is not valid JSON";
    }
    var last =
        said.stream()
            .filter(line -> !line.isBlank() && !line.startsWith(" "))
            .reduce((_, later) -> later);
    return "is not valid YAML: " + last.map(DocumentReader::plain).orElse("it cannot be read");
  }

  /** What is most often the matter where the parser tells of its own state. */
  private static String plain(String said) {
    if (said.startsWith("expected <block end>, but found '<block ")) {
      return "the indentation does not fit the lines before it";
    }
    return said.startsWith("mapping values are not allowed here")
        ? "there is one colon too many; indent the line as its neighbours, and put a text with a"
            + " colon in quotes"
        : said;
  }

  private static InvalidDocumentsException invalid(
      String source, int line, String pointer, String problem) {
    return new InvalidDocumentsException(
        List.of(new DocumentMistake(source, line, pointer, problem)));
  }

  private enum Format {
    YAML,
    JSON;

    JsonFactory factory() {
      return switch (this) {
        case YAML -> YAML_FACTORY;
        case JSON -> JSON_FACTORY;
      };
    }
  }
}
