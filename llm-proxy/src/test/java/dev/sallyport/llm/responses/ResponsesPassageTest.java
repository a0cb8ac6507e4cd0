package dev.sallyport.llm.responses;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sallyport.llm.openai.OpenAiAdapter;
import dev.sallyport.llm.spi.Attempt;
import dev.sallyport.llm.spi.Failure.Kind;
import dev.sallyport.llm.spi.Form;
import dev.sallyport.llm.spi.JsonBody;
import dev.sallyport.llm.spi.Passage;
import dev.sallyport.llm.spi.Piece;
import dev.sallyport.llm.spi.Quirks;
import dev.sallyport.llm.spi.Reply;
import dev.sallyport.llm.spi.SealedReasoning;
import dev.sallyport.llm.spi.Site;
import dev.sallyport.llm.spi.WireReply;
import dev.sallyport.llm.sse.SseReader;
import dev.sallyport.llm.testing.Wire;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** R1: what the caller wrote, and what the provider answers, goes by byte for byte. */
final class ResponsesPassageTest {
  private static final Site SITE =
      new Site(
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Site.Api.RESPONSES,
          Quirks.NONE);
  private static final String[] SPACES = {"", " ", "\n", "\t ", "\r\n  "};
  private static final String[] VALUES = {
    "1.50",
    "-0",
    "1e3",
    "\"\\u00e9\\/\"",
    "\"\u00e9\uD83D\uDE00\"",
    "null",
    "true",
    "[]",
    "{}",
    "[1, 2.0,\n3]",
    "{\"a\" : {\"model\":\"inner\",\"store\":true}}",
    "\"model\"",
    "123456789012345678901234567890"
  };

  private final Passage passage = new OpenAiAdapter().passage(Form.RESPONSES, SITE).orElseThrow();

  private static Attempt attempt(boolean limited) {
    return new Attempt("up-1", 77, limited, Instant.EPOCH, Form.RESPONSES, SITE);
  }

  @Test
  void isThereWhereCallerAndProviderSpeakIt() {
    var adapter = new OpenAiAdapter();
    assertThat(adapter.passage(Form.RESPONSES, Site.PLAIN)).isEmpty();
    assertThat(adapter.passage(Form.CHAT, SITE)).isEmpty();
  }

  @Test
  void changesNothingButTheModelAndTheStore() throws Exception {
    var random = new Random(20_261_122);
    for (int i = 0; i < 1_000; i++) {
      boolean store = random.nextBoolean();
      var members = members(random, store);
      var given = members.formatted("\"alias\"", "null");
      var wanted = members.formatted("\"up-1\"", "false");
      var sent = passage.encode(JsonBody.parse(bytes(given)), attempt(false));

      assertThat(new String(sent.body(), StandardCharsets.UTF_8))
          .isEqualTo(store ? wanted : wanted.replaceFirst("\\{", "{\"store\":false,"));
      assertThat(sent.dropped()).isEmpty();
      assertThat(sent.path()).isEqualTo("/responses");
    }
  }

  /** A body with unknown members in any order, with any space between. */
  private static String members(Random random, boolean store) {
    var members = new ArrayList<String>();
    members.add("\"model\"" + space(random) + ":" + space(random) + "%1$s");
    if (store) {
      members.add("\"store\":" + space(random) + "%2$s");
    }
    for (int i = random.nextInt(8); i > 0; i--) {
      members.add("\"x%d\":%s".formatted(i, VALUES[random.nextInt(VALUES.length)]));
    }
    members.add("\"input\":[{\"type\":\"new_kind\",\"v\":" + random.nextInt() + "}]");
    Collections.shuffle(members, random);
    var separator = space(random) + "," + space(random);
    return space(random)
        + "{"
        + space(random)
        + String.join(separator, members)
        + space(random)
        + "}";
  }

  private static String space(Random random) {
    return SPACES[random.nextInt(SPACES.length)];
  }

  @Test
  void setsALimitWhereThereMustBeOneAndTheCallerGaveNone() throws Exception {
    assertThat(sent("{\"model\":\"a\",\"input\":\"x\"}", true).path("max_output_tokens").asInt())
        .isEqualTo(77);
    assertThat(
            sent("{\"model\":\"a\",\"max_output_tokens\":null}", true)
                .path("max_output_tokens")
                .asInt())
        .isEqualTo(77);
    assertThat(
            sent("{\"model\":\"a\",\"max_output_tokens\":9}", true)
                .path("max_output_tokens")
                .asInt())
        .isEqualTo(9);
    assertThat(sent("{\"model\":\"a\",\"input\":\"x\"}", false).has("max_output_tokens")).isFalse();
  }

  private JsonNode sent(String body, boolean limited) throws Exception {
    return Wire.object(passage.encode(JsonBody.parse(bytes(body)), attempt(limited)).body());
  }

  /** R6: the provider would refuse what another has reasoned. */
  @Test
  void leavesOutWhatAnotherProviderReasoned() throws Exception {
    ArrayNode details = JsonNodeFactory.instance.arrayNode();
    details.addObject().put("type", "reasoning.text").put("text", "Hm.");
    var body =
        ("{\"model\":\"a\",\"input\":["
                + "{\"type\":\"reasoning\",\"summary\":[],\"encrypted_content\":\"%s\"},"
                + "{\"type\":\"reasoning\",\"id\":\"rs_1\",\"summary\":[],"
                + "\"encrypted_content\":\"own\"}]}")
            .formatted(SealedReasoning.of(details));
    var wire = passage.encode(JsonBody.parse(bytes(body)), attempt(false));

    assertThat(wire.dropped()).containsExactly("input.reasoning");
    var input = Wire.object(wire.body()).path("input");
    assertThat(input).singleElement().extracting(one -> one.path("id").asText()).isEqualTo("rs_1");
  }

  @ParameterizedTest
  @CsvSource({"tools", "refusal", "length"})
  void givesEventsOnAsTheyAreAndHoldsTheLast(String stream) throws Exception {
    byte[] recorded;
    try (var in =
        getClass().getResourceAsStream("/golden/responses/streams/" + stream + ".responses.sse")) {
      recorded = in.readAllBytes();
    }
    var out = new StringBuilder();
    int content = 0;
    boolean finished = false;
    for (var piece : pieces(recorded)) {
      switch (piece) {
        case Piece.Event(byte[] frame, boolean said) -> {
          out.append(new String(frame, StandardCharsets.UTF_8));
          content += said ? 1 : 0;
        }
        case Piece.Finished(var last) -> {
          out.append(new String(last.orElseThrow(), StandardCharsets.UTF_8));
          finished = true;
        }
        default -> throw new AssertionError(piece);
      }
    }
    assertThat(out.toString()).isEqualTo(new String(recorded, StandardCharsets.UTF_8));
    assertThat(content).isPositive();
    assertThat(finished).isTrue();
  }

  private List<Piece> pieces(byte[] recorded) throws Exception {
    var stream = passage.stream(JsonBody.parse(bytes("{}")), attempt(false));
    var reader = new SseReader(new ByteArrayInputStream(recorded), 1 << 20);
    var pieces = new ArrayList<Piece>();
    for (var frame = reader.next(); frame.isPresent(); frame = reader.next()) {
      pieces.addAll(stream.accept(frame.get()));
    }
    return pieces;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"type\":\"error\",\"code\":\"rate_limit_exceeded\",\"message\":\"x\"}|RATE_LIMITED",
        "{\"type\":\"error\",\"error\":{\"code\":\"server_error\"}}|UNAVAILABLE",
        "{\"error\":{\"code\":\"invalid_prompt\"}}|INVALID_REQUEST",
        "{\"type\":\"response.failed\",\"response\":{\"status\":\"failed\",\"error\":{\"code\":\"server_error\"}}}|UNAVAILABLE",
        "{\"type\":\"response.completed\",\"response\":{\"status\":\"failed\",\"output\":[]}}|UNAVAILABLE",
      })
  void takesWhatSaysThatItFailedForAFailure(String event, Kind kind) throws Exception {
    var pieces = pieces(bytes("data: " + event + "\n\n"));
    assertThat(pieces)
        .singleElement()
        .isInstanceOfSatisfying(
            Piece.Failed.class, failed -> assertThat(failed.failure().kind()).isEqualTo(kind));
  }

  @Test
  void givesAWholeAnswerOnAsItIs() throws Exception {
    var body =
        bytes(
            "{ \"status\":\"completed\", \"x\":1.50, \"model\":\"m\", \"output\":[], \"usage\":"
                + "{\"input_tokens\":3,\"output_tokens\":2} }");
    var own = JsonBody.parse(bytes("{}"));
    var reply = passage.decode(new WireReply(200, Optional.empty(), body), own, attempt(false));
    assertThat(reply)
        .isInstanceOfSatisfying(
            Reply.Completed.class,
            completed -> {
              assertThat(completed.body()).isSameAs(body);
              assertThat(completed.served().usage().orElseThrow().out()).isEqualTo(2);
            });
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
