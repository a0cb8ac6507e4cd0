package dev.sallyport.vault.seal;

import dev.sallyport.vault.StateSeal;
import dev.sallyport.vault.seal.Sealer.Context;
import java.security.GeneralSecurityException;
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
    try {
      return Optional.of(sealer.open(sealed, context(boundTo)));
    } catch (GeneralSecurityException _) {
      return Optional.empty();
    }
  }

  private static Context context(String boundTo) {
    return new Context("client-state", boundTo, 1);
  }
}
