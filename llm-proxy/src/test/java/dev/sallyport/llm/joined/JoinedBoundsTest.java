package dev.sallyport.llm.joined;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.llm.spi.Form;
import dev.sallyport.llm.spi.MalformedReplyException;
import dev.sallyport.llm.spi.Piece;
import dev.sallyport.llm.spi.WireJson;
import dev.sallyport.llm.sse.FrameData;
import dev.sallyport.llm.testing.TestingProxy;
import dev.sallyport.llm.testing.Wire;
import dev.sallyport.vault.redact.Automaton;
import dev.sallyport.vault.redact.SecretRedactor;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** R11: what a provider writes costs no more memory and time than its bytes. */
@Timeout(60) // for what takes minutes where it is quadratic
final class JoinedBoundsTest {
  private static final String SECRET = TestingProxy.SECRET;
  private static final String MARK = "[REDACTED:key]";

  /** What may be the beginning of a secret, and is too little to wait for. */
  private static final String BEGUN = SECRET.substring(0, 1);

  private final JoinedTexts texts =
      new JoinedTexts(
          Form.CHAT, new SecretRedactor(Automaton.of("Bearer " + TestingProxy.SECRET), "key"));

  @Test
  void takesAsManyUndecidedTextsAsThereIsRoomForAndNoMore() throws Exception {
    for (int i = 0; i < JoinedTexts.MOST_TEXTS; i++) {
      assertThat(says("t" + i, BEGUN)).hasSize(1);
    }
    assertThat(says("t0", BEGUN)).hasSize(1);
    assertThatThrownBy(() -> says("one-more", BEGUN)).isInstanceOf(MalformedReplyException.class);
  }

  @Test
  void countsNoTextThatIsDecidedOrEmpty() throws Exception {
    for (int i = 0; i < 2 * JoinedTexts.MOST_TEXTS; i++) {
      assertThat(says("t" + i, "So.\u00e9")).hasSize(1);
    }
    var chunk =
        chunk(delta -> {
          for (int i = 0; i < 2 * JoinedTexts.MOST_TEXTS; i++) {
            delta.put("t" + i, "");
          }
        });
    assertThat(texts.accept(List.of(chunk))).containsExactly(chunk);
  }

  @Test
  void findsASecretInATextThatWasDecidedBefore() throws Exception {
    for (int i = 0; i < 3; i++) {
      says("t", "So.\u00e9");
      assertThat(says("t", SECRET.substring(0, 9))).isEmpty();
      var passed = says("t", SECRET.substring(9) + "\u00e9");
      assertThat(Wire.object(FrameData.of(frame(passed.getFirst()))).toString()).contains(MARK);
    }
  }

  @Test
  void takesNoEventOfMoreTextsThanThereIsRoomFor() throws Exception {
    var most = chunk(delta -> members(delta, JoinedTexts.MOST_TEXTS));
    assertThat(texts.accept(List.of(most))).hasSize(1);

    assertMalformed(chunk(delta -> members(delta, JoinedTexts.MOST_TEXTS + 1)));
  }

  private static void members(ObjectNode delta, int count) {
    for (int i = 0; i < count; i++) {
      delta.put("t" + i, "x");
    }
  }

  @Test
  void takesNamesOfTextsUpToTheirBound() throws Exception {
    int most = Deltas.MOST_OF_A_PLACE - "0/".length();
    assertThat(says("n".repeat(most), "So.")).hasSize(1);

    assertMalformed(chunk(delta -> delta.put("n".repeat(most + 1), "So.")));
  }

  @Test
  void takesNoFrameWhoseNamesWouldGrow() {
    assertMalformed(chunk(delta -> members(delta.putObject("n".repeat(50_000)), 5_000)));
    assertMalformed(
        chunk(delta -> {
          var object = delta;
          for (int i = 0; i < 40; i++) {
            object = object.putObject("ten-characters");
          }
          members(object, 5_000);
        }));
    var digits = "1".repeat(900);
    assertMalformed(
        event("{\"choices\":[{\"index\":%s,\"delta\":{\"content\":\"x\"}}]}".formatted(digits)));
  }

  @Test
  void takesAnIndexThatIsNoNumberForNone() throws Exception {
    var chunk = "{\"choices\":[{\"index\":%s,\"delta\":{\"content\":\"%s\"}}]}";
    var index = '"' + "i".repeat(1 << 17) + '"';

    assertThat(texts.accept(List.of(event(chunk.formatted(index, SECRET.substring(0, 9))))))
        .isEmpty();
    var passed = texts.accept(List.of(event(chunk.formatted("0", SECRET.substring(9)))));
    assertThat(passed).hasSize(2);
    assertThat(new String(frame(passed.getFirst()), StandardCharsets.UTF_8)).contains(MARK);
  }

  @Test
  void takesManySecretsOutOfOneEventOfManyParts() throws Exception {
    int pairs = 40_000;
    var chunk =
        chunk(delta -> {
          var content = delta.putArray("content");
          for (int i = 0; i < pairs; i++) {
            content.addObject().put("index", 0).put("text", SECRET.substring(0, 9));
            content.addObject().put("index", 0).put("text", SECRET.substring(9));
          }
        });
    var content =
        Wire.object(FrameData.of(frame(texts.accept(List.of(chunk)).getFirst())))
            .at("/choices/0/delta/content");
    assertThat(content).hasSize(2 * pairs);
    assertThat(content.path(2 * pairs - 2).path("text").asText()).isEqualTo(MARK);
    assertThat(content.findValuesAsText("text")).containsOnly(MARK, "");
  }

  private void assertMalformed(Piece.Event event) {
    var others =
        new JoinedTexts(
            Form.CHAT, new SecretRedactor(Automaton.of("Bearer " + TestingProxy.SECRET), "key"));
    assertThatThrownBy(() -> others.accept(List.of(event)))
        .isInstanceOf(MalformedReplyException.class);
  }

  private List<Piece> says(String name, String text) throws MalformedReplyException {
    return texts.accept(List.of(chunk(delta -> delta.put(name, text))));
  }

  private static Piece.Event chunk(Consumer<ObjectNode> said) {
    var chunk = JsonNodeFactory.instance.objectNode();
    said.accept(chunk.putArray("choices").addObject().putObject("delta"));
    return event(new String(WireJson.bytes(chunk), StandardCharsets.UTF_8));
  }

  private static Piece.Event event(String data) {
    return new Piece.Event(("data: " + data + "\n\n").getBytes(StandardCharsets.UTF_8), true);
  }

  private static byte[] frame(Piece piece) {
    return ((Piece.Event) piece).frame();
  }
}
