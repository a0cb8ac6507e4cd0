package dev.sallyport.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sallyport.gateway.dialogue.DialogueScene;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** OpenAI's own client runs a tool that is given what neither it nor the model was told to read. */
@Timeout(600)
class ClientToolsTest extends DialogueScene {
  @Test
  void theOpenAiSdkRunsAToolOfItsOwnOnHeldText() {
    var reference = reference();
    var save = call("c7", "save", "{\"text\":\"%s\"}".formatted(reference));
    var input =
        JsonNodeFactory.instance
            .objectNode()
            .put("baseUrl", gateway.data().resolve("/v1").toString())
            .put("token", gateway.svid("/agent/ci"))
            .put("model", "gpt")
            .put("text", "Save the letter.");
    model.answers(wants("", save), says("Done."), streamed(List.of(save)), streamed(List.of()));

    var told = Peers.run("llm-sdks", "tools.mjs", input);

    assertThat(told).hasSize(2);
    assertThat(told.at("/0/text").asText()).isEqualTo("Done.");
    assertThat(told.at("/1/text").asText()).isEqualTo("Hm.");
    for (var run : told) {
      assertThat(run.path("given"))
          .singleElement()
          .extracting(one -> one.asText())
          .isEqualTo(LETTER);
    }
    assertThat(model.received()).hasSize(4);
    assertThat(heardText()).contains(reference, "call_id").doesNotContain("ZEBRA", "Saved");
  }
}
