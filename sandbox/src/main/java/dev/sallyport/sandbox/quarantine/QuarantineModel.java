package dev.sallyport.sandbox.quarantine;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;

/**
 * The model that reads untrusted content: it has no tools and no memory, and is taken to be in the
 * attacker's hands. Its answer is checked by {@link Quarantine}, never believed.
 */
public interface QuarantineModel {
  /**
   * Asks one question of one text.
   *
   * @param turn the turn on whose behalf
   * @param schema a JSON schema of the answer, fixed before the text is read
   * @return whatever the model said
   * @throws IOException if it cannot be asked
   */
  String ask(String turn, String content, String question, JsonNode schema) throws IOException;
}
