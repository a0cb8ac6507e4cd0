package dev.sallyport.vault;

import java.util.List;
import java.util.Map;

/**
 * Secrets lent for one call. Closing ends the loan and clears what was opened, as far as a Java
 * process can.
 */
public interface Lent extends AutoCloseable {
  /** A loan of nothing, for a destination that needs no credential. */
  static Lent nothing() {
    return NothingLent.INSTANCE;
  }

  /** Several loans as one, whose redactor finds what any of them lent. Closing it closes all. */
  static Lent allOf(List<Lent> loans) {
    return switch (loans.size()) {
      case 0 -> nothing();
      case 1 -> loans.getFirst();
      default -> new AllLent(loans);
    };
  }

  /** The headers to send with any request, by name. */
  Map<String, String> headers();

  /**
   * The headers to send with this request, by name: those of any request, unless the loan signs
   * what it is sent with. For the egress client alone.
   */
  default Map<String, String> headers(Outgoing request) {
    return headers();
  }

  /** The variables to start a process with, by name. */
  Map<String, String> variables();

  /** Finds what was lent in whatever comes back. */
  Redactor redactor();

  @Override
  void close();
}
