package dev.sallyport.identity.replay;

import dev.sallyport.identity.PrincipalId;
import dev.sallyport.identity.action.Decision.Rule;
import dev.sallyport.identity.action.Target;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What other policies would have said of what was decided.
 *
 * @param decisions how many were recorded
 * @param unchanged of how many they say the same
 * @param changed what they say otherwise, in an order that depends on nothing else
 * @param undecided how many could not be decided again, by why
 * @param shadows what rules that would only be tried would have said
 */
public record ReplayReport(
    long decisions,
    long unchanged,
    List<Changed> changed,
    Map<Undecided, Long> undecided,
    List<ShadowCount> shadows) {
  public ReplayReport {
    changed = List.copyOf(changed);
    undecided = Map.copyOf(undecided);
    shadows = List.copyOf(shadows);
  }

  /**
   * Decisions of one kind that would be others.
   *
   * @param from what was said
   * @param to what would be said
   * @param was the rule that decided; empty where nothing granted
   * @param rule the rule that would decide; empty where nothing would grant
   * @param reason why it would be denied; empty if it would not be
   * @param count how many
   * @param example the first of these calls
   */
  public record Changed(
      PrincipalId principal,
      Optional<PrincipalId> user,
      Target target,
      Effect from,
      Effect to,
      Optional<Rule> was,
      Optional<Rule> rule,
      String reason,
      long count,
      String example) {}

  /**
   * What rules that are only tried would have decided of calls of one kind.
   *
   * @param effect what was said instead; empty if it was no policy that said it
   * @param decision what would have been: {@code allowed}, {@code held} or {@code denied}
   * @param rule the rule by which; empty where nothing would have granted
   * @param example the first of these calls
   */
  public record ShadowCount(
      PrincipalId principal,
      Target target,
      Optional<Effect> effect,
      String decision,
      Optional<Rule> rule,
      long count,
      String example) {}

  /** How many decisions would become one of an effect. */
  public long newly(Effect effect) {
    return changed.stream().filter(one -> one.to() == effect).mapToLong(Changed::count).sum();
  }
}
