package dev.sallyport.identity.audit;

import java.security.PublicKey;

/** Signs for this gateway. The private key never leaves what implements this. Thread-safe. */
public interface SigningKeys {
  /** The name of the key, for people. */
  String keyId();

  /** The Ed25519 key that checks the signatures. */
  PublicKey publicKey();

  /** The Ed25519 signature of the message: 64 bytes. */
  byte[] sign(byte[] message);
}
