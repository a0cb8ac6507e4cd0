package dev.sallyport.identity.key;

import dev.sallyport.identity.digest.Sha256;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The text of a key: {@code spk_}, its id, and 256 random bits.
 *
 * @param id what the key is found by; not secret
 */
record KeyText(String id, String text) {
  private static final Pattern FORM = Pattern.compile("spk_([a-z2-7]{12})_[A-Za-z0-9_-]{43}");
  private static final char[] BASE32 = "abcdefghijklmnopqrstuvwxyz234567".toCharArray();

  static KeyText mint(SecureRandom random) {
    var name = new byte[12];
    random.nextBytes(name);
    var id = new StringBuilder();
    for (byte each : name) {
      id.append(BASE32[each & 31]);
    }
    var secret = new byte[32];
    random.nextBytes(secret);
    return new KeyText(
        id.toString(),
        "spk_" + id + "_" + Base64.getUrlEncoder().withoutPadding().encodeToString(secret));
  }

  static Optional<KeyText> parse(String text) {
    var matcher = FORM.matcher(text);
    return matcher.matches() ? Optional.of(new KeyText(matcher.group(1), text)) : Optional.empty();
  }

  /** The SHA-256 digest of the text, in hexadecimal. One round is enough for 256 random bits. */
  String digest() {
    return Sha256.hex(text);
  }

  @Override
  public String toString() {
    return "KeyText[" + id + "]";
  }
}
