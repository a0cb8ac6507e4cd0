package dev.sallyport.vault.aws;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A key pair of AWS.
 *
 * @param sessionToken of keys that hold for a while only
 */
public record AwsKeys(String accessKeyId, String secretAccessKey, Optional<String> sessionToken) {
  private static final JsonMapper JSON = new JsonMapper();
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9_]{10,128}");
  private static final Pattern SECRET = Pattern.compile("[\\x21-\\x7e]{16,128}");
  private static final Pattern TOKEN = Pattern.compile("[\\x21-\\x7e]{16,4096}");
  private static final Pattern PAIR =
      Pattern.compile("([A-Z0-9_]{10,128}) ([!-~]{16,128})(?: ([!-~]{16,4096}))?");

  public AwsKeys {
    if (!ID.matcher(accessKeyId).matches()) {
      throw new IllegalArgumentException("accessKeyId must be 10 to 128 letters and digits");
    }
    if (!SECRET.matcher(secretAccessKey).matches()) {
      throw new IllegalArgumentException("secretAccessKey must be 16 to 128 characters");
    }
    if (!sessionToken.map(token -> TOKEN.matcher(token).matches()).orElse(true)) {
      throw new IllegalArgumentException("sessionToken must be 16 to 4096 characters");
    }
  }

  /**
   * Reads keys from a credential's value: a JSON object with {@code accessKeyId}, {@code
   * secretAccessKey} and perhaps {@code sessionToken}, also in capitals as the AWS CLI prints them;
   * or the same two or three texts with a space between them.
   *
   * @return empty if the value is neither, and so a bearer key
   * @throws IllegalArgumentException if it is such an object without such keys; the message holds
   *     nothing of the value
   */
  public static Optional<AwsKeys> read(String value) {
    if (value.startsWith("{")) {
      return Optional.of(object(value));
    }
    var pair = PAIR.matcher(value);
    return pair.matches()
        ? Optional.of(new AwsKeys(pair.group(1), pair.group(2), Optional.ofNullable(pair.group(3))))
        : Optional.empty();
  }

  private static AwsKeys object(String value) {
    JsonNode object;
    try {
      object = JSON.readTree(value);
    } catch (JsonProcessingException _) {
      throw new IllegalArgumentException("the keys of AWS are not JSON");
    }
    return new AwsKeys(
        member(object, "accessKeyId", "AccessKeyId").orElse(""),
        member(object, "secretAccessKey", "SecretAccessKey").orElse(""),
        member(object, "sessionToken", "SessionToken"));
  }

  private static Optional<String> member(JsonNode object, String name, String inCapitals) {
    return Stream.of(name, inCapitals)
        .map(object::path)
        .filter(JsonNode::isTextual)
        .map(JsonNode::textValue)
        .findFirst();
  }

  /** Each text that must not come back to a caller. */
  public List<String> secrets() {
    var secrets = new ArrayList<>(List.of(secretAccessKey, accessKeyId));
    sessionToken.ifPresent(secrets::add);
    return secrets;
  }

  @Override
  public String toString() {
    return "AwsKeys[]";
  }
}
