package dev.sallyport.sandbox.contract;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** How a server's output reaches an agent. */
public enum QuarantineMode {
  /** As a projection: not one character that the server chose. */
  STRICT,
  /** As a projection that also shows what is of a closed type and within its bounds. */
  TYPED,
  /** As it is, and the turn that read it is trusted no more than that. */
  TAINTED_READ,
  /** As it is: for servers whose every author is trusted. */
  TRUSTED;

  /** The word for it in resources, such as {@code tainted-read}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The one of that word, if there is one. */
  public static Optional<QuarantineMode> find(String word) {
    return Arrays.stream(values()).filter(mode -> mode.word().equals(word)).findFirst();
  }
}
