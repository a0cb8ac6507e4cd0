package dev.sallyport.identity.svid;

import dev.sallyport.identity.token.KeyFile;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/** A bundle in a file, read again when the file changes: without keys it revokes them all. */
public final class FileBundle implements BundleSource {
  private final KeyFile<TrustBundle> file;

  /**
   * Reads the file.
   *
   * @throws IllegalArgumentException if it does not hold a bundle with a key
   */
  public FileBundle(Path path) {
    file = KeyFile.open(path, TrustBundle::ofSpiffeOrJwks, bundle -> !bundle.isEmpty());
    file.keys().requireAny();
  }

  @Override
  public State state() {
    return new Known(file.keys());
  }

  @Override
  public Optional<Instant> heardAt() {
    return Optional.empty();
  }

  @Override
  public void listen(Runnable listener) {
    file.listen(listener);
  }

  @Override
  public void start() {}

  @Override
  public void tick() {
    file.tick();
  }

  @Override
  public void close() {}
}
