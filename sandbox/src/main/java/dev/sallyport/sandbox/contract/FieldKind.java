package dev.sallyport.sandbox.contract;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What a reference says of the value that it stands for. */
public enum FieldKind {
  TEXT,
  IDENT,
  ADDR,
  URL,
  DATE,
  JSON,
  BLOB,
  NUMBER;

  /** The word for it in resources. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The one of that word, if there is one. */
  public static Optional<FieldKind> find(String word) {
    return Arrays.stream(values()).filter(kind -> kind.word().equals(word)).findFirst();
  }
}
