package dev.sallyport.llm.openai;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.sallyport.llm.spi.LeftOut;
import dev.sallyport.llm.spi.MalformedReplyException;
import dev.sallyport.llm.spi.Quirks.Counting;
import dev.sallyport.llm.spi.Served;
import dev.sallyport.llm.spi.WireJson;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What an answer says of itself, found in one pass without a tree. */
final class ReplyLook {
  private @Nullable String model;
  private @Nullable String finishReason;
  private @Nullable String serviceTier;
  private JsonNode usage = MissingNode.getInstance();
  private int choices;
  private int data;
  private boolean failed;
  private boolean speaksForUs;

  private ReplyLook() {}

  static ReplyLook at(byte[] body) throws MalformedReplyException {
    var look = new ReplyLook();
    try (var parser = WireJson.lookAt(body)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new MalformedReplyException("not an object");
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        look.field(parser, parser.currentName());
      }
      if (parser.nextToken() != null) {
        throw new MalformedReplyException("more than an object");
      }
      return look;
    } catch (IOException _) {
      throw new MalformedReplyException("not JSON");
    }
  }

  private void field(JsonParser parser, String name) throws IOException {
    var token = parser.nextToken();
    switch (name) {
      case "model" -> model = token == JsonToken.VALUE_STRING ? parser.getText() : null;
      case "service_tier" ->
          serviceTier = token == JsonToken.VALUE_STRING ? parser.getText() : null;
      case "usage" -> usage = parser.readValueAsTree();
      case LeftOut.BESIDE -> speaksForUs = true;
      case "error" -> failed = token != JsonToken.VALUE_NULL;
      case "choices" -> {
        if (token == JsonToken.START_ARRAY) {
          choices(parser);
        }
      }
      case "data" -> {
        if (token == JsonToken.START_ARRAY) {
          data(parser);
        }
      }
      default -> {}
    }
    parser.skipChildren();
  }

  private void choices(JsonParser parser) throws IOException {
    while (parser.nextToken() == JsonToken.START_OBJECT) {
      choices++;
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        var name = parser.currentName();
        var token = parser.nextToken();
        if (name.equals("finish_reason") && token == JsonToken.VALUE_STRING) {
          finishReason = parser.getText();
        }
        parser.skipChildren();
      }
    }
  }

  private void data(JsonParser parser) throws IOException {
    while (parser.nextToken() == JsonToken.START_OBJECT) {
      data++;
      parser.skipChildren();
    }
  }

  /** How many embeddings there are. */
  int data() {
    return data;
  }

  Optional<String> model() {
    return Optional.ofNullable(model);
  }

  JsonNode usage() {
    return usage;
  }

  int choices() {
    return choices;
  }

  boolean failed() {
    return failed;
  }

  /** Whether it has a member that only the gateway is to say. */
  boolean speaksForUs() {
    return speaksForUs;
  }

  Served served(Counting counting) {
    return new Served(
        model(),
        Optional.ofNullable(finishReason),
        Counts.read(usage, counting),
        Optional.ofNullable(serviceTier));
  }
}
