package dev.sallyport.llm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.identity.testing.RecordingEvidence.Ended;
import dev.sallyport.llm.dialogue.Exchange;
import dev.sallyport.llm.kit.FakeProvider;
import dev.sallyport.llm.kit.Script;
import dev.sallyport.llm.spi.Form;
import dev.sallyport.llm.testing.TestingProxy;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** R4: what a provider charges for the tools that it runs is in prices, costs and budgets. */
final class HostedFeesTest {
  private static final String SEARCH =
      "{\"model\":\"a\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}],"
          + "\"tools\":[{\"type\":\"web_search_20250305\",\"name\":\"w\"%s}]}";
  private static final String MESSAGE =
      "{\"id\":\"m\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"claude\",\"content\":"
          + "[{\"type\":\"text\",\"text\":\"Hi\"}],\"stop_reason\":\"end_turn\",\"usage\":{"
          + "\"input_tokens\":10,\"output_tokens\":2,\"server_tool_use\":{\"web_search_requests\":%d}}}";
  private static final String RESPONSE =
      "{\"id\":\"r\",\"object\":\"response\",\"status\":\"completed\",\"model\":\"m\",\"output\":["
          + "{\"type\":\"web_search_call\",\"id\":\"w1\",\"status\":\"completed\"},"
          + "{\"type\":\"web_search_call\",\"id\":\"w2\",\"status\":\"completed\"},"
          + "{\"type\":\"code_interpreter_call\",\"id\":\"c1\",\"status\":\"completed\"},"
          + "{\"type\":\"function_call\",\"call_id\":\"f\",\"name\":\"f\",\"arguments\":\"{}\"}],"
          + "\"usage\":{\"input_tokens\":10,\"output_tokens\":2,\"total_tokens\":12}}";

  private final FakeProvider upstream = new FakeProvider().lenient();
  private final TestingProxy testing = new TestingProxy();

  @AfterEach
  void close() throws IOException {
    testing.close();
    upstream.close();
  }

  @ParameterizedTest
  @CsvSource({"0, 0.00006", "1, 0.01006", "3, 0.03006"})
  void chargesEachCallThatAnthropicTellsOf(int searches, String usd) {
    deployment("anthropic", "chat", "\"web_search\":\"0.01\"");
    upstream.answers(Script.json(200, MESSAGE.formatted(searches)));

    var answer = ask(Form.MESSAGES, SEARCH.formatted(""));

    assertThat(answer.head().costUsd()).contains(new BigDecimal(usd));
    assertThat(facts().path("hosted_calls").path("web_search").asInt(0)).isEqualTo(searches);
    assertThat(facts().path("cost_usd").asText()).isEqualTo(usd);
  }

  @Test
  void chargesEachCallAmongTheItemsOfAResponse() {
    deployment("openai", "responses", "\"web_search\":\"0.01\",\"code_interpreter\":\"0.03\"");
    upstream.answers(Script.json(200, RESPONSE));

    ask(
        Form.RESPONSES,
        "{\"model\":\"a\",\"input\":\"Hi\",\"tools\":[{\"type\":\"web_search_preview\"},"
            + "{\"type\":\"code_interpreter\"},{\"type\":\"function\",\"name\":\"f\"}]}");

    assertThat(facts().path("hosted_calls").toString())
        .isEqualTo("{\"code_interpreter\":1,\"web_search\":2}");
    assertThat(facts().path("cost_usd").asText()).isEqualTo("0.05006");
  }

  /** A chat tells of no calls, save OpenRouter's: that there was one is taken for granted. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"'' | 0.01006", "',\"server_tool_use\":{\"web_search_requests\":4}' | 0.04006"})
  void chargesOneCallWhereNobodyTellsOfAny(String told, String usd) {
    deployment("openai", "chat", "\"web_search\":\"0.01\"");
    upstream.answers(Script.json(200, completion(told)));

    ask(
        Form.CHAT,
        "{\"model\":\"a\",\"web_search_options\":{},\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}");

    assertThat(facts().path("cost_usd").asText()).isEqualTo(usd);
  }

  @Test
  void tellsNoCostOfWhichAFeeIsNotKnownAndRefusesItUnderABudget() {
    deployment("anthropic", "chat", "\"web_fetch\":\"0\"");
    upstream.answers(Script.json(200, MESSAGE.formatted(1)));

    assertThat(ask(Form.MESSAGES, SEARCH.formatted("")).head().costUsd()).isEmpty();
    assertThat(facts().path("price_source").asText()).isEqualTo("partial");
    assertThat(facts().path("cost_usd").asText()).isEqualTo("0.00006");

    testing.authority.budget(1_000_000);
    assertThatThrownBy(() -> ask(Form.MESSAGES, SEARCH.formatted("")))
        .isInstanceOfSatisfying(
            Refusal.class, e -> assertThat(e.code()).isEqualTo(RefusalCode.BUDGET_EXHAUSTED));
    assertThat(upstream.received()).hasSize(1);
  }

  @Test
  void takesTheCeilingOfTheProviderWhereAFeeIsNotKnown() throws Exception {
    testing.vault.with("key-p", TestingProxy.SECRET);
    testing.addLater("Credential", "key-p", "{\"providers\":[\"p\"]}");
    testing.addLater(
        "Provider",
        "p",
        ("{\"protocol\":\"anthropic\",\"baseUrl\":\"%s\",\"credential\":\"key-p\","
                + "\"unknownHostedToolUsdPerCall\":\"0.50\"}")
            .formatted(upstream.base("anthropic")));
    add("chat", "");
    testing.authority.budget(100_000_000);
    upstream.answers(Script.json(200, MESSAGE.formatted(2)));

    var answer = ask(Form.MESSAGES, SEARCH.formatted(""));

    assertThat(answer.head().costUsd()).contains(new BigDecimal("1.00006"));
    assertThat(testing.spending.spentToday(testing.caller().principal().id())).isEqualTo(1_000_060);
  }

  /** Under a budget as many calls are held as there may be, and the provider is told how many. */
  @ParameterizedTest
  @CsvSource({"'', 16, 160000", "',\"max_uses\":2', 2, 20000"})
  void holdsWhatTheCallsMayCostAndBoundsThem(String bound, int most, long micros) {
    deployment("anthropic", "chat", "\"web_search\":\"0.01\"");
    var body = SEARCH.formatted(bound);
    testing.authority.budget(micros);
    assertThatThrownBy(() -> ask(Form.MESSAGES, body))
        .isInstanceOfSatisfying(
            Refusal.class, e -> assertThat(e.code()).isEqualTo(RefusalCode.BUDGET_EXHAUSTED));

    testing.authority.budget(2 * micros + 1_000_000);
    upstream.answers(Script.json(200, MESSAGE.formatted(1)));
    ask(Form.MESSAGES, body);
    assertThat(upstream.last().json().at("/tools/0/max_uses").asInt()).isEqualTo(most);
  }

  @Test
  void boundsTheCallsOfAResponseUnderABudget() {
    deployment("openai", "responses", "\"web_search\":\"0.01\",\"code_interpreter\":\"0\"");
    testing.authority.budget(10_000_000);
    upstream.answers(Script.json(200, RESPONSE), Script.json(200, RESPONSE));
    var asked = "{\"model\":\"a\",\"input\":\"Hi\",\"tools\":[{\"type\":\"web_search\"}]%s}";

    ask(Form.RESPONSES, asked.formatted(""));
    assertThat(upstream.last().json().path("max_tool_calls").asInt()).isEqualTo(16);
    ask(Form.RESPONSES, asked.formatted(",\"max_tool_calls\":3"));
    assertThat(upstream.last().json().path("max_tool_calls").asInt()).isEqualTo(3);
  }

  private static String completion(String told) {
    return "{\"id\":\"c\",\"object\":\"chat.completion\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,"
               + "\"message\":{\"role\":\"assistant\",\"content\":\"Hi\"},\"finish_reason\":\"stop\"}],"
               + "\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":2,\"total_tokens\":12"
        + told
        + "}}";
  }

  private void deployment(String protocol, String api, String fees) {
    testing.played("p", protocol, upstream);
    add(api, fees);
  }

  private void add(String api, String fees) {
    testing.add(
        "Deployment",
        "d",
        ("{\"alias\":\"a\",\"provider\":\"p\",\"upstreamModel\":\"up\",\"api\":\"%s\","
                + "\"hostedTools\":\"allow\",\"price\":{\"inputUsdPerMillion\":\"3.00\","
                + "\"outputUsdPerMillion\":\"15.00\",\"hostedToolUsdPerCall\":{%s}}}")
            .formatted(api, fees));
  }

  private Answer ask(Form form, String body) {
    var skin = Wires.skins(testing.clock).stream().filter(one -> one.form() == form).findFirst();
    return testing.proxy.answer(
        testing.caller(),
        skin.orElseThrow().read(body.getBytes(StandardCharsets.UTF_8)),
        Exchange.AS_IT_IS);
  }

  private ObjectNode facts() {
    return testing.evidence.records(Ended.class).getLast().facts();
  }
}
