package dev.sallyport.identity.action;

import dev.sallyport.identity.Principal;
import dev.sallyport.identity.turn.Turn;

/** Who acts, in which turn, by which door. */
public record Caller(Principal principal, Turn turn, Door door) {
  /** The same caller in the same turn, come by another door. */
  public Caller through(Door otherDoor) {
    return new Caller(principal, turn, otherDoor);
  }
}
