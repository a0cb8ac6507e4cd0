package dev.sallyport.vault.seal;

import com.google.crypto.tink.Aead;
import com.google.crypto.tink.aead.KmsEnvelopeAead;
import com.google.crypto.tink.aead.PredefinedAeadParameters;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;

/**
 * Seals and opens secrets: each with a fresh AES-256-GCM key, which is sealed with the
 * key-encryption key. A sealed secret is bound to its name and version: moved to another row of the
 * database it does not open. Thread-safe.
 */
public final class Sealer {
  private final Kek kek;
  private final Aead envelope;

  public Sealer(Kek kek) {
    this.kek = kek;
    try {
      this.envelope = KmsEnvelopeAead.create(PredefinedAeadParameters.AES256_GCM, kek.aead());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-256-GCM is not there", e);
    }
  }

  /** The name of the key-encryption key that seals. */
  public String kekId() {
    return kek.id();
  }

  /**
   * Seals a secret.
   *
   * @param context what the secret is bound to
   */
  String seal(byte[] secret, Context context) {
    try {
      return Base64.getEncoder().encodeToString(envelope.encrypt(secret, context.bytes()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("sealing failed", e);
    }
  }

  /**
   * Opens a sealed secret.
   *
   * @throws GeneralSecurityException if it was changed, moved, or sealed with another key
   */
  byte[] open(String sealed, Context context) throws GeneralSecurityException {
    try {
      return envelope.decrypt(Base64.getDecoder().decode(sealed), context.bytes());
    } catch (IllegalArgumentException e) {
      throw new GeneralSecurityException("not a sealed secret", e);
    }
  }

  /** What a sealed secret belongs to. */
  record Context(String kind, String name, int version) {
    byte[] bytes() {
      return ("sallyport/v1|" + kind + "|" + name + "|" + version).getBytes(StandardCharsets.UTF_8);
    }
  }
}
