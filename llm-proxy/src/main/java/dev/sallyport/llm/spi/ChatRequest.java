package dev.sallyport.llm.spi;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;

/**
 * A request in OpenAI's chat form: the bytes as they came and the one tree read from them. It
 * remembers where the values stand that may have to be changed, so that all else goes on as it
 * came.
 */
public final class ChatRequest {
  private static final String USAGE = "\"stream_options\":{\"include_usage\":true},";

  private static final byte BYTE_ORDER_MARK = (byte) 0xEF;

  private final byte[] bytes;
  private final ObjectNode tree;
  private final int opening;
  private final Span model;
  private final Span streamOptions;
  private final Span maxCompletionTokens;

  private ChatRequest(byte[] bytes, ObjectNode tree, Scan scan) {
    this.bytes = bytes;
    this.tree = tree;
    this.opening = scan.opening;
    this.model = scan.model;
    this.streamOptions = scan.streamOptions;
    this.maxCompletionTokens = scan.maxCompletionTokens;
  }

  /**
   * Reads a request.
   *
   * @param bytes not copied: never changed after this
   * @throws Refusal with MALFORMED_REQUEST, saying what to mend
   */
  public static ChatRequest parse(byte[] bytes) {
    var tree = JsonNodeFactory.instance.objectNode();
    var scan = new Scan();
    try (var parser = WireJson.MAPPER.createParser(bytes)) {
      scan.read(parser, tree);
    } catch (JsonProcessingException e) {
      var at = e.getLocation();
      throw malformed(
          at == null
              ? "The body is not valid JSON."
              : "The body is not valid JSON, or repeats a key, at line %d, column %d."
                  .formatted(at.getLineNr(), at.getColumnNr()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    RequestRules.check(tree);
    if (scan.model.start < 0 || bytes[0] == BYTE_ORDER_MARK) {
      throw malformed("The body must be UTF-8 without a byte order mark.");
    }
    return new ChatRequest(bytes, tree, scan);
  }

  /** A request that was made here. */
  public static ChatRequest of(ObjectNode tree) {
    return parse(WireJson.bytes(tree));
  }

  /** The bytes as they came. Not to be changed. */
  public byte[] bytes() {
    return bytes;
  }

  /** The tree read from the bytes. Not to be changed. */
  public ObjectNode tree() {
    return tree;
  }

  /** The alias asked for. */
  public String model() {
    return tree.path("model").textValue();
  }

  /** Whether the answer is to be streamed. */
  public boolean streamed() {
    return tree.path("stream").booleanValue();
  }

  /** Whether a streamed answer is to end with a chunk that tells its usage. */
  public boolean usageAsked() {
    return tree.path("stream_options").path("include_usage").booleanValue();
  }

  /** Whether the caller would rather be refused than have a parameter left out. */
  public boolean requireParameters() {
    return tree.path("provider").path("require_parameters").booleanValue();
  }

  /** Whether the caller said how many tokens the answer may have. */
  public boolean limited() {
    return tree.path("max_completion_tokens").isNumber() || tree.path("max_tokens").isNumber();
  }

  /**
   * The bytes for an upstream: as they came, but for the model, the report of usage, and the limit.
   *
   * @param limit how many tokens the answer may have where the caller does not say, if any
   */
  public byte[] bytesFor(String upstreamModel, OptionalInt limit) {
    var added = new StringBuilder();
    var edits = new ArrayList<Edit>();
    edits.add(new Edit(model, WireJson.bytes(JsonNodeFactory.instance.textNode(upstreamModel))));
    if (streamed() && !usageAsked()) {
      if (streamOptions.start < 0) {
        added.append(USAGE);
      } else {
        edits.add(new Edit(streamOptions, optionsWithUsage()));
      }
    }
    if (limit.isPresent() && !limited()) {
      if (maxCompletionTokens.start < 0) {
        added.append("\"max_completion_tokens\":").append(limit.getAsInt()).append(',');
      } else {
        edits.add(new Edit(maxCompletionTokens, ascii(String.valueOf(limit.getAsInt()))));
      }
    }
    edits.add(new Edit(new Span(opening + 1, opening + 1), ascii(added.toString())));
    return edited(edits);
  }

  private byte[] edited(List<Edit> edits) {
    edits.sort(Comparator.comparingInt(edit -> edit.span.start));
    int more = edits.stream().mapToInt(edit -> edit.value.length).sum();
    var out = new ByteArrayOutputStream(bytes.length + more);
    int from = 0;
    for (var edit : edits) {
      out.write(bytes, from, edit.span.start - from);
      out.writeBytes(edit.value);
      from = edit.span.end;
    }
    out.write(bytes, from, bytes.length - from);
    return out.toByteArray();
  }

  private byte[] optionsWithUsage() {
    var options =
        tree.path("stream_options") instanceof ObjectNode given
            ? given.deepCopy()
            : JsonNodeFactory.instance.objectNode();
    return WireJson.bytes(options.put("include_usage", true));
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  static Refusal malformed(String advice) {
    return new Refusal(RefusalCode.MALFORMED_REQUEST, advice);
  }

  /** Where a value stands among the bytes; starts below zero if there is none. */
  private record Span(int start, int end) {
    static final Span NONE = new Span(-1, -1);
  }

  /** What stands in the place of a span. */
  @SuppressWarnings("ArrayRecordComponent") // handed over once, compared by no one
  private record Edit(Span span, byte[] value) {}

  /** Reads the top of the tree by hand, to see where values stand. */
  private static final class Scan {
    private int opening = -1;
    private Span model = Span.NONE;
    private Span streamOptions = Span.NONE;
    private Span maxCompletionTokens = Span.NONE;

    void read(JsonParser parser, ObjectNode into) throws IOException {
      var first = parser.nextToken();
      if (first != JsonToken.START_OBJECT) {
        throw malformed(first == null ? "The body is empty." : "The body must be one JSON object.");
      }
      opening = (int) parser.currentTokenLocation().getByteOffset();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        var name = parser.currentName();
        parser.nextToken();
        long start = parser.currentTokenLocation().getByteOffset();
        JsonNode value = WireJson.MAPPER.readTree(parser);
        into.set(name, value);
        var span = new Span((int) start, (int) parser.currentLocation().getByteOffset());
        switch (name) {
          case "model" -> model = span;
          case "stream_options" -> streamOptions = span;
          case "max_completion_tokens" -> maxCompletionTokens = span;
          default -> {}
        }
      }
      if (parser.nextToken() != null) {
        throw malformed("The body must be one JSON object, and nothing after it.");
      }
    }
  }
}
