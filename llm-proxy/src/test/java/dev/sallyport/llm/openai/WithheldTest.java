package dev.sallyport.llm.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.llm.Wires;
import dev.sallyport.llm.anthropic.AnthropicAdapter;
import dev.sallyport.llm.bedrock.BedrockAdapter;
import dev.sallyport.llm.gemini.VertexAdapter;
import dev.sallyport.llm.skin.messages.MessagesSkin;
import dev.sallyport.llm.spi.Attempt;
import dev.sallyport.llm.spi.CannotCarryException;
import dev.sallyport.llm.spi.ChatRequest;
import dev.sallyport.llm.spi.Form;
import dev.sallyport.llm.spi.JsonBody;
import dev.sallyport.llm.spi.ProviderAdapter;
import dev.sallyport.llm.spi.Quirks;
import dev.sallyport.llm.spi.Site;
import dev.sallyport.llm.spi.WireRequest;
import dev.sallyport.llm.testing.Sites;
import dev.sallyport.llm.testing.Wire;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What would have another model, another place or more answers than were decided on. */
final class WithheldTest {
  private static final List<String> MEMBERS =
      List.of(
          "\"api_base\":\"http://169.254.169.254\"",
          "\"api_key\":\"k\"",
          "\"base_url\":\"http://h\"",
          "\"best_of\":20",
          "\"fallbacks\":[\"other\"]",
          "\"preset\":\"of-another\"");

  static Stream<String> members() {
    return MEMBERS.stream();
  }

  @ParameterizedTest
  @MethodSource("members")
  void goesToNoProviderOfChatsAndIsNamed(String member) throws Exception {
    var name = member.substring(1, member.indexOf('"', 1));
    for (var adapter : adapters()) {
      var wire = encode(adapter, member);
      assertThat(Wire.object(wire.body()).has(name)).as(adapter.protocol()).isFalse();
      assertThat(wire.dropped()).as(adapter.protocol()).containsExactly(name);
      assertThatThrownBy(
              () -> encode(adapter, member + ",\"provider\":{\"require_parameters\":true}"))
          .isInstanceOf(CannotCarryException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"preset\":null", "\"best_of\":1", "\"fallbacks\":[]"})
  void isNotNamedWhereItSaysNothing(String member) throws Exception {
    for (var adapter : adapters()) {
      assertThat(encode(adapter, member).dropped()).as(adapter.protocol()).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({"RESPONSES", "EMBEDDINGS", "MESSAGES"})
  void goesToNoProviderOfOtherFormsWhereOthersServeThem(Form form) throws Exception {
    var own =
        JsonBody.parse(
            "{\"model\":\"a\",\"input\":\"Hi\",\"preset\":\"p\",\"api_base\":\"h\"}"
                .getBytes(StandardCharsets.UTF_8));
    var wire =
        new OpenRouterAdapter()
            .passage(form, Site.PLAIN)
            .orElseThrow()
            .encode(own, attempt(form, Site.PLAIN));
    assertThat(wire.dropped()).containsExactly("api_base", "preset");
    assertThat(new String(wire.body(), StandardCharsets.UTF_8)).doesNotContain("preset", "api_");
  }

  /** R7: nor where Anthropic's own form goes by as it is, to whoever serves its models. */
  @ParameterizedTest
  @MethodSource("members")
  void goesToNoProviderOfMessagesAndIsNamed(String member) throws Exception {
    var name = member.substring(1, member.indexOf('"', 1));
    var body = "{\"model\":\"a\",\"max_tokens\":9," + member + ",\"x\": 2.50,\"messages\":[]}";
    var own = JsonBody.parse(body.getBytes(StandardCharsets.UTF_8));
    for (var adapter : List.of(new AnthropicAdapter(), new VertexAdapter(), new BedrockAdapter())) {
      var site = ofAnthropic();
      var wire =
          adapter
              .passage(Form.MESSAGES, site)
              .orElseThrow()
              .encode(own, attempt(Form.MESSAGES, site));
      assertThat(wire.dropped()).as(adapter.protocol()).containsExactly(name);
      assertThat(new String(wire.body(), StandardCharsets.UTF_8))
          .as(adapter.protocol())
          .doesNotContain(name)
          .contains("\"max_tokens\":9,\"x\": 2.50,\"messages\":[]}");
    }
  }

  @Test
  void isTakenOutOfWhatIsCountedToo() throws Exception {
    var said =
        "{\"model\":\"a\",\"max_tokens\":9,\"preset\":\"p\",\"messages\":"
            + "[{\"role\":\"user\",\"content\":\"Hi\"}]}";
    var asked = new MessagesSkin().read(said.getBytes(StandardCharsets.UTF_8));
    var wire =
        new AnthropicAdapter()
            .counter(Site.PLAIN)
            .orElseThrow()
            .encode(asked, attempt(Form.MESSAGES, Site.PLAIN));
    assertThat(Wire.object(wire.body()).has("preset")).isFalse();
    assertThat(wire.dropped()).containsExactly("preset");
  }

  /** What Sallyport itself heeds is not left out, whoever is asked. */
  @Test
  void isNoWishForProvidersThatIsHeeded() throws Exception {
    var heeded =
        "\"provider\":{\"allow_fallbacks\":false,\"require_parameters\":true,\"sort\":\"price\","
            + "\"max_price\":{\"prompt\":1},\"preferred_max_latency\":1,"
            + "\"preferred_min_throughput\":{\"p90\":1}}";
    for (var adapter : Wires.adapters()) {
      assertThat(encode(adapter, heeded).dropped()).as(adapter.protocol()).isEmpty();
    }
  }

  private static Site ofAnthropic() {
    return new Site(
        Optional.of("project"),
        Optional.of("eu"),
        Optional.empty(),
        Optional.of("anthropic"),
        Site.Api.CHAT,
        Quirks.NONE);
  }

  private static List<ProviderAdapter> adapters() {
    return List.of(new OpenAiAdapter(), OpenAiAdapter.azure(), new OpenRouterAdapter());
  }

  private static WireRequest encode(ProviderAdapter adapter, String member) throws Exception {
    var site =
        adapter.protocol().equals("vertex")
            ? ofAnthropic()
            : Sites.of(
                    "{\"protocol\":\"azure-openai\",\"baseUrl\":\"https://h\",\"apiVersion\":\"v1\"}")
                .site();
    var body =
        "{\"model\":\"a\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}],%s}"
            .formatted(member);
    var chat = ChatRequest.parse(body.getBytes(StandardCharsets.UTF_8));
    return adapter.encode(chat, attempt(Form.CHAT, site));
  }

  private static Attempt attempt(Form form, Site site) {
    return new Attempt("up", 64, false, Instant.EPOCH, form, site, Map.of());
  }
}
