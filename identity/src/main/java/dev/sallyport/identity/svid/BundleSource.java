package dev.sallyport.identity.svid;

import dev.sallyport.identity.token.KeySet;

/** Where the keys of one trust domain come from. Thread-safe; asking never blocks. */
public sealed interface BundleSource extends AutoCloseable
    permits InlineBundle, FileBundle, WorkloadApiBundle {
  /** What is known of the keys now. */
  State state();

  /** From now on, calls this after each change of the state, and no longer the one before. */
  void listen(Runnable changed);

  /** Begins to follow changes. To be called once. */
  void start();

  /** Looks whether something is to be done. To be called every few seconds, off any request. */
  void tick();

  @Override
  void close();

  /** What is known of a trust domain's keys. */
  sealed interface State {}

  /** These are the keys. */
  record Known(KeySet keys) implements State {}

  /** The keys have not come yet. */
  record Awaited() implements State {}

  /** The domain is no longer trusted by the one who gives out its keys. */
  record Withdrawn() implements State {}
}
