package dev.sallyport.llm;

import dev.sallyport.identity.action.Cancellation;
import dev.sallyport.identity.action.Refusal;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The caller's side of one stream. Sends its head before its first event, and a sign of life when
 * it was silent for long. When the caller has left it gives up the call, or lets it be read on.
 * Thread-safe.
 */
final class ClientStream {
  private static final long BLOCKED_NANOS = 1_000_000_000;

  private final StreamSink sink;
  private final Cancellation cancellation;
  private final long heartbeatNanos;
  private final ReentrantLock lock = new ReentrantLock();
  private volatile Optional<AnswerHead> provisional = Optional.empty();
  private volatile Optional<AnswerHead> last = Optional.empty();
  private volatile @Nullable ClientGoneException gone;
  private volatile Runnable whenGone;
  private volatile boolean opened;
  private volatile boolean said;
  private volatile long lastSent = System.nanoTime();

  /** When the write began that has not ended; empty while there is none. */
  private volatile OptionalLong writing = OptionalLong.empty();

  ClientStream(StreamSink sink, Cancellation cancellation, Duration heartbeat) {
    this.sink = sink;
    this.cancellation = cancellation;
    this.whenGone = cancellation::cancel;
    this.heartbeatNanos = heartbeat.toNanos();
  }

  /** Lets signs of life be sent, under this head if none was sent yet. */
  void begin(AnswerHead head) {
    last = Optional.of(head);
    provisional = last;
  }

  /** Lets no more signs of life be sent. */
  void end() {
    provisional = Optional.empty();
  }

  /** Does something between two calls; signs of life are sent meanwhile if the head was sent. */
  <T> T whileWaiting(Supplier<T> work) {
    provisional = opened ? last : Optional.empty();
    try {
      return work.get();
    } finally {
      end();
    }
  }

  /** By which the call is given up when the caller has left. */
  Cancellation cancellation() {
    return cancellation;
  }

  /** What is done when a sign of life finds out that the caller has left. */
  void whenGone(Runnable then) {
    whenGone = then;
  }

  /** Whether the head has been sent, so that nothing but events can follow. */
  boolean isOpened() {
    return opened;
  }

  void open(AnswerHead head) throws ClientGoneException {
    send(() -> {
      if (!opened) {
        opened = true;
        sink.open(head);
      }
    });
  }

  void costs(Supplier<Optional<BigDecimal>> usd) throws ClientGoneException {
    send(() -> sink.costs(usd));
  }

  void event(byte[] frame) throws ClientGoneException {
    send(() -> sink.event(frame));
    said = true;
  }

  void own(byte[] frame) throws ClientGoneException {
    send(() -> sink.own(frame));
    said |= frame.length > 0 && frame[0] != ':'; // a comment says nothing
  }

  void end(Optional<byte[]> own) throws ClientGoneException {
    send(() -> sink.end(own));
  }

  void broken(Refusal why) throws ClientGoneException {
    send(() -> sink.broken(why));
  }

  void check() throws ClientGoneException {
    var left = gone;
    if (left != null) {
      throw left;
    }
  }

  /** What it is at; empty if its caller has left. */
  Optional<StreamState> state() {
    var since = writing;
    if (gone != null) {
      return Optional.empty();
    }
    if (since.isPresent() && System.nanoTime() - since.getAsLong() >= BLOCKED_NANOS) {
      return Optional.of(StreamState.BLOCKED);
    }
    return Optional.of(said ? StreamState.ANSWERING : StreamState.WAITING);
  }

  /** Whether it is time for a sign of life. */
  boolean isDue() {
    return provisional.isPresent()
        && gone == null
        && System.nanoTime() - lastSent >= heartbeatNanos;
  }

  /** Sends a sign of life if it is time for one. */
  void beat() {
    var head = provisional;
    if (head.isEmpty() || !isDue() || !lock.tryLock()) {
      return; // an event is being sent
    }
    try {
      open(head.get());
      send(sink::waiting);
    } catch (ClientGoneException _) {
      whenGone.run();
    } finally {
      lock.unlock();
    }
  }

  private void send(Sending sending) throws ClientGoneException {
    lock.lock();
    try {
      check();
      writing = OptionalLong.of(System.nanoTime());
      sending.run();
      lastSent = System.nanoTime();
    } catch (ClientGoneException e) {
      throw e;
    } catch (IOException e) {
      var left = new ClientGoneException(e);
      gone = left;
      throw left;
    } finally {
      writing = OptionalLong.empty();
      lock.unlock();
    }
  }

  @FunctionalInterface
  private interface Sending {
    void run() throws IOException;
  }
}
