package dev.sallyport.llm.responses;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sallyport.llm.spi.Attempt;
import dev.sallyport.llm.spi.CannotCarryException;
import dev.sallyport.llm.spi.ChatRequest;
import dev.sallyport.llm.spi.Piece;
import dev.sallyport.llm.spi.WireReply;
import dev.sallyport.llm.sse.SseReader;
import dev.sallyport.llm.testing.Goldens;
import dev.sallyport.llm.testing.Wire;
import java.io.ByteArrayInputStream;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Chat requests to OpenAI's Responses and back, by pairs of files. */
final class ResponsesGoldenTest {
  private static final Attempt ATTEMPT =
      new Attempt("gpt-5-upstream", 4_096, false, Instant.ofEpochSecond(1_763_700_000));

  @TestFactory
  Stream<DynamicTest> encodesRequests() throws Exception {
    return Goldens.cases("responses/requests", ".json", ".responses.json", this::encode);
  }

  @TestFactory
  Stream<DynamicTest> decodesReplies() throws Exception {
    return Goldens.cases("responses/replies", ".responses.json", ".chat.json", this::decode);
  }

  @TestFactory
  Stream<DynamicTest> decodesStreams() throws Exception {
    return Goldens.cases("responses/streams", ".responses.sse", ".chat.sse", this::stream);
  }

  private String encode(byte[] chat) {
    var golden = JsonNodeFactory.instance.objectNode();
    try {
      var wire = ResponsesApi.encode(ChatRequest.parse(chat), ATTEMPT);
      new ResponsesRules().check(Wire.object(wire.body()));
      golden.set("body", Wire.object(wire.body()));
      var dropped = golden.putArray("dropped");
      wire.dropped().forEach(dropped::add);
    } catch (CannotCarryException e) {
      golden.put("refused", e.problem());
    }
    return Wire.pretty(golden);
  }

  private String decode(byte[] response) throws Exception {
    return Goldens.reply(ResponsesApi.decode(new WireReply(200, Optional.empty(), response)));
  }

  private String stream(byte[] recorded) throws Exception {
    var stream = ResponsesApi.stream(Goldens.streamed(), ATTEMPT);
    var reader = new SseReader(new ByteArrayInputStream(recorded), 1 << 20);
    var out = new StringBuilder();
    for (var frame = reader.next(); frame.isPresent(); frame = reader.next()) {
      for (var piece : stream.accept(frame.get())) {
        out.append(Goldens.piece(piece));
        if (piece instanceof Piece.Finished) {
          out.insert(out.length() - 2, " " + stream.served());
        }
      }
    }
    return out.toString();
  }
}
