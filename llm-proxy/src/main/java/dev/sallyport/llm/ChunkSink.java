package dev.sallyport.llm;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.llm.spi.WireJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.stream.Collectors;

/** Gives events on as chunks. */
final class ChunkSink implements StreamSink {
  private static final String DATA = "data: ";

  private final ChatSink sink;

  ChunkSink(ChatSink sink) {
    this.sink = sink;
  }

  @Override
  public void open(AnswerHead head) {}

  @Override
  public void event(byte[] frame) throws IOException {
    var data =
        new String(frame, StandardCharsets.UTF_8)
            .lines()
            .filter(line -> line.startsWith(DATA))
            .map(line -> line.substring(DATA.length()))
            .collect(Collectors.joining("\n"));
    if (!data.isEmpty() && WireJson.MAPPER.readTree(data) instanceof ObjectNode chunk) {
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
