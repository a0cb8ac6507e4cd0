package dev.sallyport.llm.catalog;

import java.util.List;

/**
 * What may answer for an alias beside the model that it stands for.
 *
 * @param alias the name that callers use
 * @param fallback when a model of another identity may answer
 * @param fallbacks the aliases that are asked when nobody behind this one answers, in order
 * @param standard whether it is meant where a caller names {@code default} or {@code auto}
 * @param reasoning what is done with reasoning that another deployment gave than is asked
 */
public record ModelAlias(
    String alias,
    Fallback fallback,
    List<String> fallbacks,
    boolean standard,
    Reasoning reasoning) {
  public ModelAlias {
    fallbacks = List.copyOf(fallbacks);
  }

  /** An alias of which nothing is said. */
  static ModelAlias plain(String alias) {
    return new ModelAlias(alias, Fallback.DISABLED, List.of(), false, Reasoning.STRIP);
  }

  /** What is done with reasoning in a request whose giver cannot be asked. */
  public enum Reasoning {
    /** The others are asked without it. */
    STRIP,
    /** The others are not asked. */
    FAIL
  }

  /** When a model of another identity may answer. */
  public enum Fallback {
    /** Never. */
    DISABLED,
    /** Where the caller did not choose the model. */
    IMPLICIT_DEFAULT,
    /** Always. */
    ANY
  }
}
