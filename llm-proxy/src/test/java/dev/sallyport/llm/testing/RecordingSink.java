package dev.sallyport.llm.testing;

import dev.sallyport.identity.action.Refusal;
import dev.sallyport.llm.AnswerHead;
import dev.sallyport.llm.StreamSink;
import dev.sallyport.llm.skin.ChatSkin;
import dev.sallyport.llm.spi.ChatRequest;
import dev.sallyport.llm.spi.ModelRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/** Keeps a stream, and can leave in the middle of it. Thread-safe. */
public class RecordingSink implements StreamSink {
  private static final ModelRequest ASKED =
      ModelRequest.of(ChatRequest.of(TestingProxy.streamed("fast")));

  private final List<AnswerHead> heads = new CopyOnWriteArrayList<>();
  private final List<String> events = new CopyOnWriteArrayList<>();
  private final List<Refusal> broken = new CopyOnWriteArrayList<>();
  private final int leavesAfter;
  private final CountDownLatch firstEvent = new CountDownLatch(1);
  private final CountDownLatch firstBeat = new CountDownLatch(1);

  /** One that stays. */
  public RecordingSink() {
    this(Integer.MAX_VALUE);
  }

  /** One that leaves after so many events. */
  public RecordingSink(int leavesAfter) {
    this.leavesAfter = leavesAfter;
  }

  @Override
  public void open(AnswerHead head) {
    heads.add(head);
  }

  @Override
  public void event(byte[] frame) throws IOException {
    if (events.size() == leavesAfter) {
      throw new IOException("gone");
    }
    events.add(new String(frame, StandardCharsets.UTF_8));
    firstEvent.countDown();
  }

  @Override
  public void own(byte[] frame) throws IOException {
    event(frame);
  }

  @Override
  public void end(Optional<byte[]> own) throws IOException {
    event(own.orElse("data: [DONE]\n\n".getBytes(StandardCharsets.US_ASCII)));
  }

  @Override
  public void broken(Refusal why) throws IOException {
    broken.add(why);
    for (var frame : new ChatSkin(() -> Instant.EPOCH).stream(ASKED).broken(why)) {
      event(frame);
    }
  }

  @Override
  public void waiting() throws IOException {
    firstBeat.countDown();
    if (events.size() == leavesAfter) {
      throw new IOException("gone");
    }
  }

  public List<AnswerHead> heads() {
    return List.copyOf(heads);
  }

  public List<String> events() {
    return List.copyOf(events);
  }

  /** Why the stream broke off, if it did. */
  public List<Refusal> broken() {
    return List.copyOf(broken);
  }

  /** All that was sent, as one text. */
  public String text() {
    return String.join("", events);
  }

  public CountDownLatch firstEvent() {
    return firstEvent;
  }

  public CountDownLatch firstBeat() {
    return firstBeat;
  }
}
