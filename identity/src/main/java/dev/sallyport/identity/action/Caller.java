package dev.sallyport.identity.action;

import dev.sallyport.identity.Principal;
import dev.sallyport.identity.turn.Turn;
import java.util.Optional;

/**
 * Who acts, in which turn, by which door.
 *
 * @param source the address that the request came from, as the socket has it; empty where Sallyport
 *     itself acts
 * @param presence by which what it has under way can be ended
 */
public record Caller(
    Principal principal, Turn turn, Door door, Optional<String> source, Presence presence) {
  /** A caller whom nobody watches. */
  public Caller(Principal principal, Turn turn, Door door, Optional<String> source) {
    this(principal, turn, door, source, Presence.unwatched());
  }

  /** A caller that came by no socket. */
  public Caller(Principal principal, Turn turn, Door door) {
    this(principal, turn, door, Optional.empty());
  }

  /** The same caller in the same turn, come by another door. */
  public Caller through(Door otherDoor) {
    return new Caller(principal, turn, otherDoor, source, presence);
  }

  /** The same caller in another turn. */
  public Caller in(Turn otherTurn) {
    return new Caller(principal, otherTurn, door, source, presence);
  }
}
