package dev.sallyport.llm.openai;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.llm.spi.LeftOut;
import dev.sallyport.llm.spi.MalformedReplyException;
import dev.sallyport.llm.spi.WireJson;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a chunk of a stream says of the answer, found in one pass and without a tree. */
final class ChunkLook {
  private static final Set<String> NOT_SAID = Set.of("role", "name", "id", "index", "type");

  private String model = "";
  private @Nullable String serviceTier;
  private JsonNode usage = MissingNode.getInstance();
  private final List<Choice> choices = new ArrayList<>(1);
  private boolean failed;
  private boolean speaksForUs;

  private ChunkLook() {}

  /**
   * What a chunk says of one of the answers that were asked for.
   *
   * @param finishReason why the answer ends here; empty if it does not
   * @param said how much it holds beside who speaks
   */
  record Choice(int index, String finishReason, long said) {}

  /** Of a chunk that is passed on as it came. */
  static ChunkLook at(byte[] chunk) throws MalformedReplyException {
    try (var parser = WireJson.lookAt(chunk)) {
      var look = of(parser);
      if (parser.nextToken() != null) {
        throw new MalformedReplyException("more than an object");
      }
      return look;
    } catch (IOException _) {
      throw new MalformedReplyException("not JSON");
    }
  }

  /** Of a chunk that is a tree already. */
  static ChunkLook at(ObjectNode chunk) throws MalformedReplyException {
    try (var parser = WireJson.MAPPER.treeAsTokens(chunk)) {
      return of(parser);
    } catch (IOException _) {
      throw new MalformedReplyException("not JSON");
    }
  }

  private static ChunkLook of(JsonParser parser) throws IOException, MalformedReplyException {
    if (parser.nextToken() != JsonToken.START_OBJECT) {
      throw new MalformedReplyException("not an object");
    }
    var look = new ChunkLook();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      look.field(parser, parser.currentName());
    }
    return look;
  }

  private void field(JsonParser parser, String name) throws IOException {
    var token = parser.nextToken();
    switch (name) {
      case "model" -> model = text(parser, token);
      case "service_tier" ->
          serviceTier = token == JsonToken.VALUE_STRING ? parser.getText() : null;
      case "usage" ->
          usage = token == JsonToken.VALUE_NULL ? MissingNode.getInstance() : tree(parser);
      case LeftOut.BESIDE -> speaksForUs = true;
      case "error" -> failed = token != JsonToken.VALUE_NULL;
      case "choices" -> {
        if (token == JsonToken.START_ARRAY) {
          choices(parser);
        }
      }
      default -> {}
    }
    parser.skipChildren();
  }

  private void choices(JsonParser parser) throws IOException {
    for (var token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
      choices.add(token == JsonToken.START_OBJECT ? choice(parser) : new Choice(0, "", 0));
      parser.skipChildren();
    }
  }

  private static Choice choice(JsonParser parser) throws IOException {
    int index = 0;
    var finishReason = "";
    long said = 0;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      var name = parser.currentName();
      var token = parser.nextToken();
      switch (name) {
        case "index" -> index = parser.getValueAsInt(0);
        case "finish_reason" -> finishReason = text(parser, token);
        case "delta" -> said = token == JsonToken.START_OBJECT ? said(parser) : 0;
        default -> {}
      }
      parser.skipChildren();
    }
    return new Choice(index, finishReason, said);
  }

  private static long said(JsonParser parser) throws IOException {
    long said = 0;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      boolean counts = !NOT_SAID.contains(parser.currentName());
      var token = parser.nextToken();
      if (counts && token.isStructStart()) {
        var value = tree(parser);
        said += value.isEmpty() ? 0 : value.toString().length();
      } else if (counts && token != JsonToken.VALUE_NULL) {
        said += parser.getTextLength();
      }
      parser.skipChildren();
    }
    return said;
  }

  private static JsonNode tree(JsonParser parser) throws IOException {
    return parser.readValueAsTree();
  }

  private static String text(JsonParser parser, JsonToken token) throws IOException {
    return token.isScalarValue() && token != JsonToken.VALUE_NULL ? parser.getText() : "";
  }

  /** The model that answers; empty if it says none. */
  String model() {
    return model;
  }

  Optional<String> serviceTier() {
    return Optional.ofNullable(serviceTier);
  }

  JsonNode usage() {
    return usage;
  }

  List<Choice> choices() {
    return choices;
  }

  boolean failed() {
    return failed;
  }

  /** Whether it has a member that only the gateway is to say. */
  boolean speaksForUs() {
    return speaksForUs;
  }
}
