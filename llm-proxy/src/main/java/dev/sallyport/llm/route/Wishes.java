package dev.sallyport.llm.route;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.llm.catalog.Deployment;
import dev.sallyport.llm.catalog.Protocol;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Which deployments a request would have asked, by the {@code order}, {@code only} and {@code
 * ignore} of its {@code provider}: names of Providers, or OpenRouter's names of whoever serves
 * them, each with a region after a slash if need be. They take away and put in order, and add
 * nothing. OpenRouter itself heeds them among those whom it asks. Pure. Source: OpenRouter,
 * "Provider Routing".
 */
final class Wishes {
  private final JsonNode order;
  private final JsonNode only;
  private final JsonNode ignore;
  private final boolean others;
  private final boolean none;

  /**
   * The wishes of a request.
   *
   * @param provider what stands in {@code provider}
   */
  Wishes(JsonNode provider) {
    order = provider.path("order");
    only = provider.path("only");
    ignore = provider.path("ignore");
    none = provider.isEmpty();
    others = provider.path("allow_fallbacks").asBoolean(true);
  }

  /** Those that may be asked, in order. */
  List<Deployment> among(List<Deployment> deployments) {
    if (none) {
      return deployments;
    }
    return deployments.stream()
        .filter(one -> isOpenRouter(one) || only.isEmpty() || place(only, one) < only.size())
        .filter(one -> isOpenRouter(one) || place(ignore, one) == ignore.size())
        .filter(one ->
            isOpenRouter(one) || others || place(order, one) < order.size() || order.isEmpty())
        .sorted(Comparator.comparingInt(one -> place(order, one)))
        .toList();
  }

  private static boolean isOpenRouter(Deployment one) {
    return one.provider().protocol() == Protocol.OPENROUTER;
  }

  /** The place of the first name in a list that a deployment goes by; the list's size if none. */
  private static int place(JsonNode list, Deployment one) {
    int place = 0;
    for (var name : list) {
      if (isCalled(name.asText("").toLowerCase(Locale.ROOT), one)) {
        return place;
      }
      place++;
    }
    return place;
  }

  private static boolean isCalled(String name, Deployment one) {
    int slash = name.indexOf('/');
    var base = slash < 0 ? name : name.substring(0, slash);
    var region = one.provider().site().region();
    boolean here = slash < 0 || region.filter(name.substring(slash + 1)::equals).isPresent();
    return here
        && (one.provider().name().toLowerCase(Locale.ROOT).equals(base)
            || slugs(one).contains(base));
  }

  /** OpenRouter's names; one that only speaks OpenAI's protocol goes by its own name. */
  private static Set<String> slugs(Deployment one) {
    return switch (one.provider().protocol()) {
      case OPENAI ->
          "api.openai.com".equals(one.provider().base().getHost()) ? Set.of("openai") : Set.of();
      case AZURE_OPENAI -> Set.of("azure");
      case ANTHROPIC -> Set.of("anthropic");
      case GEMINI -> Set.of("google-ai-studio");
      case VERTEX -> Set.of("google-vertex");
      case BEDROCK -> Set.of("amazon-bedrock", "aws-bedrock");
      case OPENROUTER -> Set.of("openrouter");
    };
  }
}
