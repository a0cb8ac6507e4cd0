package dev.sallyport.llm.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.llm.kit.Objection;
import dev.sallyport.llm.kit.Received;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** What the Gemini API and Vertex AI refuse of a generateContent request. */
public final class GeminiRules {
  private static final Pattern PATH =
      Pattern.compile(
          ".*/models/([A-Za-z0-9._~@%-]+):(generateContent|streamGenerateContent\\?alt=sse)");
  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_.:-]{0,127}");
  private static final Set<String> FIELDS =
      Set.of(
          "contents",
          "systemInstruction",
          "tools",
          "toolConfig",
          "generationConfig",
          "serviceTier");
  private static final Set<String> CONFIG =
      Set.of(
          "maxOutputTokens",
          "temperature",
          "topP",
          "topK",
          "stopSequences",
          "seed",
          "candidateCount",
          "frequencyPenalty",
          "presencePenalty",
          "responseLogprobs",
          "logprobs",
          "responseModalities",
          "responseMimeType",
          "responseSchema",
          "thinkingConfig");
  private static final List<String> DATA =
      List.of("text", "inlineData", "fileData", "functionCall", "functionResponse");

  private final boolean vertex;
  private final boolean third;
  private final ObjectNode body;

  private GeminiRules(Received request, String model) {
    this.vertex = request.path().contains("/projects/");
    this.third = model.startsWith("gemini-3") || model.endsWith("-latest");
    this.body = request.json();
  }

  /**
   * Goes on only if Google would take the request.
   *
   * @throws Objection if it would not
   */
  public static void check(Received request) {
    require(request.method().equals("POST"), "method");
    require(request.header("content-type").startsWith("application/json"), "content type");
    var path = PATH.matcher(request.path());
    require(path.matches(), "path " + request.path());
    new GeminiRules(request, path.group(1)).check();
  }

  private void check() {
    body.fieldNames().forEachRemaining(name -> require(FIELDS.contains(name), name));
    noNulls(body, "");
    for (var part : body.at("/systemInstruction/parts")) {
      require(!part.path("text").asText().isEmpty(), "systemInstruction holds texts");
    }
    contents(body.path("contents"));
    tools();
    config(body.path("generationConfig"));
  }

  private void contents(JsonNode contents) {
    require(!contents.isEmpty(), "contents is not specified");
    int turn = 0;
    for (int i = 0; i < contents.size(); i++) {
      var content = contents.get(i);
      boolean user = content.path("role").asText().equals("user");
      require(user || content.path("role").asText().equals("model"), "role");
      require(!content.path("parts").isEmpty(), "parts must not be empty");
      content.path("parts").forEach(this::part);
      int calls = count(content, "functionCall");
      int responses = count(content, "functionResponse");
      require(user ? calls == 0 : responses == 0, "calls and responses in the wrong role");
      require(
          responses == 0 || responses == content.path("parts").size(),
          "responses stand alone in their content");
      var before = contents.path(i - 1);
      require(
          user || !before.path("role").asText().equals("model"), "contents of the model in a row");
      require(calls == 0 || i > 0, "a call comes after a content of the user");
      require(
          responses == 0
              ? count(before, "functionCall") == 0
              : names(before).equals(names(content)),
          "the number of response parts must be equal to that of call parts, name by name");
      if (user && responses == 0) {
        turn = i;
      }
    }
    require(count(contents.get(contents.size() - 1), "functionCall") == 0, "ends with calls");
    if (third) {
      for (int i = turn; i < contents.size(); i++) {
        signed(contents.get(i));
      }
    }
  }

  private static List<String> names(JsonNode content) {
    var names = new ArrayList<String>();
    for (var part : content.path("parts")) {
      for (var kind : List.of("functionCall", "functionResponse")) {
        if (part.has(kind)) {
          names.add(part.path(kind).path("name").asText());
        }
      }
    }
    return names;
  }

  private static int count(JsonNode content, String kind) {
    int count = 0;
    for (var part : content.path("parts")) {
      count += part.has(kind) ? 1 : 0;
    }
    return count;
  }

  /** The first call of each step bears the signature that it came with. */
  private static void signed(JsonNode content) {
    for (var part : content.path("parts")) {
      if (part.has("functionCall")) {
        require(
            part.has("thoughtSignature"),
            "Function call is missing a thought_signature in functionCall parts.");
        return;
      }
    }
  }

  private void part(JsonNode part) {
    require(DATA.stream().filter(part::has).count() == 1, "a part holds one kind of data");
    var signature = part.path("thoughtSignature").asText("");
    var text = part.path("text").asText("");
    require(!part.has("text") || !text.isEmpty() || !signature.isEmpty(), "an empty text");
    for (var kind : List.of("functionCall", "functionResponse")) {
      var data = part.path(kind);
      require(!vertex || !data.has("id"), "Unknown name \"id\"");
      require(data.isMissingNode() || NAME.matcher(data.path("name").asText()).matches(), "name");
    }
    require(part.path("functionCall").path("args").isObject() == part.has("functionCall"), "args");
    require(
        part.path("functionResponse").path("response").isObject() == part.has("functionResponse"),
        "response");
    for (var kind : List.of("inlineData", "fileData")) {
      require(!part.has(kind) || part.path(kind).path("mimeType").isTextual(), "mimeType");
    }
  }

  private void tools() {
    Set<String> declared = new HashSet<>();
    for (var tool : body.path("tools")) {
      require(!tool.path("functionDeclarations").isEmpty(), "functionDeclarations");
      for (var declaration : tool.path("functionDeclarations")) {
        var name = declaration.path("name").asText();
        require(NAME.matcher(name).matches(), "name " + name);
        require(declared.add(name), "Duplicate function declaration found: " + name);
        if (declaration.has("parameters")) {
          require(declaration.at("/parameters/type").asText().equals("OBJECT"), "an object");
          GeminiSchemas.check(declaration.path("parameters"));
        }
      }
    }
    require(body.path("tools").size() <= 1, "one tool with all functions");
    var config = body.at("/toolConfig/functionCallingConfig");
    require(config.isMissingNode() || !declared.isEmpty(), "toolConfig without tools");
    var mode = config.path("mode").asText("AUTO");
    require(Set.of("AUTO", "ANY", "NONE", "VALIDATED").contains(mode), "mode");
    for (var name : config.path("allowedFunctionNames")) {
      require(Set.of("ANY", "VALIDATED").contains(mode), "allowed_function_names needs ANY");
      require(declared.contains(name.asText()), "allowed_function_names: not declared");
    }
  }

  private void config(JsonNode config) {
    config.fieldNames().forEachRemaining(name -> require(CONFIG.contains(name), name));
    require(config.path("stopSequences").size() <= 5, "stop_sequences: at most 5");
    require(config.path("candidateCount").asInt(1) <= 8, "candidateCount: at most 8");
    if (config.has("responseSchema")) {
      require(config.has("responseMimeType"), "responseSchema needs responseMimeType");
      GeminiSchemas.check(config.path("responseSchema"));
    }
    require(
        third || !config.has("responseMimeType") || !body.has("tools"),
        "Function calling with a response mime type: 'application/json' is unsupported");
    var thinking = config.path("thinkingConfig");
    require(!thinking.has("thinkingLevel") || third, "Thinking level is not supported");
    require(
        !(thinking.has("thinkingLevel") && thinking.has("thinkingBudget")),
        "either a budget or a level");
  }

  private static void noNulls(JsonNode node, String path) {
    require(!node.isNull() || path.contains("/args"), path + ": null is not permitted");
    node.properties().forEach(field -> noNulls(field.getValue(), path + "/" + field.getKey()));
    for (int i = 0; node.isArray() && i < node.size(); i++) {
      noNulls(node.get(i), path + "/" + i);
    }
  }

  private static void require(boolean holds, String complaint) {
    if (!holds) {
      throw new Objection("INVALID_ARGUMENT: " + complaint);
    }
  }
}
