package dev.sallyport.identity.audit;

import dev.sallyport.identity.digest.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * A key that checks the signatures of notes, in the form of C2SP signed-note: {@code
 * NAME+HASH+BASE64}, where the last part is the byte 1 (Ed25519) and the 32 bytes of the key.
 */
@SuppressWarnings("ArrayRecordComponent") // bytes that are never changed, compared by content
record NoteKey(String name, byte[] key) {
  static final int HASH_BYTES = 4;
  private static final byte ED25519 = 1;
  private static final int KEY_BYTES = 32;
  private static final byte[] ENCODED_START = HexFormat.of().parseHex("302a300506032b6570032100");

  static NoteKey of(String name, PublicKey key) {
    var encoded = key.getEncoded();
    if (encoded.length != ENCODED_START.length + KEY_BYTES
        || !Arrays.equals(ENCODED_START, Arrays.copyOf(encoded, ENCODED_START.length))) {
      throw new IllegalArgumentException("not an Ed25519 key");
    }
    return new NoteKey(name, Arrays.copyOfRange(encoded, ENCODED_START.length, encoded.length));
  }

  /** Reads the written form; empty if it is not one. */
  static Optional<NoteKey> parse(String written) {
    var parts = written.split("\\+", 3);
    if (parts.length != 3) {
      return Optional.empty();
    }
    try {
      var typed = Base64.getDecoder().decode(parts[2]);
      if (typed.length != 1 + KEY_BYTES || typed[0] != ED25519) {
        return Optional.empty();
      }
      var key = new NoteKey(parts[0], Arrays.copyOfRange(typed, 1, typed.length));
      return key.written().equals(written) ? Optional.of(key) : Optional.empty();
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  /** Reads several; empty if one of them is not of the written form. */
  static Optional<List<NoteKey>> parseAll(List<String> written) {
    var keys = written.stream().map(NoteKey::parse).flatMap(Optional::stream).toList();
    return keys.size() == written.size() ? Optional.of(keys) : Optional.empty();
  }

  String written() {
    return name
        + "+"
        + HexFormat.of().formatHex(hash())
        + "+"
        + Base64.getEncoder().encodeToString(typed());
  }

  /** The first bytes of the SHA-256 of the name, a line feed, and the key with its type. */
  byte[] hash() {
    var digest = Sha256.create();
    digest.update(name.getBytes(StandardCharsets.UTF_8));
    digest.update((byte) '\n');
    return Arrays.copyOf(digest.digest(typed()), HASH_BYTES);
  }

  /** Whether this key signed the checkpoint. */
  boolean signed(Checkpoint checkpoint) {
    var signature = checkpoint.signature();
    if (!checkpoint.origin().equals(name)
        || signature.length <= HASH_BYTES
        || !Arrays.equals(hash(), Arrays.copyOf(signature, HASH_BYTES))) {
      return false;
    }
    try {
      var check = Signature.getInstance("Ed25519");
      check.initVerify(publicKey());
      check.update(checkpoint.signedText());
      return check.verify(signature, HASH_BYTES, signature.length - HASH_BYTES);
    } catch (GeneralSecurityException _) {
      return false;
    }
  }

  private PublicKey publicKey() throws GeneralSecurityException {
    var encoded = Arrays.copyOf(ENCODED_START, ENCODED_START.length + KEY_BYTES);
    System.arraycopy(key, 0, encoded, ENCODED_START.length, KEY_BYTES);
    return KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded));
  }

  private byte[] typed() {
    var typed = new byte[1 + KEY_BYTES];
    typed[0] = ED25519;
    System.arraycopy(key, 0, typed, 1, KEY_BYTES);
    return typed;
  }
}
