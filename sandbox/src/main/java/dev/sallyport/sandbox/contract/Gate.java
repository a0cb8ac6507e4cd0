package dev.sallyport.sandbox.contract;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.sandbox.label.Label;
import dev.sallyport.sandbox.label.Provenance;
import dev.sallyport.sandbox.label.ReaderGroups;
import java.util.Set;

/**
 * Judges one call by the contract of its tool. A pure function of what it is given.
 *
 * <p>A call passes if every argument with a rule has the authority that it must have, if those who
 * may see it cover the call's audience, if the turn was not influenced more than the contract
 * allows, and if what must have happened has, and nothing else.
 */
public final class Gate {
  private Gate() {}

  /**
   * The judgement.
   *
   * @param provenance where each part of the arguments comes from
   * @param resolved the arguments with what their references stand for, which say whom the call
   *     reaches
   * @param turn the label of the turn
   * @param effects what has happened in the turn
   * @param groups who stands behind the names of those whom a call reaches, and of readers
   */
  public static Judgement judge(
      ToolContract contract,
      Provenance provenance,
      JsonNode resolved,
      Label turn,
      Set<String> effects,
      ReaderGroups groups) {
    return new GateRules(contract, provenance, resolved, turn, effects, groups).judgement();
  }
}
