package dev.sallyport.vault.seal;

import com.google.crypto.tink.Aead;

/**
 * The key-encryption key, under which every secret's own key is sealed. Where it is kept is the
 * implementation's matter; it is never in the database.
 */
public interface Kek {
  /** Its name, for records; says nothing of the key. */
  String id();

  /** Seals and opens keys with it. */
  Aead aead();
}
