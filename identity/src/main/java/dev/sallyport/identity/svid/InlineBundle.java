package dev.sallyport.identity.svid;

import dev.sallyport.identity.token.KeySet;

/** Keys that stand in the configuration itself. */
public record InlineBundle(KeySet keys) implements BundleSource {
  @Override
  public State state() {
    return new Known(keys);
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
