package dev.sallyport.llm.catalog;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All models that are set up, as they are at one moment.
 *
 * @param byAlias the deployments behind each alias, in the order in which they are tried where none
 *     has a weight; where some do, the heaviest of a priority stands first. Sorted by alias, and
 *     never changed
 * @param aliases what is said of some of the aliases; never changed
 */
public record Models(Map<String, List<Deployment>> byAlias, Map<String, ModelAlias> aliases) {
  /** The deployments behind an alias; empty if there is none. */
  public List<Deployment> deployments(String alias) {
    return byAlias.getOrDefault(alias, List.of());
  }

  /** What is said of an alias, or holds for those of which nothing is. */
  public ModelAlias alias(String alias) {
    return aliases.getOrDefault(alias, ModelAlias.plain(alias));
  }

  /** The alias that is meant where a caller chooses none. */
  public Optional<ModelAlias> standard() {
    return aliases.values().stream().filter(ModelAlias::standard).findFirst();
  }
}
