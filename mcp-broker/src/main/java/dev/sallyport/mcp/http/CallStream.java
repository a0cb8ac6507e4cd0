package dev.sallyport.mcp.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Cancellation;
import dev.sallyport.identity.http.GradualAnswer;
import dev.sallyport.mcp.wire.Json;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The answer to one call: in one piece, or as a stream once there is something to tell before it.
 *
 * <p>A thread of its own writes the stream, so that a caller who reads slowly never holds the call
 * up: what waits to be written is bounded, and the oldest progress goes first. A stream that has
 * nothing to tell says from time to time that it is still there, which is also how it is found out
 * that the caller has left.
 */
final class CallStream implements AutoCloseable {
  private static final int MAX_WAITING = 64;
  private static final int MAX_WAITING_BYTES = 1 << 20;
  private static final byte[] DATA = "data: ".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] END = "\n\n".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] STILL_THERE = ": \n\n".getBytes(StandardCharsets.US_ASCII);

  private final ServerResponse response;
  private final boolean leavingCancels;
  private final Cancellation cancellation;
  private final Optional<Replay> replay;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ArrayDeque<Event> waiting = new ArrayDeque<>();

  /** Whoever writes the stream; none while there is no stream. */
  private @Nullable Thread writer;

  /** How much waits to be written. */
  private int waitingBytes;

  /** The message that answers the call has come. */
  private boolean answered;

  /** Nothing more is to be written. */
  private boolean ending;

  /** All that was to be written is. For the writer. */
  private boolean complete;

  /** Nothing more is written. */
  private boolean ended;

  /** The last sign of life was the first of two. */
  private boolean asking;

  private volatile long writingSince;
  private volatile long silentSince = System.nanoTime();

  /**
   * Something that waits to be written.
   *
   * @param loose whether it may be left out where too much waits
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Event(byte[] bytes, boolean loose) {}

  /**
   * A stream for a call.
   *
   * @param cancellation by which the call is given up
   * @param leavingCancels whether a caller who leaves gives up the call
   */
  CallStream(ServerResponse response, Cancellation cancellation, boolean leavingCancels) {
    this(response, cancellation, leavingCancels, Optional.empty());
  }

  private CallStream(
      ServerResponse response,
      Cancellation cancellation,
      boolean leavingCancels,
      Optional<Replay> replay) {
    this.response = response;
    this.cancellation = cancellation;
    this.leavingCancels = leavingCancels;
    this.replay = replay;
  }

  /** A stream for a call whose caller may lose it and take it up again. */
  static CallStream replayed(ServerResponse response, Cancellation cancellation, Replay replay) {
    return new CallStream(response, cancellation, false, Optional.of(replay));
  }

  /** By which the call is given up. */
  Cancellation cancellation() {
    return cancellation;
  }

  /**
   * Tells something before the answer.
   *
   * @param loose whether it may be left out where the caller does not keep up
   */
  void tell(ObjectNode message, boolean loose) {
    var json = Json.bytes(message);
    var bytes = replay.map(stream -> stream.add(json, false)).orElseGet(() -> event(json));
    tell(new Event(bytes, loose));
  }

  /** Ends what is written here. What comes is kept for the caller to take the stream up again. */
  void breakOff() {
    if (replay.isPresent()) {
      tell(new Event(STILL_THERE, true));
      lock.lock();
      try {
        ending = true;
        changed.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }

  /** Whether a caller who leaves gives up the call. */
  boolean leavingCancels() {
    return leavingCancels;
  }

  /** Says that the call is still under way, unless there is something else to say. */
  void stillThere() {
    lock.lock();
    try {
      if (waiting.isEmpty()) {
        asking = !asking;
        tell(new Event(STILL_THERE, true));
      }
    } finally {
      lock.unlock();
    }
  }

  /** Whether the last sign of life was the first of two, of which one alone tells nothing. */
  boolean isAsking() {
    lock.lock();
    try {
      return asking;
    } finally {
      lock.unlock();
    }
  }

  /** Ends with the message that answers the call; returns once that is written. */
  void finish(HttpAnswer answer) {
    lock.lock();
    try {
      answered = true;
    } finally {
      lock.unlock();
    }
    var last = replay.flatMap(stream -> answer.body().map(message -> stream.add(message, true)));
    if (isStreaming(() -> last.or(() -> answer.body().map(CallStream::event)))) {
      return;
    }
    if (last.isPresent() && answer.status() == Status.OK_200.code()) {
      HttpAnswer.sendEvents(response, replay.orElseThrow().opening(), last.get());
    } else {
      answer.send(response);
    }
  }

  /** Ends without one if none came. */
  @Override
  public void close() {
    var _ = isStreaming(Optional::empty);
    replay.ifPresent(Replay::end);
  }

  /** Whether what is told now reaches nobody. */
  boolean isOver() {
    lock.lock();
    try {
      return ended;
    } finally {
      lock.unlock();
    }
  }

  /** Whether the caller may still get what is told now, here or where it takes the stream up. */
  boolean isHeard() {
    return replay.isPresent() || !isOver();
  }

  /** Since when nothing was written, by {@link System#nanoTime}. */
  long silentSince() {
    return silentSince;
  }

  /** Ends the stream if a write began before the given moment and has not ended. */
  void cutIfStuck(long before) {
    long since = writingSince;
    lock.lock();
    try {
      if (since != 0 && since - before < 0 && writer != null && !ended) {
        writer.interrupt();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Tells something, unless the call was answered or nobody reads; whether it is told. */
  boolean isTold(ObjectNode message) {
    lock.lock();
    try {
      if (answered || (ended && replay.isEmpty())) {
        return false;
      }
      tell(message, false);
      return true;
    } finally {
      lock.unlock();
    }
  }

  private void tell(Event event) {
    lock.lock();
    try {
      if (ending || ended) {
        return;
      }
      makeRoom(event.bytes().length);
      add(event);
      if (writer == null) {
        writer = Thread.ofVirtual().name("mcp-stream").start(this::write);
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void add(Event event) {
    waiting.addLast(event);
    waitingBytes += event.bytes().length;
  }

  /** Leaves the oldest out of what may be left out, as much of it as has to be. */
  private void makeRoom(int length) {
    for (var each = waiting.iterator(); isFull(length) && each.hasNext(); ) {
      var event = each.next();
      if (event.loose()) {
        each.remove();
        waitingBytes -= event.bytes().length;
      }
    }
  }

  private boolean isFull(int length) {
    return waiting.size() >= MAX_WAITING || waitingBytes + length > MAX_WAITING_BYTES;
  }

  /**
   * Ends what is streamed.
   *
   * @param last to write before that; not asked for where nothing is streamed
   * @return false if nothing is
   */
  private boolean isStreaming(Supplier<Optional<byte[]>> last) {
    lock.lock();
    try {
      if (!ending) {
        ending = true;
        if (writer != null) {
          last.get().ifPresent(event -> add(new Event(event, false)));
        }
        changed.signalAll();
      }
      while (writer != null && !ended) {
        changed.awaitUninterruptibly();
      }
      return writer != null;
    } finally {
      lock.unlock();
    }
  }

  private void write() {
    try (var stream = opened()) {
      if (replay.isPresent()) {
        stream.write(replay.get().opening());
      }
      for (var event = next(); event.isPresent(); event = next()) {
        writingSince = nonZero(System.nanoTime());
        stream.write(event.get().bytes());
        stream.flush();
        silentSince = System.nanoTime();
        writingSince = 0;
      }
      complete = true; // a caller that has all of it may leave
      writingSince = nonZero(System.nanoTime()); // to close is to write
    } catch (IOException | RuntimeException _) {
      if (leavingCancels && !complete) {
        cancellation.cancel();
      }
    } finally {
      end();
    }
  }

  private void end() {
    lock.lock();
    try {
      ended = true;
      writingSince = 0;
      waiting.clear();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** What is to be written next; empty once nothing is. */
  private Optional<Event> next() {
    lock.lock();
    try {
      while (waiting.isEmpty() && !ending) {
        changed.awaitUninterruptibly();
      }
      var event = Optional.ofNullable(waiting.pollFirst());
      event.ifPresent(next -> waitingBytes -= next.bytes().length);
      return event;
    } finally {
      lock.unlock();
    }
  }

  private OutputStream opened() {
    response
        .status(Status.OK_200)
        .header(HeaderNames.CONTENT_TYPE, "text/event-stream")
        .header(HeaderNames.CACHE_CONTROL, "no-store");
    return GradualAnswer.open(response);
  }

  private static long nonZero(long nanoTime) {
    return nanoTime == 0 ? 1 : nanoTime;
  }

  /** A message as an event. */
  static byte[] event(ObjectNode message) {
    return event(Json.bytes(message));
  }

  /** A message, which is JSON in UTF-8, as an event. */
  static byte[] event(byte[] json) {
    var event = new byte[DATA.length + json.length + END.length];
    System.arraycopy(DATA, 0, event, 0, DATA.length);
    System.arraycopy(json, 0, event, DATA.length, json.length);
    System.arraycopy(END, 0, event, DATA.length + json.length, END.length);
    return event;
  }
}
