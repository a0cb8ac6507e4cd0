package dev.sallyport.llm.spi;

import com.fasterxml.jackson.databind.node.ArrayNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/**
 * Details of reasoning as one text, for a form whose only place for them is meant for another
 * provider's. Reading what was written gives the same details.
 */
public final class SealedReasoning {
  private static final String MARK = "sallyport.1.";

  private SealedReasoning() {}

  /** The text for some details. */
  public static String of(ArrayNode details) {
    return MARK + Base64.getUrlEncoder().withoutPadding().encodeToString(WireJson.bytes(details));
  }

  /** Whether a text was made here, whether it can be read or not. */
  public static boolean is(String text) {
    return text.startsWith(MARK);
  }

  /** The details that a text was made for; empty if it was not made here. */
  public static Optional<ArrayNode> read(String text) {
    if (!is(text)) {
      return Optional.empty();
    }
    try {
      var json = Base64.getUrlDecoder().decode(text.substring(MARK.length()));
      return WireJson.MAPPER.readTree(new String(json, StandardCharsets.UTF_8))
              instanceof ArrayNode details
          ? Optional.of(details)
          : Optional.empty();
    } catch (IllegalArgumentException | IOException _) {
      return Optional.empty();
    }
  }
}
