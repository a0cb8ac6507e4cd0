package dev.sallyport.gateway.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;

/**
 * A model that streams at a steady pace. The name of the model says how much and how fast: {@code
 * bench-20x10} sends 20 events, one each 10 ms; {@code bench-0x1000} sends one each second until
 * the caller leaves. Each event says when it was sent.
 */
final class StreamUpstream extends SelectorServer {
  /** Stands before the 19 digits of the time at which an event was sent. */
  static final String SENT_AT = "t=";

  private static final long SHORT = 1_000_000;
  private static final long NAP = 100_000;
  private static final Pattern MODEL = Pattern.compile("\"model\":\"bench-(\\d{1,6})x(\\d{1,6})\"");
  private static final byte[] HEAD =
      ascii(
          """
          HTTP/1.1 200 OK\r
          Content-Type: text/event-stream\r
          X-Accel-Buffering: no\r
          Transfer-Encoding: chunked\r
          \r
          """);
  private static final String CHUNK =
      """
      data: {"id":"chatcmpl-bench","object":"chat.completion.chunk","created":1790000000,\
      "model":"bench-model","choices":[{"index":0,"delta":{%s},"finish_reason":%s}]}

      """;
  private static final byte[] EVENT =
      chunk(CHUNK.formatted("\"content\":\"%s%019d \"".formatted(SENT_AT, 0), "null"));
  private static final int DIGITS_AT =
      new String(EVENT, StandardCharsets.US_ASCII).indexOf(SENT_AT) + SENT_AT.length();
  private static final int DIGITS = 19;
  private static final byte[] END = end();

  private final PriorityQueue<Flow> flows =
      new PriorityQueue<>(Comparator.comparingLong(Flow::nextAt));
  private final ByteBuffer input = ByteBuffer.allocateDirect(64 * 1_024);
  private final ByteBuffer output = ByteBuffer.allocateDirect(4 * 1_024);
  private final byte[] event = EVENT.clone();

  private StreamUpstream() throws IOException {}

  /** One that listens. */
  static StreamUpstream open() throws IOException {
    var upstream = new StreamUpstream();
    upstream.start("stream-upstream");
    return upstream;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] chunk(String text) {
    return ascii("%x\r\n%s\r\n".formatted(text.length(), text));
  }

  private static byte[] end() {
    var finish = CHUNK.formatted("", "\"stop\"");
    var usage =
        """
        data: {"id":"chatcmpl-bench","object":"chat.completion.chunk","created":1790000000,\
        "model":"bench-model","choices":[],\
        "usage":{"prompt_tokens":320,"completion_tokens":20,"total_tokens":340}}

        """;
    return ascii(
        new String(chunk(finish + usage + "data: [DONE]\n\n"), StandardCharsets.US_ASCII)
            + "0\r\n\r\n");
  }

  @Override
  void work() throws IOException {
    var next = flows.peek();
    if (next == null) {
      serve();
    } else {
      long wait = next.nextAt() - System.nanoTime();
      if (wait >= SHORT) {
        serve(wait / SHORT);
      } else if (serveNow() == 0 && wait > 0) {
        LockSupport.parkNanos(Math.min(wait, NAP));
      }
    }
    send(System.nanoTime());
  }

  private void send(long now) {
    for (var flow = flows.peek(); flow != null && flow.nextAt() <= now; flow = flows.peek()) {
      flows.remove();
      try {
        if (flow.events() > 0 && flow.sent() == flow.events()) {
          write(flow.channel(), END);
        } else {
          event(flow.channel());
          flows.add(flow.next());
        }
      } catch (IOException _) {
        closeQuietly(flow.channel());
      }
    }
  }

  private void event(SocketChannel channel) throws IOException {
    long time = System.nanoTime();
    for (int i = DIGITS - 1; i >= 0; i--) {
      event[DIGITS_AT + i] = (byte) ('0' + time % 10);
      time /= 10;
    }
    write(channel, event);
  }

  @Override
  Caller caller(SocketChannel channel) {
    return new Asker(channel);
  }

  /** One caller's connection, and what it is asking: nothing while it is being answered. */
  private final class Asker implements Caller {
    private final SocketChannel channel;
    private Optional<HttpMessage> asking = Optional.empty();

    Asker(SocketChannel channel) {
      this.channel = channel;
    }

    @Override
    public boolean read() throws IOException {
      input.clear();
      if (channel.read(input) < 0) {
        return false;
      }
      var request = asking.orElseGet(HttpMessage::new);
      asking = Optional.of(request);
      if (request.take(input.flip())) {
        asking = Optional.empty();
        begin(channel, request.body());
      }
      return true;
    }
  }

  private void begin(SocketChannel channel, String asked) throws IOException {
    var model = MODEL.matcher(asked);
    if (!model.find()) {
      throw new IOException("no such model");
    }
    write(channel, HEAD);
    flows.add(
        new Flow(
            channel,
            Integer.parseInt(model.group(1)),
            Integer.parseInt(model.group(2)) * 1_000_000L,
            System.nanoTime(),
            0));
  }

  private void write(SocketChannel channel, byte[] bytes) throws IOException {
    output.clear().put(bytes).flip();
    while (output.hasRemaining()) {
      channel.write(output);
    }
  }

  /**
   * One answer that is being streamed.
   *
   * @param events how many it has; 0 if it has no end
   * @param sent how many were sent
   */
  private record Flow(SocketChannel channel, int events, long interval, long nextAt, int sent) {
    /** The end follows the last event at once. */
    Flow next() {
      long pause = sent + 1 == events ? 0 : interval;
      return new Flow(channel, events, interval, nextAt + pause, sent + 1);
    }
  }
}
