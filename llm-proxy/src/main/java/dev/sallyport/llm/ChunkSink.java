package dev.sallyport.llm;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.llm.spi.WireJson;
import dev.sallyport.llm.sse.FrameData;
import java.io.IOException;
import java.util.Optional;

/** Gives events on as chunks. */
final class ChunkSink implements StreamSink {
  private final ChatSink sink;

  ChunkSink(ChatSink sink) {
    this.sink = sink;
  }

  @Override
  public void open(AnswerHead head) {}

  @Override
  public void event(byte[] frame) throws IOException {
    var data = FrameData.of(frame);
    if (data.length > 0 && WireJson.MAPPER.readTree(data) instanceof ObjectNode chunk) {
      sink.chunk(chunk);
    }
  }

  @Override
  public void own(byte[] frame) {
    throw new IllegalStateException("this caller's form is chat");
  }

  @Override
  public void end(Optional<byte[]> own) {}

  @Override
  public void broken(Refusal why) {}

  @Override
  public void waiting() throws IOException {
    sink.waiting();
  }
}
