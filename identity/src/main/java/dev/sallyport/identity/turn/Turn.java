package dev.sallyport.identity.turn;

import dev.sallyport.identity.Owner;
import dev.sallyport.identity.PrincipalId;
import java.time.Instant;

/**
 * One turn of an agent, held on this side and bound to whose it is.
 *
 * @param isAmbient whether it is the one in which all is done that names no turn
 */
public record Turn(TurnId id, Owner owner, Instant startedAt, boolean isAmbient) {
  /** A turn that was begun by a principal that acts on its own. */
  public Turn(TurnId id, PrincipalId owner, Instant startedAt) {
    this(id, Owner.alone(owner), startedAt, false);
  }
}
