package dev.sallyport.llm.dialogue;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sallyport.identity.action.Action;
import dev.sallyport.identity.action.ActionPath;
import dev.sallyport.identity.action.Performed;
import dev.sallyport.identity.action.Permit;
import dev.sallyport.identity.action.Target;
import dev.sallyport.identity.testing.FixedAuthority;
import dev.sallyport.identity.testing.RecordingEvidence;
import dev.sallyport.llm.skin.ChatSkin;
import dev.sallyport.llm.skin.Skin;
import dev.sallyport.llm.skin.SkinStream;
import dev.sallyport.llm.skin.messages.MessagesSkin;
import dev.sallyport.llm.skin.responses.ResponsesSkin;
import dev.sallyport.llm.spi.Attempt;
import dev.sallyport.llm.spi.Form;
import dev.sallyport.llm.spi.MalformedReplyException;
import dev.sallyport.llm.spi.ModelRequest;
import dev.sallyport.llm.spi.Piece;
import dev.sallyport.llm.testing.TestingProxy;
import dev.sallyport.llm.testing.Wire;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * containment.md, criterion 9: in whatever form a provider streams, however its stream is cut, and
 * in whatever form the caller is answered, not a byte of a call goes out before the decision on it.
 */
class EveryStreamFormTest {
  private static final int CHUNKINGS = 10_000;
  private static final List<Asked> CALLERS =
      List.of(
          asked(
              new ChatSkin(() -> Instant.EPOCH),
              "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]"),
          asked(
              new MessagesSkin(),
              "\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]"),
          asked(new ResponsesSkin(() -> Instant.EPOCH), "\"input\":\"hi\""));

  /** Who asks, in which form. */
  private record Asked(Skin skin, ModelRequest request) {
    SkinStream stream() {
      return skin.stream(request);
    }
  }

  @ParameterizedTest
  @EnumSource
  void givesNothingOfACallBeforeTheDecisionInAnyFormHoweverItIsCut(ChunkedForms form) {
    permitted(permit -> {
      for (int seed = 0; seed < CHUNKINGS; seed++) {
        var client = CALLERS.get(seed % CALLERS.size()).stream();
        var dialogue = new RecordingDialogue();
        var gate = new CallAssembler(dialogue, new Told(), Optional.empty());
        var before = new StringBuilder();

        read(form, new ChunkedAnswer(new Random(seed)), gate, client, before);
        assertThat(before).as("%s, seed %d", form, seed).doesNotContain(ChunkedAnswer.MARK);
        assertThat(before).doesNotContain("\"tool_calls\"", "\"tool_use\"", "\"function_call\"");
        assertThat(dialogue.proposed).isEmpty();

        var after = new StringBuilder();
        gate.end(permit).forEach(frame -> send(client.accept(frame), after));
        send(client.end(), after);
        assertThat(after).contains(ChunkedAnswer.NAMES);
        assertCalls(dialogue.proposed);
        assertThat(dialogue.said.getFirst().all()).isEqualTo(ChunkedAnswer.TEXT);
      }
    });
  }

  private static void assertCalls(List<ProposedCall> proposed) {
    var calls = proposed.subList(0, ChunkedAnswer.NAMES.size()); // of the first choice
    assertThat(calls).extracting(ProposedCall::name).isEqualTo(ChunkedAnswer.NAMES);
    assertThat(calls).extracting(call -> tree(call.arguments())).isEqualTo(arguments());
  }

  private static List<JsonNode> arguments() {
    return ChunkedAnswer.ARGUMENTS.stream().map(EveryStreamFormTest::tree).toList();
  }

  private static JsonNode tree(String json) {
    return Wire.object(json);
  }

  private static Asked asked(Skin skin, String content) {
    var body = "{\"model\":\"m\",\"stream\":true,%s}".formatted(content);
    return new Asked(skin, skin.read(body.getBytes(StandardCharsets.UTF_8)));
  }

  /** What goes out while the answer comes in. */
  private static void read(
      ChunkedForms form,
      ChunkedAnswer answer,
      EventGate gate,
      SkinStream client,
      StringBuilder out) {
    var attempt = new Attempt("m", 100, false, Instant.EPOCH, Form.CHAT, form.site());
    var stream = form.adapter().stream(CALLERS.getFirst().request().chat(), attempt);
    var frames = form.adapter().frames(answer.chunked(form.stream(answer)), 1 << 20);
    var pieces = new ArrayList<Piece>();
    try {
      for (var frame = frames.next(); frame.isPresent(); frame = frames.next()) {
        pieces.addAll(stream.accept(frame.get()));
        pass(pieces, gate, client, out);
      }
      pieces.addAll(stream.end());
    } catch (IOException | MalformedReplyException e) {
      throw new AssertionError(e);
    }
    pass(pieces, gate, client, out);
  }

  private static void pass(
      List<Piece> pieces, EventGate gate, SkinStream client, StringBuilder out) {
    for (var piece : pieces) {
      if (piece instanceof Piece.Event(byte[] event, _)) {
        gate.accept(event).forEach(frame -> send(client.accept(frame), out));
      }
      assertThat(piece).isNotInstanceOf(Piece.Failed.class);
    }
    pieces.clear();
  }

  private static void send(List<byte[]> frames, StringBuilder out) {
    frames.forEach(frame -> out.append(new String(frame, StandardCharsets.UTF_8)));
  }

  private static void permitted(Consumer<Permit> test) {
    try (var testing = new TestingProxy()) {
      var authority = FixedAuthority.allowingWhere((_, _) -> true);
      var path = new ActionPath(authority, new RecordingEvidence(), testing.clock, (_, _, _) -> {});
      var arguments = JsonNodeFactory.instance.objectNode();
      path.perform(
          new Action(testing.caller(), new Target.Model("m"), arguments, new byte[0], List.of()),
          permit -> {
            test.accept(permit);
            return Performed.succeeded("done");
          });
    }
  }
}
