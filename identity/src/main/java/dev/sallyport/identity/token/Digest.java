package dev.sallyport.identity.token;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** A SHA-256 digest by which a proof is known, in four parts. */
public record Digest(long first, long second, long third, long fourth) {
  /** That of a token. */
  public static Digest of(String token) {
    return of(token.getBytes(StandardCharsets.UTF_8));
  }

  /** That of a proof that is no text, such as a certificate. */
  public static Digest of(byte[] proof) {
    try {
      var bytes = MessageDigest.getInstance("SHA-256").digest(proof);
      var parts = ByteBuffer.wrap(bytes).asLongBuffer();
      return new Digest(parts.get(), parts.get(), parts.get(), parts.get());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
