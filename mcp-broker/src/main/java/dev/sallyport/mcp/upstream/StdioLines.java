package dev.sallyport.mcp.upstream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.mcp.wire.InvalidRpcException;
import dev.sallyport.mcp.wire.Json;
import dev.sallyport.mcp.wire.MalformedJsonException;
import dev.sallyport.mcp.wire.RpcMessage;
import dev.sallyport.sandbox.process.ChildProcess;
import dev.sallyport.vault.Redactor;
import java.io.IOException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Carries messages to and from one process, a line each, and keeps them as raw trees.
 *
 * <p>What a hostile process writes must not stop the reader, grow without bound or outlive the
 * process. A line that is no message is skipped; one that begins like a message and is none fails
 * the calls under way, since it may have been their answer. A process that writes too much that
 * nobody asked for is ended.
 */
final class StdioLines {
  private static final int MAX_QUEUED_MESSAGES = 1_024;

  private final ChildProcess process;
  private final Redactor redactor;
  private final StdioSettings settings;
  private final Receiver receiver;
  private final BlockingQueue<byte[]> outgoing = new ArrayBlockingQueue<>(MAX_QUEUED_MESSAGES);
  private final UnaskedMessages unasked = new UnaskedMessages(System::nanoTime);
  private final AtomicReference<RefusalCode> broken =
      new AtomicReference<>(RefusalCode.UPSTREAM_UNAVAILABLE);
  private volatile boolean closed;

  StdioLines(StdioSettings settings, ProcessStarter.Started started, Receiver receiver) {
    this.settings = settings;
    process = started.process();
    redactor = started.redactor();
    this.receiver = receiver;
  }

  /** A message of the server, with what was lent taken out. */
  record Incoming(RpcMessage message, long bytes, int redacted) {}

  /** Takes messages in, on the thread that reads: it must not block. */
  interface Receiver {
    /** Takes one; false if nobody waited for it. */
    boolean received(Incoming incoming);

    /** No message comes any more. */
    void broken();
  }

  /** Begins to carry. */
  void open() {
    start("out", this::readMessages);
    start("in", this::writeMessages);
  }

  boolean isAlive() {
    return !closed && process.isAlive();
  }

  /** Why calls fail that are under way when the process ends. */
  RefusalCode whyBroken() {
    return broken.get();
  }

  /** Sends a message; a process that takes in none any more is ended. */
  void write(ObjectNode message) {
    if (!offer(message)) {
      close(RefusalCode.UPSTREAM_TIMEOUT);
    }
    if (!isAlive()) {
      throw new Refusal(whyBroken());
    }
  }

  /** Sends a message if the process takes messages in. */
  boolean offer(ObjectNode message) {
    return outgoing.offer(Json.bytes(message));
  }

  /** Waits until the process and all that it started have ended. */
  void awaitEnd() {
    process.close();
  }

  /** Fails the calls under way, and has the process and all that it started end. */
  void close(RefusalCode reason) {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
    }
    broken.set(reason);
    receiver.broken();
    start("end", process::close);
  }

  private void writeMessages() {
    try (var out = process.stdin()) {
      while (isAlive()) {
        var message = outgoing.poll(1, TimeUnit.SECONDS);
        if (message != null) {
          out.write(message);
          out.write('\n');
          out.flush();
        }
      }
    } catch (IOException _) {
      close(RefusalCode.UPSTREAM_UNAVAILABLE);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void readMessages() {
    try (var lines = new LineReader(process.stdout(), settings.maxMessageBytes())) {
      while (lines.next()) {
        boolean wanted =
            lines.startsWith('{')
                && receive(Json.parseResult(lines.buffer(), lines.length()), lines.length());
        if (!wanted && !unasked.admits(lines.length())) {
          close(RefusalCode.UPSTREAM_MALFORMED);
          return;
        }
      }
      close(RefusalCode.UPSTREAM_UNAVAILABLE);
    } catch (LineReader.LineTooLongException _) {
      close(RefusalCode.RESULT_TOO_LARGE);
    } catch (MalformedJsonException | InvalidRpcException _) {
      close(RefusalCode.UPSTREAM_MALFORMED);
    } catch (IOException | RuntimeException _) {
      close(RefusalCode.UPSTREAM_UNAVAILABLE);
    }
  }

  private boolean receive(JsonNode tree, int bytes) throws InvalidRpcException {
    int before = redactor.found();
    var message = RpcMessage.of(redactor.redact(tree));
    return receiver.received(new Incoming(message, bytes, redactor.found() - before));
  }

  private void start(String stream, Runnable work) {
    Thread.ofPlatform().daemon().name("mcp-" + settings.name() + "-" + stream).start(work);
  }
}
