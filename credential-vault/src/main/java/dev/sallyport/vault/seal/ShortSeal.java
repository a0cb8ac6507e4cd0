package dev.sallyport.vault.seal;

import com.google.crypto.tink.Aead;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.RegistryConfiguration;
import com.google.crypto.tink.aead.AeadConfig;
import com.google.crypto.tink.aead.PredefinedAeadParameters;
import dev.sallyport.vault.seal.Sealer.Context;
import java.security.GeneralSecurityException;

/**
 * Seals what is kept in memory with a key that nothing outside this process ever has: what was
 * opened once opens again without the key-encryption key, for a fraction of the time. Thread-safe.
 */
final class ShortSeal {
  private final Aead aead;

  ShortSeal() {
    try {
      AeadConfig.register();
      var configuration = RegistryConfiguration.get();
      this.aead =
          KeysetHandle.generateNew(PredefinedAeadParameters.AES256_GCM, configuration)
              .getPrimitive(configuration, Aead.class);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-256-GCM is not there", e);
    }
  }

  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Sealed(byte[] bytes) {
    @Override
    public String toString() {
      return "sealed";
    }
  }

  Sealed seal(byte[] secret, Context context) throws GeneralSecurityException {
    return new Sealed(aead.encrypt(secret, context.bytes()));
  }

  byte[] open(Sealed sealed, Context context) throws GeneralSecurityException {
    return aead.decrypt(sealed.bytes(), context.bytes());
  }
}
