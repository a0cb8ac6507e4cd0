package dev.sallyport.llm.openai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.llm.spi.Attempt;
import dev.sallyport.llm.spi.ChatRequest;
import dev.sallyport.llm.spi.Form;
import dev.sallyport.llm.spi.JsonBody;
import dev.sallyport.llm.spi.ProviderAdapter;
import dev.sallyport.llm.spi.Reply;
import dev.sallyport.llm.spi.Site;
import dev.sallyport.llm.spi.WireReply;
import dev.sallyport.llm.spi.WireRequest;
import dev.sallyport.llm.testing.Sites;
import dev.sallyport.llm.testing.Wire;
import dev.sallyport.vault.Injection;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * How requests in forms other than chat go by, where somebody else than its inventor serves one.
 */
final class PassagesTest {
  private final OpenRouterAdapter openRouter = new OpenRouterAdapter();

  @Test
  void givesMessagesOnToOpenRouterWithWhatItAloneTakes() throws Exception {
    var wire =
        encode(
            openRouter,
            Form.MESSAGES,
            openRouterSite(),
            Map.of("anthropic-version", "2023-06-01", "anthropic-beta", "b1"),
            "{ \"model\":\"a\",\"max_tokens\":9,\"provider\":{\"order\":[\"anthropic\"]},"
                + "\"x_unknown\":2.50,\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}");

    assertThat(wire.path()).isEqualTo("/messages");
    assertThat(wire.headers()).containsEntry("anthropic-beta", "b1");
    assertThat(Wire.object(wire.body()))
        .isEqualTo(
            Wire.object(
                "{\"model\":\"up\",\"max_tokens\":9,\"provider\":{\"order\":[\"anthropic\"]},"
                    + "\"x_unknown\":2.50,\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}"));
    assertThat(wire.dropped()).isEmpty();
  }

  /** R7: no request may widen what an alias stands for. */
  @ParameterizedTest
  @CsvSource({"MESSAGES,/messages", "RESPONSES,/responses", "EMBEDDINGS,/embeddings"})
  void withholdsOtherModelsFromOpenRouter(Form form, String path) throws Exception {
    var wire =
        encode(
            openRouter,
            form,
            openRouterSite(),
            Map.of(),
            "{\"model\":\"a\",\"models\":[\"openai/o1-pro\"],\"max_tokens\":1,\"input\":\"Hi\","
                + "\"fallbacks\":[{\"model\":\"openai/o1-pro\"}],\"provider\":{\"zdr\":true}}");

    assertThat(wire.path()).isEqualTo(path);
    assertThat(new String(wire.body(), StandardCharsets.UTF_8))
        .doesNotContain("o1-pro")
        .contains("{\"zdr\":true}");
    assertThat(wire.dropped()).containsExactly("fallbacks", "models");
  }

  @ParameterizedTest
  @CsvSource({
    "v1,CHAT,/openai/v1/chat/completions",
    "v1,RESPONSES,/openai/v1/responses",
    "v1,EMBEDDINGS,/openai/v1/embeddings",
    "2024-10-21,CHAT,/openai/deployments/up/chat/completions?api-version=2024-10-21",
    "2024-10-21,RESPONSES,/openai/responses?api-version=2024-10-21",
    "2024-10-21,EMBEDDINGS,/openai/deployments/up/embeddings?api-version=2024-10-21",
  })
  void findsWhereAzureServesAForm(String version, Form form, String path) throws Exception {
    var azure = OpenAiAdapter.azure();
    var given =
        Sites.of(
                "{\"protocol\":\"azure-openai\",\"baseUrl\":\"https://h\",\"apiVersion\":\"%s\"}"
                    .formatted(version))
            .site();
    var site = form == Form.RESPONSES ? responses(given) : given;
    var own = "{\"model\":\"a\",\"input\":\"Hi\"}";
    var wire =
        form == Form.CHAT
            ? azure.encode(chat(), attempt(form, site, Map.of()))
            : encode(azure, form, site, Map.of(), own);

    assertThat(wire.path()).isEqualTo(path);
    assertThat(Wire.object(wire.body()).path("model").asText()).isEqualTo("up");
    assertThat(azure.injection(site)).isEqualTo(new Injection.Header("api-key", ""));
    if (form == Form.RESPONSES) {
      assertThat(azure.encode(chat(), attempt(Form.CHAT, site, Map.of())).path()).isEqualTo(path);
    }
  }

  @Test
  void hasNoPassageForWhatAProviderDoesNotSpeak() {
    for (var adapter : List.<ProviderAdapter>of(new OpenAiAdapter(), OpenAiAdapter.azure())) {
      assertThat(adapter.passage(Form.CHAT, Site.PLAIN)).isEmpty();
      assertThat(adapter.passage(Form.MESSAGES, Site.PLAIN)).isEmpty();
      assertThat(adapter.passage(Form.RESPONSES, Site.PLAIN)).isEmpty();
      assertThat(adapter.passage(Form.RESPONSES, responses(Site.PLAIN))).isPresent();
    }
    assertThat(openRouter.passage(Form.CHAT, Site.PLAIN)).isEmpty();
  }

  @Test
  void looksAtWhatOpenRouterAnswersInAnthropicsForm() throws Exception {
    var passage = openRouter.passage(Form.MESSAGES, openRouterSite()).orElseThrow();
    var body =
        "{\"id\":\"gen-1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"served\","
            + "\"content\":[{\"type\":\"text\",\"text\":\"Hi\"}],\"stop_reason\":\"end_turn\","
            + "\"usage\":{\"input_tokens\":3,\"output_tokens\":2,\"cost\":0.1}}";
    var reply =
        passage.decode(
            new WireReply(200, Optional.empty(), body.getBytes(StandardCharsets.UTF_8)),
            JsonBody.parse("{}".getBytes(StandardCharsets.UTF_8)),
            attempt(Form.MESSAGES, openRouterSite(), Map.of()));

    assertThat(reply)
        .isInstanceOfSatisfying(
            Reply.Completed.class,
            completed -> {
              assertThat(new String(completed.body(), StandardCharsets.UTF_8)).isEqualTo(body);
              assertThat(completed.served().usage().orElseThrow().in()).isEqualTo(3);
            });
  }

  private static WireRequest encode(
      ProviderAdapter adapter, Form form, Site site, Map<String, String> headers, String own)
      throws Exception {
    return adapter
        .passage(form, site)
        .orElseThrow()
        .encode(JsonBody.parse(own.getBytes(StandardCharsets.UTF_8)), attempt(form, site, headers));
  }

  private static ChatRequest chat() {
    return ChatRequest.of(
        Wire.object("{\"model\":\"a\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}"));
  }

  private static Attempt attempt(Form form, Site site, Map<String, String> headers) {
    return new Attempt("up", 4_096, false, Instant.EPOCH, form, site, headers);
  }

  private static Site openRouterSite() {
    return Sites.of("{\"protocol\":\"openrouter\"}").site();
  }

  private static Site responses(Site site) {
    return new Site(
        site.project(),
        site.region(),
        site.apiVersion(),
        site.publisher(),
        Site.Api.RESPONSES,
        site.quirks());
  }
}
