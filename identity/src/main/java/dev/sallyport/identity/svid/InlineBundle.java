package dev.sallyport.identity.svid;

import java.time.Instant;
import java.util.Optional;

/** A bundle that stands in the configuration itself. */
public record InlineBundle(TrustBundle bundle) implements BundleSource {
  @Override
  public State state() {
    return new Known(bundle);
  }

  @Override
  public Optional<Instant> heardAt() {
    return Optional.empty();
  }

  @Override
  public void listen(Runnable changed) {}

  @Override
  public void start() {}

  @Override
  public void tick() {}

  @Override
  public void close() {}
}
