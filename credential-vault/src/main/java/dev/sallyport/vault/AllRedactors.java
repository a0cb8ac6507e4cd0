package dev.sallyport.vault;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.InputStream;
import java.util.List;

/** Takes out what each of several redactors finds. */
record AllRedactors(List<Redactor> redactors) implements Redactor {
  AllRedactors {
    redactors = List.copyOf(redactors);
  }

  @Override
  public InputStream redact(InputStream in) {
    var redacted = in;
    for (var redactor : redactors) {
      redacted = redactor.redact(redacted);
    }
    return redacted;
  }

  @Override
  public String redact(String text) {
    var redacted = text;
    for (var redactor : redactors) {
      redacted = redactor.redact(redacted);
    }
    return redacted;
  }

  @Override
  public JsonNode redact(JsonNode tree) {
    var redacted = tree;
    for (var redactor : redactors) {
      redacted = redactor.redact(redacted);
    }
    return redacted;
  }

  @Override
  public List<PieceScan> scans() {
    return redactors.stream().flatMap(redactor -> redactor.scans().stream()).toList();
  }

  @Override
  public int found() {
    return redactors.stream().mapToInt(Redactor::found).sum();
  }
}
