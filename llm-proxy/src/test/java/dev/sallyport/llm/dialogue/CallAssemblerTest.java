package dev.sallyport.llm.dialogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Action;
import dev.sallyport.identity.action.ActionPath;
import dev.sallyport.identity.action.Cancellation;
import dev.sallyport.identity.action.Performed;
import dev.sallyport.identity.action.Permit;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.Target;
import dev.sallyport.identity.testing.FixedAuthority;
import dev.sallyport.identity.testing.RecordingEvidence;
import dev.sallyport.llm.anthropic.AnthropicAdapter;
import dev.sallyport.llm.openai.OpenAiAdapter;
import dev.sallyport.llm.spi.Attempt;
import dev.sallyport.llm.spi.ChatRequest;
import dev.sallyport.llm.spi.MalformedReplyException;
import dev.sallyport.llm.spi.Piece;
import dev.sallyport.llm.spi.ProviderAdapter;
import dev.sallyport.llm.sse.SseReader;
import dev.sallyport.llm.testing.TestingProxy;
import dev.sallyport.llm.testing.Wire;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** containment.md, criterion 9: not a byte of a call goes out before the decision on it. */
class CallAssemblerTest {
  private static final int CHUNKINGS = 10_000;
  private static final Attempt ATTEMPT = new Attempt("m", 100, false, Instant.EPOCH);

  @ParameterizedTest
  @ValueSource(strings = {"openai", "anthropic"})
  void givesTheSameAnswerHoweverItIsCutAndNothingOfACallBeforeTheDecision(String protocol) {
    permitted(permit -> {
      for (int seed = 0; seed < CHUNKINGS; seed++) {
        var answer = new ChunkedAnswer(new Random(seed));
        var dialogue = new RecordingDialogue();
        var gate = assembler(dialogue);

        var before = passed(answer, protocol, gate);
        assertThat(before).as("seed %d", seed).doesNotContain(ChunkedAnswer.MARK);
        assertThat(dialogue.proposed).isEmpty();
        var read = new Reading(before).with(gate.end(permit));

        assertThat(read.text(0)).isEqualTo(ChunkedAnswer.TEXT);
        assertThat(read.calls(0)).isEqualTo(expected(2));
        assertThat(read.ends(0)).isEqualTo("tool_calls");
        if (protocol.equals("openai")) {
          assertThat(read.text(1)).isEqualTo(ChunkedAnswer.OTHER);
          assertThat(read.calls(1)).isEqualTo(expected(1));
        }
        assertThat(read.usage).isEqualTo(1);
        assertThat(dialogue.said.getFirst().now()).isEqualTo(ChunkedAnswer.TEXT);
      }
    });
  }

  @ParameterizedTest
  @ValueSource(strings = {"openai", "anthropic"})
  void givesNothingOfAnyCallWhereOneIsRefused(String protocol) {
    permitted(permit -> {
      var gate = assembler(new RecordingDialogue(true));
      var before = passed(new ChunkedAnswer(new Random(7)), protocol, gate);

      assertThat(before).contains("Let me").doesNotContain(ChunkedAnswer.MARK, "tool_calls");
      assertThatThrownBy(() -> gate.end(permit)).isInstanceOf(Refusal.class);
    });
  }

  @Test
  void readsCallsWithoutAPlaceAndInTheOlderForm() {
    permitted(permit -> {
      var dialogue = new RecordingDialogue();
      var gate = assembler(dialogue);
      var going = new ArrayList<byte[]>();
      for (var delta :
          List.of(
              "{'tool_calls':[{'id':'a','function':{'name':'one','arguments':'{'}}]}",
              "{'tool_calls':[{'function':{'arguments':'}'}}]}",
              "{'tool_calls':[{'id':'b','type':'custom','custom':{'name':'two','input':'x'}}]}",
              "{'function_call':{'name':'three','arguments':'{'}}",
              "{'function_call':{'arguments':'}'}}")) {
        going.addAll(gate.accept(chunk(delta)));
      }

      assertThat(going).isEmpty();
      var out = new Reading("").with(gate.end(permit));
      assertThat(dialogue.proposed).extracting(ProposedCall::name).contains("one", "two", "three");
      assertThat(dialogue.proposed)
          .extracting(ProposedCall::arguments)
          .containsExactlyInAnyOrder("{}", "x", "{}");
      assertThat(out.calls(0)).hasSize(2);
      assertThat(out.raw).contains("\"function_call\":{\"name\":\"three\",\"arguments\":\"{}\"}");
    });
  }

  @Test
  void decidesOnEachOfTheCallsThatShareAnIndex() {
    permitted(permit -> {
      var dialogue = new RecordingDialogue();
      var gate = assembler(dialogue);
      for (var delta :
          List.of(
              "{'tool_calls':[{'index':0,'id':'a','function':{'name':'one','arguments':'{'}}]}",
              "{'tool_calls':[{'index':0,'id':'a','function':{'name':'one','arguments':'}'}}]}",
              "{'tool_calls':[{'index':0,'id':'b','function':{'name':'two','arguments':'['}}]}",
              "{'tool_calls':[{'index':0,'function':{'arguments':']'}}]}")) {
        assertThat(gate.accept(chunk(delta))).isEmpty();
      }

      var out = new Reading("").with(gate.end(permit));
      assertThat(dialogue.proposed).extracting(ProposedCall::id).containsExactly("a", "b");
      assertThat(dialogue.proposed).extracting(ProposedCall::name).containsExactly("one", "two");
      assertThat(dialogue.proposed).extracting(ProposedCall::arguments).containsExactly("{}", "[]");
      assertThat(out.calls(0)).hasSize(2);
    });
  }

  @Test
  void passesWhatIsNoCallByteForByte() {
    for (var frame :
        List.of(
            ": comment\n\n",
            "event: x\ndata: {\"anything\":[1.50]}\n\n",
            "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"},\"x\":2.50}]}\n\n")) {
      assertThat(assembler(new RecordingDialogue()).accept(frame.getBytes(StandardCharsets.UTF_8)))
          .singleElement()
          .isEqualTo(frame.getBytes(StandardCharsets.UTF_8));
    }
  }

  @Test
  void goesOnInALaterRoundAsOneAnswer() {
    permitted(permit -> {
      var told = new Told();
      told.round("One.", Wire.object("{\"total_tokens\":5,\"d\":{\"a\":1}}"));
      var dialogue = new RecordingDialogue();
      var first = Optional.of(Wire.object("{\"id\":\"first\",\"model\":\"m\"}"));
      var gate = new CallAssembler(dialogue, told, first);
      var out = new ArrayList<byte[]>();
      out.addAll(gate.accept(chunk("{'role':'assistant','content':''}")));
      out.addAll(gate.accept(chunk("{'content':'Two'}")));
      out.addAll(gate.accept(chunk("{'content':'.'}")));
      var usage = "data: {\"choices\":[],\"usage\":{\"total_tokens\":7,\"d\":{\"a\":2}}}\n\n";
      out.addAll(gate.accept(usage.getBytes(StandardCharsets.UTF_8)));
      out.addAll(gate.end(permit));

      var read = new Reading("").with(out);
      assertThat(read.text(0)).isEqualTo("\n\nTwo.");
      assertThat(read.raw).contains("\"id\":\"first\"").doesNotContain("assistant");
      assertThat(read.raw).contains("\"total_tokens\":12", "\"a\":3");
      assertThat(dialogue.said.getFirst().all()).isEqualTo("One.\n\nTwo.");
    });
  }

  /** What any round left out is left out of the one answer that the client reads. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void namesWhatEachRoundLeftOut(boolean streamed) {
    permitted(permit -> {
      var again = ChatRequest.of(TestingProxy.streamed("m"));
      var exchange = Exchange.of(new RecordingDialogue(false, List.of(again)));
      var first = lacking("content.citations");
      var last = lacking("candidates.safetyRatings");

      assertThat(answered(exchange, permit, streamed, first)).doesNotContain("safetyRatings");
      assertThat(exchange.goOn(new Cancellation())).isPresent();

      assertThat(answered(exchange, permit, streamed, last))
          .containsOnlyOnce("\"left_out\":[\"candidates.safetyRatings\",\"content.citations\"]");
    });
  }

  private static String lacking(String left) {
    return """
    {"sallyport":{"left_out":["%s"]},"choices":[{"index":0,"message":{"content":"a"},\
    "delta":{"content":"a"},"finish_reason":"stop"}]}\
    """
        .formatted(left);
  }

  private static String answered(
      Exchange exchange, Permit permit, boolean streamed, String answer) {
    if (!streamed) {
      var body = exchange.whole(permit, answer.getBytes(StandardCharsets.UTF_8));
      return new String(body, StandardCharsets.UTF_8);
    }
    var gate = exchange.gate();
    var _ = gate.accept(("data: " + answer + "\n\n").getBytes(StandardCharsets.UTF_8));
    return new Reading("").with(gate.end(permit)).raw;
  }

  private static byte[] chunk(String delta) {
    var choice = "{\"index\":0,\"delta\":%s,\"finish_reason\":null}".formatted(delta);
    var chunk = "data: {\"id\":\"c\",\"choices\":[%s]}\n\n".formatted(choice).replace('\'', '"');
    return chunk.getBytes(StandardCharsets.UTF_8);
  }

  private static CallAssembler assembler(Dialogue dialogue) {
    return new CallAssembler(dialogue, new Told(), Optional.empty());
  }

  private static List<JsonNode> expected(int count) {
    var calls = new ArrayList<JsonNode>();
    for (int i = 0; i < count; i++) {
      var call = JsonNodeFactory.instance.objectNode().put("id", ChunkedAnswer.IDS.get(i));
      call.put("type", "function")
          .putObject("function")
          .put("name", ChunkedAnswer.NAMES.get(i))
          .put("arguments", ChunkedAnswer.ARGUMENTS.get(i));
      calls.add(call);
    }
    return calls;
  }

  /** What goes out while the answer comes in. */
  private static String passed(ChunkedAnswer answer, String protocol, EventGate gate) {
    boolean openAi = protocol.equals("openai");
    ProviderAdapter adapter = openAi ? new OpenAiAdapter() : new AnthropicAdapter();
    var request = TestingProxy.streamed("m");
    request.putObject("stream_options").put("include_usage", true);
    var stream = adapter.stream(ChatRequest.of(request), ATTEMPT);
    var reader =
        new SseReader(answer.chunked(openAi ? answer.openAi() : answer.anthropic()), 1 << 20);
    var out = new StringBuilder();
    try {
      for (var frame = reader.next(); frame.isPresent(); frame = reader.next()) {
        for (var piece : stream.accept(frame.get())) {
          if (piece instanceof Piece.Event(byte[] event, _)) {
            gate.accept(event)
                .forEach(going -> out.append(new String(going, StandardCharsets.UTF_8)));
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (MalformedReplyException e) {
      throw new AssertionError(e);
    }
    return out.toString();
  }

  private static void permitted(Consumer<Permit> test) {
    try (var testing = new TestingProxy()) {
      var evidence = new RecordingEvidence();
      var authority = FixedAuthority.allowingWhere((_, _) -> true);
      var path = new ActionPath(authority, evidence, testing.clock, (_, _, _) -> {});
      var arguments = JsonNodeFactory.instance.objectNode();
      var target = new Target.Model("m");
      path.perform(
          new Action(testing.caller(), target, arguments, new byte[0], List.of()),
          permit -> {
            test.accept(permit);
            return Performed.succeeded("done");
          });
    }
  }

  /** What a client makes of what it gets. */
  private static final class Reading {
    private final TreeMap<Integer, StringBuilder> texts = new TreeMap<>();
    private final TreeMap<Integer, List<JsonNode>> calls = new TreeMap<>();
    private final TreeMap<Integer, String> ends = new TreeMap<>();
    private String raw;
    private int usage;

    Reading(String before) {
      raw = before;
      read(before);
    }

    Reading with(List<byte[]> frames) {
      for (var frame : frames) {
        var text = new String(frame, StandardCharsets.UTF_8);
        raw += text;
        read(text);
      }
      return this;
    }

    private void read(String frames) {
      for (var line : frames.split("\n", -1)) {
        if (line.startsWith("data: ")) {
          read(Wire.object(line.substring(6)));
        }
      }
    }

    private void read(ObjectNode chunk) {
      usage += chunk.path("usage").isObject() ? 1 : 0;
      for (var choice : chunk.path("choices")) {
        int index = choice.path("index").asInt();
        var delta = choice.path("delta");
        texts
            .computeIfAbsent(index, _ -> new StringBuilder())
            .append(delta.path("content").asText(""));
        for (var call : delta.path("tool_calls")) {
          var known = calls.computeIfAbsent(index, _ -> new ArrayList<>());
          assertThat(call.path("index").asInt()).isEqualTo(known.size());
          known.add(((ObjectNode) call).without("index"));
        }
        if (choice.path("finish_reason").isTextual()) {
          ends.put(index, choice.path("finish_reason").asText());
        }
      }
    }

    private String text(int choice) {
      return texts.getOrDefault(choice, new StringBuilder()).toString();
    }

    private List<JsonNode> calls(int choice) {
      return calls.getOrDefault(choice, List.of());
    }

    private String ends(int choice) {
      return ends.getOrDefault(choice, "");
    }
  }
}
