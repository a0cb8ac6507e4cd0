package dev.sallyport.vault.seal;

import dev.sallyport.vault.StateSeal;
import dev.sallyport.vault.seal.Sealer.Context;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.Optional;

/**
 * Seals states with the key-encryption key, which all replicas share, so that each opens what
 * another sealed. Thread-safe.
 */
public final class SealedStates implements StateSeal {
  private final Sealer sealer;

  public SealedStates(Sealer sealer) {
    this.sealer = sealer;
  }

  @Override
  public String seal(byte[] state, String boundTo) {
    return sealer.seal(state, context(boundTo));
  }

  @Override
  public Optional<byte[]> open(String sealed, String boundTo) {
    if (!isCanonical(sealed)) {
      return Optional.empty();
    }
    try {
      return Optional.of(sealer.open(sealed, context(boundTo)));
    } catch (GeneralSecurityException _) {
      return Optional.empty();
    }
  }

  /** Whether it is spelt as it was given: a text in base64 has other spellings, too. */
  private static boolean isCanonical(String sealed) {
    try {
      return Base64.getEncoder().encodeToString(Base64.getDecoder().decode(sealed)).equals(sealed);
    } catch (IllegalArgumentException _) {
      return false;
    }
  }

  private static Context context(String boundTo) {
    return new Context("client-state", boundTo, 1);
  }
}
