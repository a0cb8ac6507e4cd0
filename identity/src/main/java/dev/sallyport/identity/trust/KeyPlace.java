package dev.sallyport.identity.trust;

import dev.sallyport.identity.oidc.FileKeys;
import dev.sallyport.identity.oidc.IssuerKeys;
import dev.sallyport.identity.oidc.RemoteKeys;
import java.nio.file.Path;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * Where an issuer's keys are.
 *
 * @param issuer whose metadata says where, where neither of the others does
 * @param uri an address
 * @param file the path of a file
 */
record KeyPlace(String issuer, @Nullable String uri, @Nullable String file) {
  /**
   * Opens the source of the keys.
   *
   * @throws IllegalArgumentException if it cannot be used
   */
  IssuerKeys open(InstantSource clock) {
    if (file != null) {
      return new FileKeys(Path.of(file));
    }
    return uri == null ? RemoteKeys.of(issuer, clock) : RemoteKeys.at(uri, clock);
  }
}
