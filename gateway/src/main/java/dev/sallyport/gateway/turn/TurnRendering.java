package dev.sallyport.gateway.turn;

import dev.sallyport.identity.turn.Turn;
import java.util.Optional;

/** Shows a person what a final answer refers to. */
@FunctionalInterface
public interface TurnRendering {
  /**
   * The text with what it refers to put in, made safe to show and marked as from outside.
   *
   * @return empty if the text refers to nothing
   */
  Optional<String> render(Turn turn, String text);
}
