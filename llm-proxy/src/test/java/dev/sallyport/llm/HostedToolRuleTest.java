package dev.sallyport.llm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Outcome;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.identity.testing.RecordingEvidence.Ended;
import dev.sallyport.llm.dialogue.Exchange;
import dev.sallyport.llm.kit.FakeProvider;
import dev.sallyport.llm.spi.Form;
import dev.sallyport.llm.spi.ModelRequest;
import dev.sallyport.llm.testing.TestingProxy;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tools that a provider runs pass the broker by, so that a deployment must allow them. */
final class HostedToolRuleTest {
  private static final String CHAT =
      "{\"model\":\"a\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}],%s}";
  private static final String MESSAGES =
      "{\"model\":\"a\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}],%s}";
  private static final String RESPONSES = "{\"model\":\"a\",\"input\":\"Hi\",%s}";
  private static final String SEARCH =
      "\"tools\":[{\"type\":\"web_search_20250305\",\"name\":\"w\"}]";

  private final FakeProvider upstream = new FakeProvider().lenient();
  private final TestingProxy testing = new TestingProxy();

  @AfterEach
  void close() throws IOException {
    testing.close();
    upstream.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "openai | chat | CHAT | \"web_search_options\":{} | web_search_options",
        "openai | chat | CHAT | \"tools\":[{\"type\":\"web_search\"}] | web_search",
        "openrouter | chat | CHAT | \"plugins\":[{\"id\":\"web\"}] | plugins",
        "azure-openai | chat | CHAT | \"mcp_servers\":[{}] | mcp_servers",
        "openai | responses | CHAT | \"web_search_options\":{} | web_search_options",
        "anthropic | chat | MESSAGES | \"mcp_servers\":[{\"type\":\"url\"}] | mcp_servers",
        "anthropic | chat | MESSAGES | " + SEARCH + " | web_search_20250305",
        "openrouter | chat | MESSAGES | " + SEARCH + " | web_search_20250305",
        "openai | responses | RESPONSES | \"tools\":[{\"type\":\"web_search\"}] | web_search",
        "openai | responses | RESPONSES | \"tools\":[{\"type\":\"shell\"}] | shell",
        "azure-openai | responses | RESPONSES | \"tools\":[{\"type\":\"file_search\"}] |"
            + " file_search",
        "openrouter | chat | RESPONSES | \"tools\":[{\"type\":\"code_interpreter\"}] |"
            + " code_interpreter",
      })
  void refusesThemWhereNothingIsSaid(
      String protocol, String api, Form form, String brought, String name) {
    testing.played("p", protocol, upstream).deploymentOf("a", "p", api, 0);

    assertThatThrownBy(() -> ask(form, brought))
        .isInstanceOfSatisfying(
            Refusal.class,
            refusal -> {
              assertThat(refusal.code()).isEqualTo(RefusalCode.FORBIDDEN);
              assertThat(refusal.getMessage()).contains(name);
            });

    assertThat(upstream.received()).isEmpty();
    assertThat(testing.evidence.outcomes())
        .containsExactly(new Outcome.Refused(RefusalCode.FORBIDDEN));
    assertThat(named(facts())).containsExactly(name);
  }

  /** The models of Anthropic's in the clouds, whose requests pass as they are, too. */
  @ParameterizedTest
  @CsvSource({"vertex, claude-sonnet-4-5", "bedrock, anthropic.claude-sonnet-4-5-v1:0"})
  void refusesThemInTheClouds(String protocol, String model) {
    testing
        .played("p", protocol, upstream)
        .add("Deployment", "d", deployment("p", model, 0, "\"publisher\":\"anthropic\""));

    assertThatThrownBy(() -> ask(Form.MESSAGES, SEARCH))
        .isInstanceOfSatisfying(
            Refusal.class, one -> assertThat(one.code()).isEqualTo(RefusalCode.FORBIDDEN));
    assertThat(upstream.received()).isEmpty();
    assertThat(named(facts())).containsExactly("web_search_20250305");
  }

  @Test
  void passesThemOnWhereTheDeploymentAllowsThemAndTellsEvidence() {
    testing
        .played("p", "anthropic", upstream)
        .add("Deployment", "d", deployment("p", "claude", 0, "\"hostedTools\":\"allow\""));

    ask(Form.MESSAGES, SEARCH);

    assertThat(upstream.last().json().at("/tools/0/type").asText())
        .isEqualTo("web_search_20250305");
    assertThat(named(facts())).containsExactly("web_search_20250305");
    assertThat(facts().path("deployment").asText()).isEqualTo("d");
  }

  @Test
  void asksOnlyThoseOfAnAliasThatAllowThem() {
    testing
        .played("p", "anthropic", upstream)
        .add("Deployment", "first", deployment("p", "claude", 0, "\"hostedTools\":\"deny\""))
        .add("Deployment", "second", deployment("p", "claude", 1, "\"hostedTools\":\"allow\""));

    ask(Form.MESSAGES, SEARCH);

    assertThat(facts().path("route").toString()).contains("first:hosted_tools", "second:answered");
  }

  @Test
  void leavesThemOutAndNamesThemWhereTheRequestIsTranslated() {
    testing.played("p", "openai", upstream).deploymentOf("a", "p", "chat", 0);

    var answer = ask(Form.MESSAGES, SEARCH + ",\"mcp_servers\":[{\"type\":\"url\"}]");

    assertThat(answer.head().dropped()).contains("tools.web_search_20250305", "mcp_servers");
    assertThat(upstream.last().json().toString()).doesNotContain("web_search", "mcp_servers");
    assertThat(named(facts())).containsExactly("mcp_servers", "web_search_20250305");
  }

  @Test
  void saysNothingOfRequestsWithoutThem() {
    testing.played("p", "openai", upstream).deploymentOf("a", "p", "chat", 0);

    ask(Form.CHAT, "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}}]");

    assertThat(facts().has("hosted_tools")).isFalse();
  }

  private static String deployment(String provider, String model, int priority, String more) {
    return ("{\"alias\":\"a\",\"provider\":\"%s\",\"upstreamModel\":\"%s\",\"priority\":%d,%s,"
            + "\"price\":{\"inputUsdPerMillion\":\"3.00\",\"outputUsdPerMillion\":\"15.00\"}}")
        .formatted(provider, model, priority, more);
  }

  private Answer ask(Form form, String brought) {
    var body =
        switch (form) {
          case CHAT -> CHAT;
          case MESSAGES -> MESSAGES;
          case RESPONSES -> RESPONSES;
          case EMBEDDINGS -> throw new AssertionError();
        };
    return testing.proxy.answer(
        testing.caller(), read(form, body.formatted(brought)), Exchange.AS_IT_IS);
  }

  private ModelRequest read(Form form, String body) {
    return Wires.skins(testing.clock).stream()
        .filter(skin -> skin.form() == form)
        .findFirst()
        .orElseThrow()
        .read(body.getBytes(StandardCharsets.UTF_8));
  }

  private ObjectNode facts() {
    return testing.evidence.records(Ended.class).getLast().facts();
  }

  private static List<String> named(ObjectNode facts) {
    return facts.path("hosted_tools").valueStream().map(JsonNode::asText).toList();
  }
}
