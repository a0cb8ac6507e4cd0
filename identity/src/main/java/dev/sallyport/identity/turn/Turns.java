package dev.sallyport.identity.turn;

import dev.sallyport.identity.Principal;
import java.util.Optional;

/** The turns under way. */
public interface Turns {
  /** In the place of a turn's name: a new turn. */
  String NEW = "new";

  /** A new turn of the principal. */
  Turn begin(Principal principal);

  /**
   * The turn that a request belongs to.
   *
   * @param named the name that the request gave, or {@link #NEW} to begin one; without one, the
   *     principal's ambient turn
   * @return empty if the principal has no turn of that name
   */
  Optional<Turn> find(Principal principal, Optional<String> named);
}
