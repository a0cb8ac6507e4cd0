package dev.sallyport.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** MCP clients of other people, as they are published. */
enum McpPeer {
  /** The TypeScript client of the first generation. */
  TYPESCRIPT_1("mcp-client-1", "2025-11-25", true),
  /** The TypeScript client of the second generation. */
  TYPESCRIPT_2("mcp-client-2", "2026-07-28", true),
  /** The Java client. */
  JAVA("", "2025-11-25", true, Ability.CANCELLATION),
  /** The inspector's command line, as it is by default. */
  INSPECTOR_LEGACY("mcp-inspector", "2025-11-25", false, Ability.COMPLETION, Ability.CANCELLATION),
  /** The inspector's command line, finding out what the server speaks. */
  INSPECTOR_AUTO("mcp-inspector", "2026-07-28", false, Ability.COMPLETION, Ability.CANCELLATION),
  /** The inspector's command line, in the newer era only. */
  INSPECTOR_MODERN("mcp-inspector", "2026-07-28", false, Ability.COMPLETION, Ability.CANCELLATION),
  /** The client in the agents SDK of OpenAI. */
  OPENAI_AGENTS("openai-agents", "2026-07-28", false, Ability.PROMPTS, Ability.COMPLETION),
  /** The client in the AI SDK of Vercel. */
  AI_SDK("ai-sdk", "2026-07-28", false),
  /** The client in LangChain for JavaScript. */
  LANGCHAIN("langchain", "2025-11-25", true),
  /** The client in LangChain4j, which names no revision in its headers. */
  LANGCHAIN4J("", "", true, Ability.COMPLETION);

  private static final JsonMapper JSON = new JsonMapper();

  private final String group;
  private final String revision;
  private final boolean tellsProgress;

  @SuppressWarnings("ImmutableEnumChecker") // a copy that nobody changes
  private final Set<Ability> lacking;

  McpPeer(String group, String revision, boolean tellsProgress, Ability... lacking) {
    this.group = group;
    this.revision = revision;
    this.tellsProgress = tellsProgress;
    this.lacking = Set.of(lacking);
  }

  /** What some clients do beside calling tools, and others have no way to. */
  enum Ability {
    PROMPTS,
    COMPLETION,
    CANCELLATION
  }

  boolean has(Ability ability) {
    return !lacking.contains(ability);
  }

  /** The newest revision of the protocol that it speaks. */
  String revision() {
    return revision;
  }

  /** The revisions that its requests name in their headers. */
  Set<String> named() {
    return revision.isEmpty() ? Set.of() : Set.of(revision);
  }

  /** Whether it tells its caller of progress. */
  boolean tellsProgress() {
    return tellsProgress;
  }

  /** Lists the tools of a server, and calls some. */
  Told call(URI url, String token, Call... wanted) {
    return call(url, token, Optional.empty(), wanted);
  }

  /** The same, and does what is asked besides. */
  Told call(URI url, String token, About about, Call... wanted) {
    return call(url, token, Optional.of(about), wanted);
  }

  private Told call(URI url, String token, Optional<About> about, Call... wanted) {
    var calls = List.of(wanted);
    var told =
        switch (this) {
          case JAVA -> JavaMcpClient.call(url, token, about, calls);
          case LANGCHAIN4J -> LangChain4jClient.call(url, token, about, calls);
          default -> Peers.run(group, "calls.mjs", input(url, token, about, calls));
        };
    var tools = new ArrayList<String>();
    told.path("tools").forEach(tool -> tools.add(tool.asText()));
    var answers = new ArrayList<JsonNode>();
    told.path("answers").forEach(answers::add);
    return new Told(told.path("revision").asText(), tools, answers, told.path("told"));
  }

  private ObjectNode input(URI url, String token, Optional<About> about, List<Call> calls) {
    var input = JSON.createObjectNode().put("url", url.toString()).put("token", token);
    input.set("calls", JSON.valueToTree(calls));
    about.ifPresent(asked -> input.set("about", JSON.valueToTree(asked)));
    return switch (this) {
      case INSPECTOR_LEGACY -> input.put("era", "legacy");
      case INSPECTOR_AUTO -> input.put("era", "auto");
      case INSPECTOR_MODERN -> input.put("era", "modern");
      default -> input;
    };
  }

  /** A tool to call. */
  record Call(String name, Map<String, Object> arguments) {}

  /**
   * What is done beside listing and calling tools.
   *
   * @param given the arguments of the prompt
   * @param argument that of the template which is completed
   * @param stuck a call that is given up
   * @param file at whose coming it is given up; its end is awaited
   */
  record About(
      String uri,
      String template,
      String prompt,
      Map<String, String> given,
      Start argument,
      Call stuck,
      String file) {}

  /** How the value of an argument begins. */
  record Start(String name, String value) {}

  /**
   * What a client was told.
   *
   * @param revision what it says that it speaks with the server; empty if it does not say
   * @param tools the names of the tools that it found
   * @param answers the answer to each call: a {@code result} or an {@code error}
   * @param besides {@code resources}, {@code text}, {@code prompts}, {@code said}, {@code values}
   *     and {@code givenUp}, as far as the client has ways to ask for these
   */
  record Told(String revision, List<String> tools, List<JsonNode> answers, JsonNode besides) {
    Told {
      tools = List.copyOf(tools);
      answers = List.copyOf(answers);
    }

    JsonNode answer(int call) {
      return answers.get(call);
    }

    /** Whether a call failed, be it that the client says so or the result. */
    boolean failed(int call) {
      return answer(call).has("error") || answer(call).at("/result/isError").asBoolean();
    }

    /** How far a call said it was, each time. */
    List<Double> progress(int call) {
      var steps = new ArrayList<Double>();
      answer(call).path("progress").forEach(step -> steps.add(step.asDouble()));
      return steps;
    }
  }
}
