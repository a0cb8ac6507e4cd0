package dev.sallyport.identity.oidc;

import dev.sallyport.identity.token.KeyFile;
import dev.sallyport.identity.token.KeySet;
import java.nio.file.Path;
import java.security.PublicKey;
import java.util.Optional;

/** Keys in a file, read again when the file changes: without keys it revokes them all. */
public final class FileKeys implements IssuerKeys {
  private final KeyFile<KeySet> file;

  /**
   * Reads the file.
   *
   * @throws IllegalArgumentException if it does not hold an issuer's keys
   */
  public FileKeys(Path path) {
    file = KeyFile.open(path, KeySet::ofIssuer, keys -> !keys.isEmpty());
    file.keys().requireAny();
  }

  @Override
  public Optional<PublicKey> find(String kid) {
    return file.keys().find(kid);
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
