package dev.sallyport.vault.egress;

import java.io.InputStream;
import java.time.Duration;
import java.util.Optional;

/** An upstream's answer, with what was lent taken out. For one thread, save for {@link #abort}. */
public interface EgressResponse extends AutoCloseable {
  int status();

  /** The first header of that name, in any case. */
  Optional<String> header(String name);

  /**
   * How many bytes the body has, as the upstream says; more and fewer may come.
   *
   * @param otherwise if it does not say, or says no number below 10^9
   */
  default int toldBytes(int otherwise) {
    var text = header("Content-Length").orElse("");
    boolean number =
        !text.isEmpty() && text.length() <= 9 && text.chars().allMatch(c -> c >= '0' && c <= '9');
    return number ? Integer.parseInt(text) : otherwise;
  }

  /**
   * The body, to be read once. Its reads throw {@link EgressException} when the upstream breaks
   * off, is silent too long, or sends more than was allowed.
   */
  InputStream body();

  /**
   * Has the body end after that time, if it has not come by then, however slowly its bytes drip:
   * its reads fail as when the upstream is silent too long. The last time that was given holds.
   */
  void endWithin(Duration left);

  /** Gives the connection back if the body was read to its end, and cuts it otherwise. */
  @Override
  void close();

  /**
   * Cuts the connection, as when the one who wanted the answer left: a read under way in another
   * thread fails at once. Does nothing once the answer is closed. Thread-safe.
   */
  void abort();
}
