package dev.sallyport.identity.svid;

import java.time.Instant;
import java.util.Optional;

/** Where the bundle of one trust domain comes from. Thread-safe; asking never blocks. */
public interface BundleSource extends AutoCloseable {
  /** What is known of the bundle now. */
  State state();

  /** When the source last said what the bundle is, where it has to be asked again and again. */
  Optional<Instant> heardAt();

  /** From now on, calls this after each change of the state, and no longer the one before. */
  void listen(Runnable changed);

  /** Begins to follow changes. To be called once. */
  void start();

  /** Looks whether something is to be done. To be called every few seconds, off any request. */
  void tick();

  /** Stops following changes. */
  @Override
  void close();

  /** Closes, and lets go of what was kept for the next start: the domain is trusted no longer. */
  default void forget() {
    close();
  }

  /** What is known of a trust domain's bundle. */
  sealed interface State {}

  /** This is the bundle. */
  record Known(TrustBundle bundle) implements State {}

  /** The bundle has not come yet, or may be had no longer. */
  record Awaited() implements State {}

  /** The domain is no longer trusted by the one who gives out its bundle. */
  record Withdrawn() implements State {}
}
