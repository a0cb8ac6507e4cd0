package dev.sallyport.llm.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;

/** Turns how likely each token was into chat form. */
final class Logprobs {
  private Logprobs() {}

  /** Of a candidate; null if it does not tell. */
  static JsonNode of(JsonNode candidate) {
    var chosen = candidate.at("/logprobsResult/chosenCandidates");
    if (chosen.isEmpty()) {
      return JsonNodeFactory.instance.nullNode();
    }
    var logprobs = JsonNodeFactory.instance.objectNode();
    var content = logprobs.putArray("content");
    for (int i = 0; i < chosen.size(); i++) {
      var token = token(chosen.get(i));
      var top = token.putArray("top_logprobs");
      candidate
          .at("/logprobsResult/topCandidates")
          .path(i)
          .path("candidates")
          .forEach(one -> top.add(token(one)));
      content.add(token);
    }
    return logprobs.putNull("refusal");
  }

  private static ObjectNode token(JsonNode candidate) {
    var text = candidate.path("token").asText("");
    var token = JsonNodeFactory.instance.objectNode().put("token", text);
    token.set("logprob", candidate.path("logProbability"));
    var bytes = token.putArray("bytes");
    for (byte one : text.getBytes(StandardCharsets.UTF_8)) {
      bytes.add(one & 0xFF);
    }
    return token;
  }
}
