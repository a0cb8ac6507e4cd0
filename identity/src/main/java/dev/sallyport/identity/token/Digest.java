package dev.sallyport.identity.token;

import dev.sallyport.identity.digest.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A SHA-256 digest by which a proof is known, in four parts. */
public record Digest(long first, long second, long third, long fourth) {
  /** That of a token. */
  public static Digest of(String token) {
    return of(token.getBytes(StandardCharsets.UTF_8));
  }

  /** That of a proof that is no text, such as a certificate. */
  public static Digest of(byte[] proof) {
    var parts = ByteBuffer.wrap(Sha256.of(proof)).asLongBuffer();
    return new Digest(parts.get(), parts.get(), parts.get(), parts.get());
  }
}
