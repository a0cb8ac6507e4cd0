package dev.sallyport.llm.testing;

import dev.sallyport.llm.AnswerHead;
import dev.sallyport.llm.StreamSink;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/** Keeps a stream, and can leave in the middle of it. Thread-safe. */
public class RecordingSink implements StreamSink {
  private final List<AnswerHead> heads = new CopyOnWriteArrayList<>();
  private final List<String> events = new CopyOnWriteArrayList<>();
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
