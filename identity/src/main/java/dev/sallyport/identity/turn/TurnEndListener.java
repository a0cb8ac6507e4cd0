package dev.sallyport.identity.turn;

/** Is told when a turn is over, so that what was held for it can be dropped. Must not throw. */
@FunctionalInterface
public interface TurnEndListener {
  /** The turn is over: it will never be found again. */
  void ended(Turn turn);
}
