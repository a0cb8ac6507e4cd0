package dev.sallyport.llm.kit;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Sends one answer by its script. For one thread. */
final class AnswerWriter {
  private static final long LONGEST_WAIT_SECONDS = 20;

  private final OutputStream out;
  private final Script script;
  private int sent;

  AnswerWriter(OutputStream out, Script script) {
    this.out = out;
    this.script = script;
  }

  /** How many pieces were sent. */
  int sent() {
    return sent;
  }

  /**
   * Sends it.
   *
   * @return whether the connection can be used again
   * @throws IOException if the other side has left
   */
  boolean send() throws IOException {
    await(-1);
    pause(script.pace().first());
    head();
    for (int i = 0; i < script.pieces().size(); i++) {
      if (script.cutAfter().equals(Optional.of(i))) {
        return false;
      }
      await(i);
      if (i > 0) {
        pause(script.pace().each());
      }
      piece(script.pieces().get(i));
      sent = i + 1;
    }
    if (script.cutAfter().isPresent()) {
      return false;
    }
    await(script.pieces().size());
    out.write(ascii("0\r\n\r\n"));
    out.flush();
    return true;
  }

  private void head() throws IOException {
    var head = new StringBuilder("HTTP/1.1 " + script.status() + " Scripted\r\n");
    script.headers().forEach((name, value) -> head.append(name + ": " + value + "\r\n"));
    out.write(ascii(head + "Transfer-Encoding: chunked\r\n\r\n"));
    out.flush();
  }

  private void piece(byte[] bytes) throws IOException {
    int step = script.perByte() ? 1 : bytes.length;
    for (int from = 0; from < bytes.length; from += step) {
      out.write(ascii(Integer.toHexString(step) + "\r\n"));
      out.write(bytes, from, step);
      out.write(ascii("\r\n"));
      out.flush();
    }
  }

  private void await(int index) {
    script.listeners().getOrDefault(index, () -> {}).run();
    var latch = script.gates().get(index);
    if (latch == null) {
      return;
    }
    try {
      if (!latch.await(LONGEST_WAIT_SECONDS, TimeUnit.SECONDS)) {
        throw new AssertionError("nobody opened the gate at " + index);
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static void pause(Duration time) throws IOException {
    if (time.isZero()) {
      return;
    }
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
