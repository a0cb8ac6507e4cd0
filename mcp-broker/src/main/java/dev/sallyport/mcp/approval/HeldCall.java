package dev.sallyport.mcp.approval;

import dev.sallyport.identity.PrincipalId;
import dev.sallyport.identity.action.Decision.Rule;
import java.time.Instant;
import java.util.Optional;

/**
 * A call that a policy held.
 *
 * @param id the attempt at which it was held first
 * @param principal who called
 * @param turnOwner in whose turn, which is nearly always the same
 * @param user on whose behalf the turn is; empty if its owner acts on its own
 * @param kind what is called, such as {@code tool}
 * @param name of what is called, by its server's own words
 * @param pin digest of the definition under which it is called; empty if there is none
 * @param rule the one that wants the approval
 * @param resource in the words of policies
 * @param action in the words of policies
 * @param expiresAt the first moment at which no approval of it holds
 * @param decidedBy the administrator or the approver who approved or rejected it
 * @param usedBy the attempt that went on
 */
public record HeldCall(
    String id,
    String principal,
    String turnOwner,
    Optional<String> user,
    String turn,
    String server,
    String kind,
    String name,
    String pin,
    Rule rule,
    String resource,
    String action,
    HeldStatus status,
    Instant createdAt,
    Instant expiresAt,
    Optional<Instant> decidedAt,
    Optional<String> decidedBy,
    Optional<String> usedBy) {

  /** Whether it is a call of this principal's own, or one that is made for it. */
  boolean isOf(PrincipalId someone) {
    return principal.equals(someone.value())
        || turnOwner.equals(someone.value())
        || user.filter(someone.value()::equals).isPresent();
  }

  boolean isOver(Instant now) {
    return !now.isBefore(expiresAt);
  }
}
