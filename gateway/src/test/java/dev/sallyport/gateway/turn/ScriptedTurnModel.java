package dev.sallyport.gateway.turn;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Caller;
import dev.sallyport.identity.action.Cancellation;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** A model that gives the answers that it was given, in order, one character a chunk. */
final class ScriptedTurnModel implements TurnModel {
  final List<ObjectNode> requests = new ArrayList<>();
  final List<Optional<String>> sessions = new ArrayList<>();
  private final Deque<Answer> answers = new ArrayDeque<>();

  @FunctionalInterface
  interface Answer {
    void give(ChunkSink sink, Cancellation cancellation) throws IOException;
  }

  ScriptedTurnModel then(Answer answer) {
    answers.add(answer);
    return this;
  }

  /** An answer that says something and then nothing more. */
  ScriptedTurnModel thenHang(String text, Hanging how) {
    return then((sink, cancellation) -> {
      if (!text.isEmpty()) {
        var chunk = chunk();
        chunk.putArray("choices").addObject().putObject("delta").put("content", text);
        sink.chunk(chunk);
      }
      how.until(cancellation);
    });
  }

  ScriptedTurnModel thenText(String text) {
    return then((sink, _) -> {
      for (int i = 0; i < text.length(); i++) {
        var chunk = chunk();
        chunk
            .putArray("choices")
            .addObject()
            .putObject("delta")
            .put("content", text.substring(i, i + 1));
        sink.chunk(chunk);
      }
      sink.chunk(finish("stop"));
      sink.chunk(usage());
    });
  }

  /** An answer of calls, each {@code id, name, arguments}, the arguments in two pieces. */
  ScriptedTurnModel thenCalls(String[]... calls) {
    return thenCallsAt(1, calls);
  }

  /** The same, but all calls have one index. */
  ScriptedTurnModel thenCallsOfOneIndex(String[]... calls) {
    return thenCallsAt(0, calls);
  }

  /** An answer of one call of a tool, whose end names what was left out of it: an array. */
  ScriptedTurnModel thenLeavingOut(String names, String tool) {
    return then((sink, _) -> {
      var call = call(0).put("id", "c1").put("type", "function");
      call.putObject("function").put("name", tool).put("arguments", "{}");
      sink.chunk(wrap(call));
      var end = finish("tool_calls");
      end.putObject("sallyport").set("left_out", TurnLoopScene.json(names));
      sink.chunk(end);
    });
  }

  private ScriptedTurnModel thenCallsAt(int step, String[]... calls) {
    return then((sink, _) -> {
      for (int i = 0; i < calls.length; i++) {
        var arguments = calls[i][2];
        int half = arguments.length() / 2;
        var head = call(i * step);
        head.put("id", calls[i][0]).put("type", "function");
        head.putObject("function")
            .put("name", calls[i][1])
            .put("arguments", arguments.substring(0, half));
        sink.chunk(wrap(head));
        var tail = call(i * step);
        tail.putObject("function").put("arguments", arguments.substring(half));
        sink.chunk(wrap(tail));
      }
      sink.chunk(finish("tool_calls"));
      sink.chunk(usage());
    });
  }

  private static ObjectNode call(int index) {
    return JsonNodeFactory.instance.objectNode().put("index", index);
  }

  private static ObjectNode wrap(ObjectNode call) {
    var chunk = chunk();
    chunk.putArray("choices").addObject().putObject("delta").putArray("tool_calls").add(call);
    return chunk;
  }

  static ObjectNode finish(String reason) {
    var chunk = chunk();
    chunk.putArray("choices").addObject().put("finish_reason", reason).putObject("delta");
    return chunk;
  }

  private static ObjectNode usage() {
    var chunk = chunk();
    chunk.putArray("choices");
    chunk.putObject("usage").put("prompt_tokens", 10).put("completion_tokens", 5);
    return chunk;
  }

  private static ObjectNode chunk() {
    return JsonNodeFactory.instance
        .objectNode()
        .put("object", "chat.completion.chunk")
        .put("model", "scripted");
  }

  @Override
  public void stream(
      Caller caller,
      ObjectNode chatRequest,
      Optional<String> session,
      Cancellation cancellation,
      ChunkSink sink)
      throws IOException {
    requests.add(chatRequest);
    sessions.add(session);
    if (answers.isEmpty()) {
      throw new AssertionError("the model was asked once too often");
    }
    answers.removeFirst().give(sink, cancellation);
  }
}
