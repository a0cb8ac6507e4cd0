package dev.sallyport.llm.kit;

import java.util.Map;
import java.util.Optional;

/** Which provider a request is meant for, as its path says. */
final class Dialects {
  private final Dialect chat = new ChatDialect(ChatDialect.House.OPENAI);
  private final Dialect azure = new ChatDialect(ChatDialect.House.AZURE);
  private final Dialect openRouter = new ChatDialect(ChatDialect.House.OPENROUTER);
  private final Dialect messages = new MessagesDialect();
  private final Dialect gemini;
  private final Dialect vertex;
  private final Dialect bedrock;
  private final Dialect responses;
  private final Dialect openRouterResponses;

  /**
   * All of them.
   *
   * @param organisation who they are to those whose thoughts only they can read
   * @param rules more of them, by protocol, as they are at the time of each request
   */
  Dialects(String organisation, GoogleTokens tokens, Map<String, Rules> rules) {
    gemini = new GeminiDialect(false, tokens, of("gemini", rules));
    vertex = new GeminiDialect(true, tokens, of("vertex", rules));
    bedrock = new ConverseDialect(of("bedrock", rules));
    responses = new ResponsesDialect(false, organisation);
    openRouterResponses = new ResponsesDialect(true, organisation);
  }

  private static Rules of(String protocol, Map<String, Rules> rules) {
    return request -> {
      try {
        rules.getOrDefault(protocol, Rules.NONE).check(request);
      } catch (AssertionError e) {
        throw new Objection(String.valueOf(e.getMessage()));
      }
    };
  }

  /** The one that a request is written in; empty if it is in none. */
  Optional<Dialect> of(Received request) {
    var route = request.route();
    boolean api = route.startsWith("/api/v1/");
    if (route.endsWith("/chat/completions")) {
      return Optional.of(api ? openRouter : route.contains("/deployments/") ? azure : chat);
    }
    if (route.endsWith("/messages")) {
      return Optional.of(messages);
    }
    if (route.endsWith("/responses")) {
      return Optional.of(api ? openRouterResponses : responses);
    }
    if (route.endsWith(":generateContent") || route.endsWith(":streamGenerateContent")) {
      return Optional.of(google(route));
    }
    if (route.endsWith("/converse") || route.endsWith("/converse-stream")) {
      return Optional.of(bedrock);
    }
    return Optional.empty();
  }

  private Dialect google(String route) {
    return route.contains("/projects/") ? vertex : gemini;
  }

  /** What a request asks for of which no model speaks; empty if there is no such path. */
  Optional<Side> beside(Received request) {
    var route = request.route();
    if (route.endsWith("/messages/count_tokens")) {
      return Optional.of(new Side(messages, one -> counted(messages, one)));
    }
    if (route.endsWith(":countTokens")) {
      return Optional.of(new Side(google(route), Dialects::countedByGoogle));
    }
    var embedding = EmbeddingSides.of(route);
    if (embedding.isPresent()) {
      return Optional.of(
          new Side(route.contains("/model/") ? bedrock : google(route), embedding.orElseThrow()));
    }
    if (route.endsWith("/embeddings")) {
      return Optional.of(
          new Side(route.contains("/deployments/") ? azure : chat, Embeddings::answer));
    }
    if (request.method().equals("GET") && route.contains("/v1/models")) {
      return Optional.of(
          request.header("anthropic-version").isEmpty()
              ? new Side(chat, ModelLists::openAi)
              : new Side(messages, _ -> ModelLists.anthropic()));
    }
    return Optional.empty();
  }

  private static Played counted(Dialect dialect, Received request) {
    dialect.check(request);
    return Pieces.json(
        Trees.object().put("input_tokens", Trees.tokens(request.body())), Usage.NONE);
  }

  private static Played countedByGoogle(Received request) {
    Objection.require(request.json().has("contents"), "contents: not specified");
    return Pieces.json(Trees.object().put("totalTokens", Trees.tokens(request.body())), Usage.NONE);
  }
}
