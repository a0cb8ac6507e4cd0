package dev.sallyport.gateway.responses;

import dev.sallyport.identity.action.Cancellation;
import dev.sallyport.identity.http.GradualAnswer;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The body of an answer that takes long. While nothing else goes out a sign of life does from time
 * to time, so that a client that has left is noticed; what is done for it is then given up.
 */
final class LiveBody implements AutoCloseable {
  private final ServerResponse response;
  private final Form form;
  private final Duration heartbeat;
  private final Cancellation cancellation;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition ended = lock.newCondition();
  private @Nullable OutputStream out;
  private boolean living;
  private boolean over;

  LiveBody(ServerResponse response, Form form, Duration heartbeat, Cancellation cancellation) {
    this.response = response;
    this.form = form;
    this.heartbeat = heartbeat;
    this.cancellation = cancellation;
  }

  /** From now on, shows signs of life. */
  void live() {
    if (!living) {
      living = true;
      Thread.ofVirtual().name("sign-of-life").start(this::beat);
    }
  }

  /** Writes some of the body; the head before it if need be. */
  void write(byte[] bytes) throws IOException {
    lock.lock();
    try {
      var stream = out == null ? open() : out;
      stream.write(bytes);
      stream.flush();
    } catch (RuntimeException e) {
      throw new IOException("the caller has left", e); // as Helidon reports a broken connection
    } finally {
      lock.unlock();
    }
  }

  /** Writes the whole body, or what is left of it, and ends. */
  void finish(byte[] bytes) throws IOException {
    lock.lock();
    try {
      rest();
      if (out == null) {
        response.header(HeaderNames.CONTENT_TYPE, form.contentType()).send(bytes);
      } else {
        write(bytes);
      }
    } catch (RuntimeException e) {
      throw new IOException("the caller has left", e);
    } finally {
      lock.unlock();
    }
  }

  private OutputStream open() {
    response.header(HeaderNames.CONTENT_TYPE, form.contentType());
    if (form.streamed()) {
      response.header(HeaderNames.CACHE_CONTROL, "no-store");
    }
    var stream = GradualAnswer.open(response);
    out = stream;
    return stream;
  }

  private void beat() {
    lock.lock();
    try {
      while (!over) {
        if (ended.awaitNanos(heartbeat.toNanos()) <= 0 && !over) {
          write(form.sign());
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (IOException _) {
      cancellation.cancel();
    } finally {
      lock.unlock();
    }
  }

  /** Shows no more signs of life. An interrupt would do that, too, and close the connection. */
  private void rest() {
    over = true;
    ended.signalAll();
  }

  @Override
  public void close() throws IOException {
    lock.lock();
    try {
      rest();
      if (out != null) {
        out.close();
      }
    } catch (RuntimeException e) {
      throw new IOException("the caller has left", e);
    } finally {
      lock.unlock();
    }
  }

  /**
   * What kind of body it is.
   *
   * @param sign of life, which says nothing in this content type
   */
  @SuppressWarnings("ArrayRecordComponent") // constants, compared by no one
  record Form(String contentType, byte[] sign, boolean streamed) {}
}
