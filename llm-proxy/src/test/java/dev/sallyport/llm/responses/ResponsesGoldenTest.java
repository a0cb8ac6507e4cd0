package dev.sallyport.llm.responses;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sallyport.llm.spi.Attempt;
import dev.sallyport.llm.spi.CannotCarryException;
import dev.sallyport.llm.spi.ChatRequest;
import dev.sallyport.llm.spi.Piece;
import dev.sallyport.llm.spi.Reply;
import dev.sallyport.llm.spi.WireReply;
import dev.sallyport.llm.sse.SseReader;
import dev.sallyport.llm.testing.GoldenFiles;
import dev.sallyport.llm.testing.Wire;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
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
    return GoldenFiles.cases("responses/requests", ".json", ".responses.json", this::encode);
  }

  @TestFactory
  Stream<DynamicTest> decodesReplies() throws Exception {
    return GoldenFiles.cases("responses/replies", ".responses.json", ".chat.json", this::decode);
  }

  @TestFactory
  Stream<DynamicTest> decodesStreams() throws Exception {
    return GoldenFiles.cases("responses/streams", ".responses.sse", ".chat.sse", this::stream);
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
    return switch (ResponsesApi.decode(new WireReply(200, Optional.empty(), response))) {
      case Reply.Completed(byte[] body, var served) -> {
        var golden = JsonNodeFactory.instance.objectNode();
        golden.set("body", Wire.object(body));
        golden.put("usage", served.usage().toString());
        yield Wire.pretty(golden);
      }
      case Reply.Failed(var failure) -> failure.toString();
    };
  }

  private String stream(byte[] recorded) throws Exception {
    var request =
        ChatRequest.parse(
            ("{\"model\":\"m\",\"stream\":true,\"stream_options\":{\"include_usage\":true},"
                    + "\"messages\":[{\"role\":\"user\"}]}")
                .getBytes(StandardCharsets.UTF_8));
    var stream = ResponsesApi.stream(request, ATTEMPT);
    var reader = new SseReader(new ByteArrayInputStream(recorded), 1 << 20);
    var out = new StringBuilder();
    for (var frame = reader.next(); frame.isPresent(); frame = reader.next()) {
      for (var piece : stream.accept(frame.get())) {
        out.append(
            switch (piece) {
              case Piece.Event(byte[] bytes, boolean content) ->
                  (content ? ": content\n" : "") + new String(bytes, StandardCharsets.UTF_8);
              case Piece.Comment(byte[] bytes) -> new String(bytes, StandardCharsets.UTF_8);
              case Piece.Failed(var failure) -> ": failed " + failure.kind() + "\n\n";
              case Piece.Finished _ -> ": finished " + stream.served() + "\n\n";
            });
      }
    }
    return out.toString();
  }
}
