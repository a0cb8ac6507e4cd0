package dev.sallyport.llm.skin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.llm.dialogue.Exchange;
import dev.sallyport.llm.kit.FakeProvider;
import dev.sallyport.llm.kit.Script;
import dev.sallyport.llm.skin.messages.MessagesSkin;
import dev.sallyport.llm.skin.responses.EventRules;
import dev.sallyport.llm.skin.responses.ResponsesSkin;
import dev.sallyport.llm.testing.SkinSink;
import dev.sallyport.llm.testing.TestingProxy;
import dev.sallyport.llm.testing.Wire;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Providers of OpenAI's form that give several calls one index, or none. */
final class SharedIndexTest {
  private static final String FIRST =
      "{%s\"id\":\"a\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{\\\"x\\\"\"}}";
  private static final String REST = "{%s\"function\":{\"arguments\":\":1}\"}}";
  private static final String SECOND =
      "{%s\"id\":\"b\",\"type\":\"function\",\"function\":{\"name\":\"g\",\"arguments\":\"{}\"}}";
  private static final List<String> CALLS = List.of("a f {\"x\":1}", "b g {}");

  private final FakeProvider upstream = new FakeProvider();
  private final TestingProxy testing = new TestingProxy();

  @BeforeEach
  void start() {
    testing.provider("openai", "openai", upstream.base()).deployment("d", "fast", "openai", 0);
  }

  @AfterEach
  void close() throws IOException {
    testing.close();
    upstream.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"index\":0,", ""})
  void givesEachCallToClientsOfMessages(String index) {
    upstream.answers(streamed(index));
    var events = relay(new MessagesSkin(), "\"max_tokens\":9,\"messages\"");
    var names = new TreeMap<Integer, String>();
    var arguments = new TreeMap<Integer, String>();
    for (var line : events.lines().filter(line -> line.startsWith("data: ")).toList()) {
      var event = Wire.object(line.substring("data: ".length()));
      int at = event.path("index").asInt();
      var block = event.path("content_block");
      if (!block.isMissingNode()) {
        names.put(at, block.path("id").asText() + " " + block.path("name").asText());
      }
      arguments.merge(at, event.at("/delta/partial_json").asText(""), String::concat);
    }

    assertThat(joined(names, arguments)).isEqualTo(CALLS);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"index\":0,", ""})
  void givesEachCallToClientsOfResponses(String index) {
    upstream.answers(streamed(index));
    var events = EventRules.read(relay(new ResponsesSkin(() -> Instant.EPOCH), "\"input\""));

    assertThat(EventRules.check(events)).isEqualTo("response.completed");
    assertThat(calls(events.getLast().path("response"))).isEqualTo(CALLS);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"index\":0,", ""})
  void givesEachCallOfAWholeAnswerToClientsOfResponses(String index) {
    var skin = new ResponsesSkin(() -> Instant.EPOCH);
    var calls = FIRST.replace("\\\"x\\\"", "\\\"x\\\":1}").formatted(index);
    upstream.answers(
        Script.json(
            200,
            ("{\"id\":\"c\",\"model\":\"m\",\"choices\":[{\"index\":0,\"message\":{\"role\":"
                    + "\"assistant\",\"content\":null,\"tool_calls\":[%s,%s]},"
                    + "\"finish_reason\":\"tool_calls\"}]}")
                .formatted(calls, SECOND.formatted(index))));
    var asked = skin.read(bytes("{\"model\":\"fast\",\"input\":\"Hi\"}"));
    var answer = testing.proxy.answer(testing.caller(), asked, Exchange.AS_IT_IS);

    assertThat(calls(Wire.object(skin.whole(asked, Wire.object(answer.body()))))).isEqualTo(CALLS);
  }

  private static Script streamed(String index) {
    var events = new ArrayList<String>();
    for (var call : List.of(FIRST, REST, SECOND)) {
      events.add(chunk("{\"tool_calls\":[%s]}".formatted(call.formatted(index)), "null"));
    }
    events.add(chunk("{}", "\"tool_calls\""));
    events.add("data: [DONE]\n\n");
    return Script.events(events);
  }

  private static String chunk(String delta, String reason) {
    return ("data:"
                + " {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":%s,\"finish_reason\":%s}]}\n\n")
        .formatted(delta, reason);
  }

  private String relay(Skin skin, String prompt) {
    var asked =
        skin.read(
            bytes(
                "{\"model\":\"fast\",\"stream\":true,%s:[{\"role\":\"user\",\"content\":\"Hi\"}]}"
                    .formatted(prompt)));
    var sink = new SkinSink(skin.stream(asked));
    testing.proxy.relay(testing.caller(), asked, Exchange.AS_IT_IS, sink);
    return sink.text();
  }

  private static List<String> calls(JsonNode response) {
    var calls = new ArrayList<String>();
    for (var item : response.path("output")) {
      calls.add(
          "%s %s %s"
              .formatted(
                  item.path("call_id").asText(),
                  item.path("name").asText(),
                  item.path("arguments").asText()));
    }
    return calls;
  }

  private static List<String> joined(Map<Integer, String> names, Map<Integer, String> arguments) {
    return names.entrySet().stream()
        .map(name -> name.getValue() + " " + arguments.get(name.getKey()))
        .toList();
  }

  private static byte[] bytes(String json) {
    return json.getBytes(StandardCharsets.UTF_8);
  }
}
