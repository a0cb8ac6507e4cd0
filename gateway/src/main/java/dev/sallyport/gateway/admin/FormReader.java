package dev.sallyport.gateway.admin;

import dev.sallyport.gateway.document.Document;
import dev.sallyport.gateway.document.DocumentMistake;
import dev.sallyport.gateway.document.InvalidDocumentsException;
import dev.sallyport.gateway.document.Nearest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads a flat object of texts. All its mistakes are told at once. */
final class FormReader {
  private final Document document;
  private final List<DocumentMistake> mistakes = new ArrayList<>();

  /** Reads a document that may have these fields and no others. */
  FormReader(Document document, Set<String> fields) {
    this.document = document;
    if (!document.tree().isObject()) {
      mistakes.add(document.mistake("", "must be an object"));
    }
    for (var field : document.tree().properties()) {
      if (!fields.contains(field.getKey())) {
        var hint = Nearest.hint(field.getKey(), fields);
        mistake(field.getKey(), "is not a field here" + hint);
      }
    }
  }

  /** A field that must be there. */
  String text(String field) {
    var found = optional(field);
    if (found.isEmpty() && !document.tree().has(field)) {
      mistake(field, "is missing");
    }
    return found.orElse("");
  }

  /** A field that may be there. */
  Optional<String> optional(String field) {
    var value = document.tree().path(field);
    if (value.isMissingNode()) {
      return Optional.empty();
    }
    if (!value.isTextual() || value.asText().isBlank()) {
      mistake(field, "must be a text");
      return Optional.empty();
    }
    return Optional.of(value.asText());
  }

  /** A list of texts that may be there. */
  Optional<List<String>> texts(String field) {
    var value = document.tree().path(field);
    if (value.isMissingNode()) {
      return Optional.empty();
    }
    var texts = new ArrayList<String>();
    value.forEach(item -> texts.add(item.isTextual() ? item.asText() : ""));
    if (!value.isArray() || texts.contains("")) {
      mistake(field, "must be a list of texts");
    }
    return Optional.of(texts);
  }

  /** Ends the reading. */
  void check() throws InvalidDocumentsException {
    if (!mistakes.isEmpty()) {
      throw new InvalidDocumentsException(mistakes);
    }
  }

  private void mistake(String field, String problem) {
    mistakes.add(document.mistake("/" + field, problem));
  }
}
