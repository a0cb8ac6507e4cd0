package dev.sallyport.sandbox.quarantine;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;

/**
 * The model that reads untrusted content: it has no tools and no memory, and is taken to be in the
 * attacker's hands. Its answer is checked by {@link QuarantineTools}, never believed.
 *
 * <p>It is asked with {@link QuarantinePrompt#SYSTEM} and {@link QuarantinePrompt#user}, and has
 * texts written with {@link QuarantinePrompt#WRITING} and {@link QuarantinePrompt#writing}.
 */
@FunctionalInterface
public interface QuarantineModel {
  /**
   * Asks one question of one text. Runs on a thread of its own, which is interrupted when the time
   * for an answer is over.
   *
   * @param turn the turn on whose behalf
   * @param content the text, every line marked as data
   * @param schema a JSON schema of the answer, fixed before the text is read, of the keywords that
   *     providers take in their strict modes
   * @return whatever the model said
   * @throws ModelUnavailableException if it cannot be asked
   * @throws IOException if something else is wrong with it
   */
  String ask(String turn, String content, String question, JsonNode schema) throws IOException;

  /**
   * Has one text written anew. Runs as {@link #ask} does. A model that only answers questions is
   * not available for this.
   *
   * @param instruction what to make of the text
   * @return whatever the model wrote; nobody but the quarantine reads it
   * @throws ModelUnavailableException if it cannot be asked
   * @throws IOException if something else is wrong with it
   */
  default String write(String turn, String content, String instruction) throws IOException {
    throw new ModelUnavailableException("writes_no_text");
  }

  /** What tells it from other models, for answers that are kept. */
  default String name() {
    return "";
  }
}
