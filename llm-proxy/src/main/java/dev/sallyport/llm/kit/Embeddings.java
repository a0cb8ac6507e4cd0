package dev.sallyport.llm.kit;

import static dev.sallyport.llm.kit.Objection.require;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** OpenAI's embeddings. */
final class Embeddings {
  static final int DIMENSIONS = 8;
  private static final int MOST_INPUTS = 2_048;
  private static final int MOST_DIMENSIONS = 4_096;

  private Embeddings() {}

  static Played answer(Received request) {
    var body = request.json();
    require(body.path("model").isTextual(), "model: field required");
    var inputs = inputs(body.path("input"));
    require(!inputs.isEmpty() && inputs.size() <= MOST_INPUTS, "input: 1 to 2048 texts");
    int dimensions = body.path("dimensions").asInt(DIMENSIONS);
    require(dimensions >= 1 && dimensions <= MOST_DIMENSIONS, "dimensions: 1 to 4096");
    var format = body.path("encoding_format").asText("float");
    require(format.equals("float") || format.equals("base64"), "encoding_format");
    var answer = Trees.object().put("object", "list");
    var data = answer.putArray("data");
    long tokens = 0;
    for (int i = 0; i < inputs.size(); i++) {
      var vector = vector(inputs.get(i), dimensions);
      var entry = data.addObject().put("object", "embedding").put("index", i);
      if (format.equals("base64")) {
        entry.put("embedding", base64(vector));
      } else {
        var _ = numbers(entry.putArray("embedding"), vector);
      }
      tokens += Trees.tokens(inputs.get(i).toString().getBytes(StandardCharsets.UTF_8));
    }
    answer.put("model", body.path("model").asText());
    answer.putObject("usage").put("prompt_tokens", tokens).put("total_tokens", tokens);
    return Pieces.json(answer, new Usage(tokens, 0, 0, 0, 0));
  }

  /** A text, texts, tokens, or lists of tokens. */
  private static List<JsonNode> inputs(JsonNode input) {
    var inputs = new ArrayList<JsonNode>();
    if (input.isTextual() || input.path(0).isNumber()) {
      inputs.add(input);
    } else {
      input.forEach(inputs::add);
    }
    inputs.forEach(one -> require(!one.isNull() && !one.toString().equals("\"\""), "input: empty"));
    return inputs;
  }

  /** The same for the same input, of length 1. */
  static float[] vector(JsonNode input, int dimensions) {
    var vector = new float[dimensions];
    int seed = input.toString().hashCode();
    double square = 0;
    for (int i = 0; i < dimensions; i++) {
      seed = seed * 1_103_515_245 + 12_345;
      vector[i] = (seed >> 8) / (float) (1 << 23);
      square += vector[i] * vector[i];
    }
    for (int i = 0; i < dimensions; i++) {
      vector[i] /= (float) Math.sqrt(square);
    }
    return vector;
  }

  static ArrayNode numbers(ArrayNode array, float[] vector) {
    for (var number : vector) {
      array.add(number);
    }
    return array;
  }

  private static String base64(float[] vector) {
    var bytes = ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (var number : vector) {
      bytes.putFloat(number);
    }
    return Base64.getEncoder().encodeToString(bytes.array());
  }
}
