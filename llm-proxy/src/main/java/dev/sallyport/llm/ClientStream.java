package dev.sallyport.llm;

import dev.sallyport.identity.action.Cancellation;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The caller's side of one stream. Sends its head before its first event, and a sign of life when
 * it was silent for long. When the caller has left it gives up the call. Thread-safe.
 */
final class ClientStream {
  private final StreamSink sink;
  private final Cancellation cancellation;
  private final long heartbeatNanos;
  private final ReentrantLock lock = new ReentrantLock();
  private volatile Optional<AnswerHead> provisional = Optional.empty();
  private volatile @Nullable ClientGoneException gone;
  private volatile boolean opened;
  private volatile long lastSent = System.nanoTime();

  ClientStream(StreamSink sink, Cancellation cancellation, Duration heartbeat) {
    this.sink = sink;
    this.cancellation = cancellation;
    this.heartbeatNanos = heartbeat.toNanos();
  }

  /** Lets signs of life be sent, under this head if none was sent yet. */
  void begin(AnswerHead head) {
    provisional = Optional.of(head);
  }

  /** Lets no more signs of life be sent. */
  void end() {
    provisional = Optional.empty();
  }

  /** By which the call is given up when the caller has left. */
  Cancellation cancellation() {
    return cancellation;
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

  void event(byte[] frame) throws ClientGoneException {
    send(() -> sink.event(frame));
  }

  void check() throws ClientGoneException {
    var left = gone;
    if (left != null) {
      throw left;
    }
  }

  /** Sends a sign of life if it is time for one. */
  void beat() {
    var head = provisional;
    if (head.isEmpty() || gone != null || System.nanoTime() - lastSent < heartbeatNanos) {
      return;
    }
    if (!lock.tryLock()) {
      return; // an event is being sent
    }
    try {
      open(head.get());
      send(sink::waiting);
    } catch (ClientGoneException _) {
      cancellation.cancel();
    } finally {
      lock.unlock();
    }
  }

  private void send(Sending sending) throws ClientGoneException {
    lock.lock();
    try {
      check();
      sending.run();
      lastSent = System.nanoTime();
    } catch (ClientGoneException e) {
      throw e;
    } catch (IOException e) {
      var left = new ClientGoneException(e);
      gone = left;
      throw left;
    } finally {
      lock.unlock();
    }
  }

  @FunctionalInterface
  private interface Sending {
    void run() throws IOException;
  }
}
