package dev.sallyport.vault.seal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sallyport.vault.redact.Automaton;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** What a secret must be like to be lent and to be found again in what comes back. */
final class SecretText {
  static final int MIN_LENGTH = 8;
  static final int MAX_LENGTH = 4_096;

  /** How long a JSON object may be, of which only parts are lent. */
  static final int MAX_OBJECT = 16_384;

  private static final int MIN_DISTINCT = 4;
  private static final int MAX_ORNAMENT = 4;
  private static final Set<String> COMMON =
      Set.of(
          "password",
          "passw0rd",
          "passphrase",
          "changeme",
          "change-me",
          "authorization",
          "undefined",
          "placeholder",
          "credential",
          "secretkey",
          "secret-key",
          "your-api-key",
          "12345678",
          "123456789");

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
          .build();

  private SecretText() {}

  /** A JSON object without line ends, such as a service account's key; all else as it is. */
  static String onOneLine(String value) {
    if (!isObject(value) || value.indexOf('\n') < 0) {
      return value;
    }
    try {
      return JSON.writeValueAsString(JSON.readTree(value));
    } catch (JsonProcessingException _) {
      return value;
    }
  }

  /** What is wrong with a value; never a part of it. */
  static Optional<String> problem(String value) {
    var secret = bare(value);
    int most = isObject(value) ? MAX_OBJECT : MAX_LENGTH;
    if (secret.length() < MIN_LENGTH || value.length() > most) {
      return Optional.of(
          "the secret must have %d to %d characters, or it could not be told from other text in"
                  .formatted(MIN_LENGTH, most)
              + " what comes back");
    }
    if (value.chars().anyMatch(c -> c < 0x20 || c > 0x7e)) {
      return Optional.of(
          "the secret must be printable ASCII without line ends; check for a line end at its end");
    }
    if (isCommon(secret.toLowerCase(Locale.ROOT))
        || secret.chars().distinct().count() < MIN_DISTINCT) {
      return Optional.of("the secret is a common word, which would be taken out of any text");
    }
    return Optional.empty();
  }

  /** A common word, also with a few digits or marks behind it. */
  private static boolean isCommon(String secret) {
    int end = secret.length();
    while (end > 0 && secret.length() - end < MAX_ORNAMENT && !isLetter(secret.charAt(end - 1))) {
      end--;
    }
    return COMMON.contains(secret) || COMMON.contains(secret.substring(0, end));
  }

  private static boolean isLetter(char c) {
    return c >= 'a' && c <= 'z';
  }

  private static boolean isObject(String value) {
    return value.startsWith("{");
  }

  /**
   * Whether a value repeats itself so much that it cannot be looked for; takes a while. The parts
   * of an object are looked at when they are lent.
   */
  static Optional<String> repetition(String value) {
    if (isObject(value)) {
      return Optional.empty();
    }
    try {
      Automaton.of(value);
      return Optional.empty();
    } catch (IllegalArgumentException _) {
      return Optional.of(
          "the secret repeats itself so much that it cannot be found again in what comes back");
    }
  }

  /** The secret without the scheme in front of it. */
  private static String bare(String value) {
    for (var scheme : Set.of("bearer ", "basic ", "token ")) {
      if (value.toLowerCase(Locale.ROOT).startsWith(scheme)) {
        return value.substring(scheme.length());
      }
    }
    return value;
  }
}
