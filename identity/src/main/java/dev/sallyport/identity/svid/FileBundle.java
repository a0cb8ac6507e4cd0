package dev.sallyport.identity.svid;

import dev.sallyport.identity.token.KeyFile;
import dev.sallyport.identity.token.KeySet;
import java.nio.file.Path;

/** Keys in a file, read again when the file changes. */
public final class FileBundle implements BundleSource {
  private final KeyFile file;

  /**
   * Reads the file.
   *
   * @throws IllegalArgumentException if it does not hold a trust domain's keys
   */
  public FileBundle(Path path) {
    file = KeyFile.open(path, KeySet::ofTrustDomain);
  }

  @Override
  public State state() {
    return new Known(file.keys());
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
