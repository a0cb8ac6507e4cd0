package dev.sallyport.llm.testing;

import dev.sallyport.identity.action.Refusal;
import dev.sallyport.llm.AnswerHead;
import dev.sallyport.llm.StreamSink;
import dev.sallyport.llm.skin.SkinStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** Keeps a stream as a caller of a form sees it. Thread-safe. */
public final class SkinSink implements StreamSink {
  private final SkinStream skin;
  private final List<AnswerHead> heads = new CopyOnWriteArrayList<>();
  private final List<String> events = new CopyOnWriteArrayList<>();

  public SkinSink(SkinStream skin) {
    this.skin = skin;
  }

  @Override
  public void open(AnswerHead head) {
    heads.add(head);
  }

  @Override
  public void event(byte[] frame) {
    write(skin.accept(frame));
  }

  @Override
  public void own(byte[] frame) {
    skin.passed(frame);
    write(List.of(frame));
  }

  @Override
  public void end(Optional<byte[]> own) {
    write(own.map(List::of).orElseGet(skin::end));
  }

  @Override
  public void broken(Refusal why) {
    write(skin.broken(why));
  }

  @Override
  public void waiting() {
    write(List.of(skin.waiting()));
  }

  private void write(List<byte[]> frames) {
    frames.forEach(frame -> events.add(new String(frame, StandardCharsets.UTF_8)));
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
}
