package dev.sallyport.llm.spi;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a provider found wrong with a request, in its own terms: for those who run Sallyport, never
 * for callers.
 *
 * @param code the provider's stable name for the mistake; empty if it gave none
 * @param param where in the request the mistake is; empty if it did not say
 * @param words the provider's own, bounded and without control characters
 */
public record Complaint(Optional<String> code, Optional<String> param, String words) {
  private static final int MAX_WORDS = 200;
  private static final Pattern CODE = Pattern.compile("[A-Za-z0-9_.-]{1,64}");
  private static final Pattern PARAM = Pattern.compile("[A-Za-z0-9_.\\[\\]-]{1,128}");

  public Complaint {
    code = code.filter(text -> CODE.matcher(text).matches());
    param = param.filter(text -> PARAM.matcher(text).matches());
    words = PlainText.of(words, MAX_WORDS);
  }

  /**
   * Reads an error object of OpenAI's or Anthropic's or OpenRouter's form; the code is its type if
   * need be.
   */
  public static Complaint of(JsonNode error) {
    return new Complaint(
        text(error.at("/metadata/error_type"))
            .or(() -> text(error.path("code")))
            .or(() -> text(error.path("type"))),
        text(error.path("param")),
        text(error.path("message")).orElse(""));
  }

  private static Optional<String> text(JsonNode field) {
    return field.isTextual() ? Optional.of(field.textValue()) : Optional.empty();
  }
}
