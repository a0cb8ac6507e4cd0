package dev.sallyport.llm.spi;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * Members of a request, in whatever form, that go to no provider: where one heeds them, another
 * model, another place or more answers could be had than were decided on. They are presets and
 * lists of models of OpenRouter's, what LiteLLM takes of where to go, and how many answers are
 * written of which the best is given.
 */
public final class Withheld {
  /** Their names, sorted. */
  public static final List<String> NAMES =
      List.of("api_base", "api_key", "base_url", "best_of", "fallbacks", "models", "preset");

  private Withheld() {}

  /** The names of those that say something, sorted. */
  public static List<String> in(ObjectNode request) {
    return NAMES.stream().filter(request::hasNonNull).toList();
  }
}
