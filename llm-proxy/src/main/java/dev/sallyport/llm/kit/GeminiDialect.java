package dev.sallyport.llm.kit;

import static dev.sallyport.llm.kit.Objection.require;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.llm.kit.Speech.Call;
import dev.sallyport.llm.kit.Speech.Denial;
import dev.sallyport.llm.kit.Speech.End;
import dev.sallyport.llm.kit.Speech.Thought;
import dev.sallyport.llm.kit.Speech.Words;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** Google's generateContent, at Gemini's own place or on Vertex. */
final class GeminiDialect implements Dialect {
  /** What Google takes in place of a signature for calls that are not its own. */
  private static final Set<String> UNSIGNED =
      Set.of("context_engineering_is_the_way_to_go", "skip_thought_signature_validator");

  private final boolean vertex;
  private final GoogleTokens tokens;
  private final Rules rules;

  GeminiDialect(boolean vertex, GoogleTokens tokens, Rules rules) {
    this.vertex = vertex;
    this.tokens = tokens;
    this.rules = rules;
  }

  @Override
  public String name() {
    return vertex ? "vertex" : "gemini";
  }

  @Override
  public boolean stopsWhenCancelled() {
    return false;
  }

  @Override
  public String shown(Received request) {
    var bearer = request.header("authorization").replaceFirst("^Bearer ", "");
    return bearer.isEmpty() ? request.header("x-goog-api-key") : bearer;
  }

  @Override
  public boolean admits(Received request, String secret) {
    return shown(request).equals(secret) || (vertex && tokens.issued(shown(request)));
  }

  @Override
  public void check(Received request) {
    require(request.method().equals("POST"), "method");
    var body = request.json();
    require(!body.path("contents").isEmpty(), "* GenerateContentRequest.contents: not specified");
    require(
        !isStream(request) || request.query("alt").equals("sse"),
        "alt: this fake streams events of the server only");
    signatures(body.path("contents"));
    rules.check(request);
  }

  /** The calls of the turn that is going on bring the signatures that they came with. */
  private static void signatures(JsonNode contents) {
    for (int i = begun(contents); i < contents.size(); i++) {
      if (!contents.path(i).path("role").asText().equals("model")) {
        continue;
      }
      for (var part : contents.path(i).path("parts")) {
        if (part.has("functionCall")) {
          signature(part, i);
          break; // only the first of those made at once has one
        }
      }
    }
  }

  private static void signature(JsonNode part, int position) {
    var call = part.path("functionCall");
    var name = call.path("name").asText();
    var signature = part.path("thoughtSignature").asText();
    require(
        !signature.isEmpty(),
        "Function call is missing a thought_signature in functionCall parts. Function call `%s`, position %d."
            .formatted(name, position));
    require(
        UNSIGNED.contains(signature) || signature.equals(seal(name + call.path("args"))),
        "Thought signature is not valid.");
  }

  /** Where the user last said something that is no result of a function. */
  private static int begun(JsonNode contents) {
    for (int i = contents.size() - 1; i > 0; i--) {
      var content = contents.path(i);
      if (!content.path("role").asText().equals("model")
          && !content.at("/parts/0").has("functionResponse")) {
        return i;
      }
    }
    return 0;
  }

  @Override
  public Asked asked(Received request) {
    var body = request.json();
    var tools = new ArrayList<Asked.Tool>();
    if (!body.at("/toolConfig/functionCallingConfig/mode").asText().equals("NONE")) {
      for (var tool : body.path("tools")) {
        for (var one : tool.path("functionDeclarations")) {
          var schema = one.path(one.has("parameters") ? "parameters" : "parametersJsonSchema");
          tools.add(new Asked.Tool(one.path("name").asText(), schema));
        }
      }
    }
    var config = body.path("generationConfig");
    var schema =
        config.path(config.has("responseSchema") ? "responseSchema" : "responseJsonSchema");
    var limit = config.path("maxOutputTokens");
    return new Asked(
        model(request),
        isStream(request),
        true,
        tools,
        body.at("/toolConfig/functionCallingConfig/mode").asText().equals("ANY"),
        Trees.having(body.path("contents"), "functionResponse"),
        Trees.lastText(body.path("contents"), "user", "parts"),
        Trees.having(body.path("contents"), "inlineData")
            + Trees.having(body.path("contents"), "fileData"),
        Optional.of(schema).filter(JsonNode::isObject),
        limit.isNumber() ? OptionalLong.of(limit.asLong()) : OptionalLong.empty(),
        false);
  }

  private static String model(Received request) {
    var route = request.route();
    return route.substring(route.indexOf("/models/") + "/models/".length(), route.lastIndexOf(':'));
  }

  private static boolean isStream(Received request) {
    return request.route().endsWith(":streamGenerateContent");
  }

  @Override
  public Played whole(Take take) {
    return Pieces.json(answer(take, parts(take), take.usage().textOut(), true), take.usage());
  }

  @Override
  public Played stream(Take take) {
    var pieces = new Pieces();
    long made = 0;
    var parts = parts(take);
    for (int i = 0; i < parts.size(); i++) {
      var part = parts.get(i);
      var tokens = part.has("text") ? Speech.split(part.path("text").asText()) : List.of("");
      for (int k = 0; k < Math.max(tokens.size(), 1); k++) {
        var piece = part.deepCopy();
        boolean last = k >= tokens.size() - 1;
        if (part.has("text")) {
          piece.put("text", tokens.isEmpty() ? "" : tokens.get(k));
        }
        if (!last) {
          piece.remove("thoughtSignature");
        }
        int cost = part.has("functionCall") ? take.speech().parts().get(i).tokens().size() : 1;
        pieces.make(cost);
        made += part.path("thought").asBoolean() ? 0 : cost;
        boolean end = last && i == parts.size() - 1;
        send(pieces, answer(take, List.of(piece), made, end));
      }
    }
    if (parts.isEmpty()) {
      send(pieces, answer(take, List.of(), 0, true));
    }
    return pieces.events(take.usage());
  }

  private static void send(Pieces pieces, ObjectNode answer) {
    pieces.text("data: " + Pieces.json(answer) + "\r\n\r\n");
  }

  /** What is said, part by part. */
  private static List<ObjectNode> parts(Take take) {
    var parts = new ArrayList<ObjectNode>();
    boolean signed = false;
    for (var part : take.speech().parts()) {
      switch (part) {
        case Thought(var text, var hidden) -> {
          var thought = Trees.object().put("text", hidden ? "" : text);
          parts.add(thought.put("thought", true));
        }
        case Words(var text) -> parts.add(Trees.object().put("text", text));
        case Denial _ -> {} // Google gives no words for it
        case Call call -> {
          var tree = Trees.object();
          tree.putObject("functionCall").put("name", call.name()).set("args", call.arguments());
          if (!signed) {
            tree.put("thoughtSignature", seal(call.name() + call.arguments()));
            signed = true;
          }
          parts.add(tree);
        }
      }
    }
    if (!signed && !parts.isEmpty() && !take.speech().thoughts().isEmpty()) {
      parts.getLast().put("thoughtSignature", seal(parts.getLast().path("text").asText()));
    }
    return parts;
  }

  /** The signature of a text, or of the name of a call with its arguments. */
  private static String seal(String said) {
    return Base64.getEncoder().encodeToString(("sealed " + said).getBytes(StandardCharsets.UTF_8));
  }

  /**
   * An answer, or a piece of one.
   *
   * @param end whether nothing comes after it
   */
  private ObjectNode answer(Take take, List<ObjectNode> parts, long textOut, boolean end) {
    var answer = Trees.object();
    if (take.speech().end() == End.REFUSAL) {
      answer.putObject("promptFeedback").put("blockReason", "PROHIBITED_CONTENT");
    } else {
      var candidate = answer.putArray("candidates").addObject();
      var content = candidate.putObject("content").put("role", "model");
      if (!parts.isEmpty()) {
        var array = content.putArray("parts");
        parts.forEach(array::add);
      }
      if (end) {
        candidate.put("finishReason", reason(take.speech().end()));
      }
      candidate.put("index", 0);
    }
    answer.set("usageMetadata", usage(take.usage(), textOut));
    return answer
        .put("modelVersion", take.asked().model())
        .put("responseId", "fake" + take.number());
  }

  private static String reason(End end) {
    return switch (end) {
      case STOP, TOOL_CALLS -> "STOP";
      case LENGTH -> "MAX_TOKENS";
      case FILTER -> "SAFETY";
      case REFUSAL -> "PROHIBITED_CONTENT";
    };
  }

  private static ObjectNode usage(Usage usage, long textOut) {
    var tree =
        Trees.object()
            .put("promptTokenCount", usage.in())
            .put("candidatesTokenCount", textOut)
            .put("totalTokenCount", usage.in() + textOut + usage.reasoningOut());
    if (usage.cacheRead() > 0) {
      tree.put("cachedContentTokenCount", usage.cacheRead());
    }
    return usage.reasoningOut() > 0 ? tree.put("thoughtsTokenCount", usage.reasoningOut()) : tree;
  }

  @Override
  public Script refusal(Objection objection) {
    int status = objection.status() == Fault.OVERLOADED ? 503 : objection.status();
    return Script.json(status, Pieces.json(error(status, objection.words())));
  }

  private static ObjectNode error(int status, String words) {
    var body = Trees.object();
    body.putObject("error")
        .put("code", status)
        .put("message", words)
        .put("status", Fault.google(status));
    return body;
  }

  @Override
  public byte[] broken() {
    return ("data: " + Pieces.json(error(503, "The model is overloaded.")) + "\r\n\r\n")
        .getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public byte[] nonsense() {
    return "data: {\"candidates\":[\r\n\r\n".getBytes(StandardCharsets.UTF_8);
  }
}
