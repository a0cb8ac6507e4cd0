package dev.sallyport.identity.condition;

import java.util.Optional;

/** A condition that looks at nothing. Made by {@link Condition} alone. */
record Settled(Verdict verdict) implements Condition {
  @Override
  public Verdict test(Facts facts) {
    return verdict;
  }

  @Override
  public Optional<Verdict> settled() {
    return Optional.of(verdict);
  }
}
