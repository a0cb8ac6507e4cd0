package dev.sallyport.llm.catalog;

import dev.sallyport.llm.spi.Sort;
import java.util.List;
import java.util.Optional;

/**
 * Who answers for an alias: what may beside the model that it stands for, and whom of its
 * deployments requests have asked that do not say so themselves.
 *
 * @param alias the name that callers use
 * @param fallback when a model of another identity may answer
 * @param fallbacks the aliases that are asked when nobody behind this one answers, in order
 * @param standard whether it is meant where a caller names {@code default} or {@code auto}
 * @param reasoning what is done with reasoning that another deployment gave than is asked
 * @param sort what puts its deployments in order for requests that say no order; empty if they stay
 *     in the usual one
 * @param maxPrice the most that a deployment costs that is asked for it, whatever a request says
 */
public record ModelAlias(
    String alias,
    Fallback fallback,
    List<String> fallbacks,
    boolean standard,
    Reasoning reasoning,
    Optional<Sort> sort,
    Optional<MaxPrice> maxPrice) {
  public ModelAlias {
    fallbacks = List.copyOf(fallbacks);
  }

  /** An alias of which nothing is said. */
  static ModelAlias plain(String alias) {
    return new ModelAlias(
        alias,
        Fallback.DISABLED,
        List.of(),
        false,
        Reasoning.STRIP,
        Optional.empty(),
        Optional.empty());
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
