package dev.sallyport.llm.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What fake models do that are asked for by name. */
final class BehaviourTest {
  private final FakeProvider provider = new FakeProvider();
  private final Caller caller = new Caller();

  @AfterEach
  void close() throws IOException {
    caller.close();
    provider.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "text | Hello, world.",
        "text-5 | Hello and then and then",
        "echo | Hi there",
        "json | {\"ok\":true}",
        "image | Images: 0",
        "refusal | I cannot help with that.",
        "length | \"length\"",
        "filter | content_filter",
        "tools-2 | \"tool_calls\"",
      })
  void saysWhatTheNameOfTheModelSays(String name, String said) throws Exception {
    var response = chat("fake/" + name);
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(Caller.tree(response.body()).toString().replace("\\\"", "\"")).contains(said);
  }

  @ParameterizedTest
  @EnumSource
  void refusesAsItsProviderDoes(Protagonist agent) throws Exception {
    var name = "fake/error-429+after-7";
    var refused = caller.post(agent.url(provider, name), agent.headers(), agent.asks(name));
    assertThat(refused.statusCode()).isEqualTo(429);
    assertThat(refused.headers().firstValue("Retry-After")).contains("7");
    assertThat(refused.body()).contains("The script says 429");
    var busy = "fake/overloaded";
    var overloaded = caller.post(agent.url(provider, busy), agent.headers(), agent.asks(busy));
    assertThat(overloaded.statusCode()).isEqualTo(agent == Protagonist.MESSAGES ? 529 : 503);
  }

  @Test
  void behavesAsItIsToldWhateverTheModel() throws Exception {
    var next = Trees.object();
    next.putArray("behaviours").add("error-503").add("echo");
    caller.post(provider.root().resolve("/next"), Map.of(), next);
    assertThat(chat("gpt-9").statusCode()).isEqualTo(503);
    assertThat(chat("gpt-9").body()).contains("Hi there");
    assertThat(chat("gpt-9").body()).contains(CannedAnswers.TEXT);
  }

  @Test
  void followsAPlaybookModelByModelAndStaysAtItsEnd() throws Exception {
    provider.follows("# a day\ngpt-9 error-500 text-3 # then well\n\nother refusal\n");
    assertThat(chat("gpt-9").statusCode()).isEqualTo(500);
    assertThat(chat("gpt-9").body()).contains("Hello and then");
    assertThat(chat("other").body()).contains("I cannot help");
    assertThat(chat("gpt-9").body()).contains("Hello and then");
    for (var line : new String[] {"gpt-9", "gpt-9 dance"}) {
      assertThatThrownBy(() -> provider.follows("\n" + line))
          .isInstanceOf(Objection.class)
          .hasMessageStartingWith("line 2: ");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"fake/dance", "fake/text+sideways", "fake/text-", "fake/text-12345678"})
  void refusesABehaviourThatItDoesNotKnow(String model) throws Exception {
    var refused = chat(model);
    assertThat(refused.statusCode()).isEqualTo(404);
    assertThat(refused.body()).contains("no fake model does", "loop", "bytewise");
  }

  @Test
  void breaksTheConnectionWhereItIsToldTo() {
    assertThatThrownBy(() -> chat("fake/text+die-0")).isInstanceOf(IOException.class);
  }

  @Test
  void saysInTheMiddleThatItFailed() throws Exception {
    var streamed = Protagonist.MESSAGES.asks("fake/text-9+fail-5+bytewise").put("stream", true);
    var body = messages(streamed).body();
    assertThat(body).contains("Hello", " and", "event: error").doesNotContain("message_stop");
  }

  @Test
  void makesWhatASchemaDemands() throws Exception {
    var request = Protagonist.RESPONSES.asks("fake/json");
    var format = request.putObject("text").putObject("format");
    format.put("type", "json_schema").put("name", "n").put("strict", true);
    format.set(
        "schema",
        Caller.tree(
            """
            {"type":"object","required":["name","ages","kind"],"additionalProperties":false,
             "properties":{"name":{"type":"string"},"kind":{"enum":["a","b"]},
             "ages":{"type":"array","items":{"$ref":"#/$defs/age"}}},
             "$defs":{"age":{"type":"integer","minimum":3}}}
            """));
    var answer = caller.post(Protagonist.RESPONSES.url(provider, ""), Map.of(), request);
    var text = Protagonist.RESPONSES.text(Caller.tree(answer.body()));
    assertThat(Caller.tree(text))
        .isEqualTo(Caller.tree("{\"name\":\"grün\",\"kind\":\"a\",\"ages\":[3]}"));
  }

  @Test
  void metersWhatItSentAndWhatOneWhoLeftMustPay() throws Exception {
    chat("fake/text-9+think+cached-3+written-2");
    while (provider.meter().lines().isEmpty()) {
      Thread.onSpinWait(); // the answer comes before its line
    }
    var line = provider.meter().lines().getLast();
    assertThat(line.usage().cacheRead()).isEqualTo(3);
    assertThat(line.usage().cacheWrite()).isEqualTo(2);
    assertThat(line.usage().textOut()).isEqualTo(9);
    assertThat(line.usage().reasoningOut()).isEqualTo(9);
    assertThat(line.cut()).isFalse();
    assertThat(new Played(Script.json(200, ""), line.usage(), List.of(1L)).after(1))
        .isEqualTo(line.usage().made(1));
    assertThat(caller.get(provider.root().resolve("/meter")).body())
        .contains("\"answers\":1", "\"reasoning_out\":9", "\"protocol\":\"openai\"");
  }

  private HttpResponse<String> chat(String model) throws IOException, InterruptedException {
    var agent = Protagonist.CHAT;
    return caller.post(agent.url(provider, model), agent.headers(), agent.asks(model));
  }

  private HttpResponse<String> messages(ObjectNode request)
      throws IOException, InterruptedException {
    var url = URI.create(provider.base("anthropic") + "/messages");
    return caller.post(url, Protagonist.MESSAGES.headers(), request);
  }
}
