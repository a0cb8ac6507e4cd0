package dev.sallyport.identity.digest;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;

/** SHA-256, which every Java has. Source: FIPS 180-4. */
public final class Sha256 {
  /** How long a digest is. */
  public static final int BYTES = 32;

  /** Never given any input: to copy it takes less than to look a digest up. */
  private static final MessageDigest BLANK = lookedUp();

  private Sha256() {}

  /** A digest that is given its input in parts. Not thread-safe. */
  public static MessageDigest create() {
    try {
      return (MessageDigest) BLANK.clone();
    } catch (CloneNotSupportedException _) {
      return lookedUp();
    }
  }

  private static MessageDigest lookedUp() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** The digest of bytes. */
  public static byte[] of(byte[] bytes) {
    return create().digest(bytes);
  }

  /** The digest of a text in UTF-8. */
  public static byte[] of(String text) {
    return of(text.getBytes(StandardCharsets.UTF_8));
  }

  /** The digest of bytes, in hexadecimal. */
  public static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(of(bytes));
  }

  /** The digest of a text in UTF-8, in hexadecimal. */
  public static String hex(String text) {
    return HexFormat.of().formatHex(of(text));
  }

  /** The digest of bytes in base64url without padding, as JOSE writes thumbprints. */
  public static String base64Url(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(of(bytes));
  }
}
