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
