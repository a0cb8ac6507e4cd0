package dev.sallyport.sandbox.contract;

import dev.sallyport.sandbox.label.Authority;
import dev.sallyport.sandbox.label.Readers;
import java.util.Optional;

/**
 * What is agreed of one field of a result, and of all below it.
 *
 * @param literalIfVocabulary whether a text is shown that is a word of what the turn's person wrote
 * @param authority what may be done on its word; empty if as of what it is a part of
 * @param readers who may see it; empty if as of what it is a part of
 */
public record FieldRule(
    FieldForm form,
    boolean literalIfVocabulary,
    Optional<Authority> authority,
    Optional<Readers> readers) {
  public FieldRule {
    if (literalIfVocabulary && !isText(form)) {
      throw new IllegalArgumentException(
          "literal_if is for the kinds text, ident, addr, url and date: " + form);
    }
    if (authority.filter(Authority.USER::equals).isPresent()) {
      throw new IllegalArgumentException("no result has the authority USER");
    }
  }

  /** One that says what the field is, and no more. */
  public static FieldRule of(FieldForm form) {
    return new FieldRule(form, false, Optional.empty(), Optional.empty());
  }

  private static boolean isText(FieldForm form) {
    return form instanceof FieldForm.Open(var kind)
        && switch (kind) {
          case TEXT, IDENT, ADDR, URL, DATE -> true;
          case JSON, BLOB, NUMBER -> false;
        };
  }
}
