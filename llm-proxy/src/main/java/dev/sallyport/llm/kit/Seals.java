package dev.sallyport.llm.kit;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signs what a fake model thought, so that it can tell whether it is given back as it was, without
 * keeping anything: the id of each call names the thoughts before it.
 *
 * @param issuer whose signatures these are; those of another issuer do not hold
 */
record Seals(String issuer) {
  /** Takes every signature for good. */
  static final Seals ANY = new Seals("");

  private static final String ALGORITHM = "HmacSHA256";
  private static final int MARK = 10;

  /** A signature of a text. */
  String sign(String text) {
    return Base64.getEncoder().encodeToString(mac(issuer + "\n" + text));
  }

  boolean holds(String text, String signature) {
    return issuer.isEmpty() ? !signature.isEmpty() : sign(text).equals(signature);
  }

  /** A text that only the issuer can read again, and nobody can change. */
  String close(String text) {
    var plain = Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    return plain + "." + sign(text);
  }

  /** The text of what {@link #close} gave; empty if it was changed or is another issuer's. */
  Optional<String> open(String closed) {
    if (issuer.isEmpty()) {
      return Optional.of(closed).filter(text -> !text.isEmpty());
    }
    int dot = closed.indexOf('.');
    try {
      var plain = Base64.getDecoder().decode(closed.substring(0, Math.max(dot, 0)));
      var text = new String(plain, StandardCharsets.UTF_8);
      return Optional.of(text).filter(_ -> holds(text, closed.substring(dot + 1)));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  /**
   * The id of the call {@code index} of an answer, which depends on the signatures of the thoughts
   * before it, and on how many results the model had seen.
   */
  static String callId(String prefix, List<String> signatures, int results, int index) {
    return "%s%s%02d%02d".formatted(prefix, mark(signatures), results % 100, index % 100);
  }

  /**
   * Whether the thoughts before a call are those that were: all of them, in order.
   *
   * @return true also for the id of a call that no fake made
   */
  static boolean complete(String prefix, String id, List<String> signatures) {
    int end = prefix.length() + MARK;
    boolean ours = id.startsWith(prefix + "fk") && id.length() == end + 4;
    return !ours || id.substring(prefix.length(), end).equals(mark(signatures));
  }

  /** Letters and digits. */
  private static String mark(List<String> signatures) {
    if (signatures.isEmpty()) {
      return "fk00000000";
    }
    var bytes = mac(String.join("\n", signatures));
    var mark = new StringBuilder("fk");
    for (int i = 0; i < 4; i++) {
      mark.append("%02x".formatted(bytes[i] & 0xff));
    }
    return mark.toString();
  }

  private static byte[] mac(String text) {
    try {
      var mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec("sallyport-fake".getBytes(StandardCharsets.US_ASCII), ALGORITHM));
      return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JVM has no " + ALGORITHM, e);
    }
  }
}
