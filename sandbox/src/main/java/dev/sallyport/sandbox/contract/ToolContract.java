package dev.sallyport.sandbox.contract;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * What is agreed of one tool.
 *
 * @param name what the contract is called
 * @param version which version of it this is, for records
 * @param mode how its results reach agents; empty if as those of its server do
 * @param results what its results are
 * @param arguments what may go into its arguments, and whom they reach
 * @param effects what a call does, and what must or must not have happened before
 * @param maxInfluenceBits the most influence on a turn with which a call needs no person's leave
 */
public record ToolContract(
    String name,
    String version,
    Optional<QuarantineMode> mode,
    ResultRules results,
    ArgumentRules arguments,
    Effects effects,
    OptionalInt maxInfluenceBits) {
  public ToolContract {
    if (name.isBlank()) {
      throw new IllegalArgumentException("a contract has a name");
    }
    if (maxInfluenceBits.isPresent() && maxInfluenceBits.getAsInt() < 0) {
      throw new IllegalArgumentException(
          "max_influence_bits must be at least 0: " + maxInfluenceBits.getAsInt());
    }
  }
}
