package dev.sallyport.llm.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.llm.spi.Quirks;
import dev.sallyport.llm.spi.Quirks.ToolCallIds;
import dev.sallyport.llm.testing.Sites;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class VendorsTest {
  @ParameterizedTest
  @CsvSource({
    "openai,https://api.openai.com/v1",
    "groq,https://api.groq.com/openai/v1",
    "mistral,https://api.mistral.ai/v1",
    "cerebras,https://api.cerebras.ai/v1",
    "deepseek,https://api.deepseek.com/v1",
    "xai,https://api.x.ai/v1",
    "together,https://api.together.xyz/v1",
    "fireworks,https://api.fireworks.ai/inference/v1",
    "perplexity,https://api.perplexity.ai",
    "vllm,http://localhost:8000/v1",
    "ollama,http://localhost:11434/v1",
    "nvidia,https://integrate.api.nvidia.com/v1",
    "cohere,https://api.cohere.ai/compatibility/v1",
  })
  void knowsWhereAVendorServes(String vendor, String base) {
    var spec = "{\"protocol\":\"openai\",\"vendor\":\"%s\"}".formatted(vendor);
    assertThat(Sites.of(spec).provider().base()).hasToString(base);
    var elsewhere = spec.replace("}", ",\"baseUrl\":\"https://host/v1\"}");
    assertThat(Sites.of(elsewhere).provider().base()).hasToString("https://host/v1");
    assertThat(quirks(elsewhere)).isEqualTo(quirks(spec));
  }

  /** R5. Source: OpenRouter, "Stream cancellation"; who is not named there is taken to go on. */
  @Test
  void knowsWhoStopsBillingWhenAStreamIsGivenUp() {
    var going = new ArrayList<String>();
    for (var vendor : Vendors.names(Protocol.OPENAI).split(", ", -1)) {
      if (!quirks("{\"protocol\":\"openai\",\"vendor\":\"" + vendor + "\"}").cancelStopsBilling()) {
        going.add(vendor);
      }
    }
    for (var protocol : Protocol.values()) {
      var spec =
          ("{\"protocol\":\"%s\",\"baseUrl\":\"https://h\",\"apiVersion\":\"v1\","
                  + "\"region\":\"eu\",\"project\":\"p1\"}")
              .formatted(protocol.label());
      if (!quirks(spec).cancelStopsBilling()) {
        going.add(protocol.label());
      }
    }
    assertThat(going)
        .containsExactlyElementsOf(
            List.of(
                "cerebras",
                "groq",
                "mistral",
                "nvidia",
                "perplexity",
                "gemini",
                "vertex",
                "bedrock",
                "openrouter"));
  }

  @Test
  void takesAProviderOfNoVendorToBeLikeTheProtocolsInventor() {
    assertThat(quirks("{\"protocol\":\"openai\",\"baseUrl\":\"https://host/v1\"}"))
        .isEqualTo(Quirks.NONE);
  }

  @Test
  void takesWhatIsSaidOfOneProviderInPlaceOfWhatIsKnownOfItsVendor() {
    var quirks =
        quirks(
            "{\"protocol\":\"openai\",\"vendor\":\"mistral\",\"quirks\":{\"developer\":true,"
                + "\"refused\":[\"seed\"],\"usageAt\":\"/x/usage\",\"toolCallIds\":\"any\","
                + "\"cancelStopsBilling\":true}}");

    assertThat(quirks.developer()).isTrue();
    assertThat(quirks.refused()).containsExactly("seed");
    assertThat(quirks.counting().at()).contains("/x/usage");
    assertThat(quirks.toolCallIds()).isEqualTo(ToolCallIds.ANY);
    assertThat(quirks.cancelStopsBilling()).isTrue();
    assertThat(quirks.renamed()).containsEntry("seed", "random_seed");
  }

  private static Quirks quirks(String spec) {
    return Sites.of(spec).site().quirks();
  }
}
