package dev.sallyport.mcp.http;

import dev.sallyport.identity.http.GradualAnswer;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * A stream of events that one thread writes, and that another ends if its client does not read.
 *
 * @see EventWriters
 */
final class EventWriter implements AutoCloseable {
  private static final byte[] STILL_THERE = ": \n\n".getBytes(StandardCharsets.US_ASCII);

  private final EventWriters writers;
  private final OutputStream out;
  private final Thread thread = Thread.currentThread();

  /** Guarded by this, as is what follows. */
  private boolean writing;

  private long since;
  private boolean cut;

  EventWriter(EventWriters writers, ServerResponse response) {
    this.writers = writers;
    out =
        GradualAnswer.open(
            response
                .status(Status.OK_200)
                .header(HeaderNames.CONTENT_TYPE, "text/event-stream")
                .header(HeaderNames.CACHE_CONTROL, "no-store"));
  }

  /**
   * Writes an event.
   *
   * @throws IOException if the client has left, or does not read
   */
  void write(byte[] event) throws IOException {
    begin();
    try {
      out.write(event);
      out.flush();
    } finally {
      end();
    }
  }

  /** Says that there is nothing to say. */
  void stillThere() throws IOException {
    write(STILL_THERE);
  }

  @Override
  public void close() throws IOException {
    synchronized (this) {
      cut = false; // to close is to write, and takes no longer
    }
    try {
      begin();
      try {
        out.close();
      } finally {
        end();
      }
    } finally {
      writers.forget(this);
    }
  }

  private synchronized void begin() throws IOException {
    if (cut) {
      throw new IOException("the client does not read");
    }
    writing = true;
    since = System.nanoTime();
  }

  private synchronized void end() {
    writing = false;
    if (cut) {
      Thread.interrupted(); // that was for the write
    }
  }

  /** Ends a write that began before a moment of {@link System#nanoTime}. */
  synchronized void cutIfStuck(long before) {
    if (writing && !cut && since - before < 0) {
      cut = true;
      thread.interrupt();
    }
  }
}
