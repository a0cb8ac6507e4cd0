package dev.sallyport.llm.skin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.llm.spi.ChatRequest;
import dev.sallyport.llm.spi.ModelRequest;
import dev.sallyport.llm.sse.FrameData;
import dev.sallyport.llm.testing.TestingProxy;
import dev.sallyport.llm.testing.Wire;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** How a stream in chat form ends that broke off. */
final class ChatSkinTest {
  private static final ModelRequest ASKED =
      ModelRequest.of(ChatRequest.of(TestingProxy.streamed("fast")));

  private final ChatSkin skin = new ChatSkin(() -> Instant.ofEpochSecond(7));

  /** R13: Vercel's SDK takes for a chunk what has choices, and goes on as if nothing were wrong. */
  @Test
  void endsAsOpenAisDoesInAnErrorAlone() {
    var last = last(skin);
    assertThat(last.properties()).hasSize(1);
    assertThat(last.at("/error/code").asText()).isEqualTo("upstream_unavailable");
    assertThat(last.at("/error/message").asText()).isNotEmpty();
  }

  /** R13: OpenRouter's SDK wants a chunk, and a number for a code. */
  @Test
  void endsAsOpenRoutersDoesInAChunkWithAnError() {
    var last = last(skin.ofOpenRouter());
    assertThat(last.path("object").asText()).isEqualTo("chat.completion.chunk");
    assertThat(last.path("created").asInt()).isEqualTo(7);
    assertThat(last.at("/choices/0/finish_reason").asText()).isEqualTo("error");
    assertThat(last.at("/error/code").isInt()).isTrue();
    assertThat(last.at("/error/metadata/code").asText()).isEqualTo("upstream_unavailable");
    assertThat(last.at("/error/metadata/error_type").asText()).isEqualTo("provider_unavailable");
  }

  @Test
  void tellsNothingOfAnAnswerThatItsChunksGaveAsNull() {
    var stream = skin.ofOpenRouter().stream(ASKED);
    stream.accept(
        ("data: {\"id\":\"gen-1\",\"object\":\"chat.completion.chunk\",\"created\":5,"
                + "\"model\":null,\"choices\":[]}\n\n")
            .getBytes(StandardCharsets.UTF_8));
    var frames = stream.broken(new Refusal(RefusalCode.UPSTREAM_UNAVAILABLE));

    var last = Wire.object(FrameData.of(frames.getLast()));
    assertThat(last.path("id").asText()).isEqualTo("gen-1");
    assertThat(last.has("model")).isFalse();
  }

  /** Clients tell answers apart by their ids. */
  @Test
  void endsAsTheChunksBeforeDidWhereOpenRoutersEnds() {
    var stream = skin.ofOpenRouter().stream(ASKED);
    for (var frame :
        new String[] {
          ": waiting",
          "data: {\"anything\":[1.50]}",
          "data: {\"id\":\"gen-1\",\"object\":\"chat.completion.chunk\",\"created\":5,"
              + "\"model\":\"openai/gpt-x\",\"provider\":\"OpenAI\",\"choices\":[{\"index\":0,"
              + "\"delta\":{\"content\":\"Hi\"}}]}"
        }) {
      stream.accept((frame + "\n\n").getBytes(StandardCharsets.UTF_8));
    }
    var frames = stream.broken(new Refusal(RefusalCode.UPSTREAM_UNAVAILABLE));

    var last = Wire.object(FrameData.of(frames.getFirst()));
    assertThat(last.path("id").asText()).isEqualTo("gen-1");
    assertThat(last.path("model").asText()).isEqualTo("openai/gpt-x");
    assertThat(last.path("provider").asText()).isEqualTo("OpenAI");
    assertThat(last.path("created").asInt()).isEqualTo(5);
    assertThat(last.at("/choices/0/delta").isEmpty()).isTrue();
    assertThat(last.at("/choices/0/finish_reason").asText()).isEqualTo("error");
  }

  private static JsonNode last(Skin skin) {
    var frames = skin.stream(ASKED).broken(new Refusal(RefusalCode.UPSTREAM_UNAVAILABLE));
    assertThat(frames).hasSize(1);
    return Wire.object(new String(frames.getFirst(), StandardCharsets.UTF_8).substring(6));
  }
}
