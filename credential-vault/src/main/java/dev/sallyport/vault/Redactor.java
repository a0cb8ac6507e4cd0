package dev.sallyport.vault;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.InputStream;
import java.util.List;

/**
 * Takes lent secrets out of what comes back, in every encoding that it knows, whatever the chunks
 * that they come in. Stays usable after its loan is closed. Thread-safe; a stream is not.
 */
public interface Redactor {
  /** Finds nothing, since nothing was lent. */
  static Redactor nothing() {
    return NothingRedactor.INSTANCE;
  }

  /** Takes out what any of several redactors finds. */
  static Redactor all(List<Redactor> redactors) {
    return new AllRedactors(redactors);
  }

  /** The stream without the secrets; holds back no more than could be the beginning of one. */
  InputStream redact(InputStream in);

  /** The text without the secrets. */
  String redact(String text);

  /** The tree without the secrets, in values and in keys; the same instance if it had none. */
  JsonNode redact(JsonNode tree);

  /** What looks through one text that comes in pieces: one scan for each secret that was lent. */
  List<PieceScan> scans();

  /** How many secrets it has taken out so far. */
  int found();
}
