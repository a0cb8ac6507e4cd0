package dev.sallyport.llm.kit;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.llm.kit.Speech.Call;
import dev.sallyport.llm.kit.Speech.Denial;
import dev.sallyport.llm.kit.Speech.Part;
import dev.sallyport.llm.kit.Speech.Thought;
import dev.sallyport.llm.kit.Speech.Words;
import java.util.List;
import java.util.function.BiFunction;

/** The events of one streamed answer of OpenAI's Responses. For one thread. */
final class ResponsesStream {
  private final Pieces pieces = new Pieces();
  private final Take take;
  private final List<ObjectNode> items;
  private final BiFunction<String, List<ObjectNode>, ObjectNode> response;
  private int sequence;

  /**
   * A stream of these items.
   *
   * @param response makes the whole response of a status and its items
   */
  ResponsesStream(
      Take take,
      List<ObjectNode> items,
      BiFunction<String, List<ObjectNode>, ObjectNode> response) {
    this.take = take;
    this.items = items;
    this.response = response;
  }

  Played played() {
    for (var state : new String[] {"created", "in_progress"}) {
      var event = Trees.object();
      event.set("response", response.apply("in_progress", List.of()));
      event("response." + state, event);
    }
    for (int i = 0; i < items.size(); i++) {
      item(i, take.speech().parts().get(i), items.get(i));
    }
    var status = ResponsesDialect.status(take);
    var end = Trees.object();
    end.set("response", response.apply(status, items));
    event("response." + status, end);
    return pieces.events(take.usage());
  }

  private void item(int index, Part part, ObjectNode item) {
    var begun = item.deepCopy();
    switch (part) {
      case Thought _ -> {
        begun.putArray("summary");
        begun.remove("encrypted_content");
      }
      case Words _, Denial _ -> begun.putArray("content");
      case Call _ -> begun.put("arguments", "");
    }
    if (begun.has("status")) {
      begun.put("status", "in_progress");
    }
    var added = Trees.object().put("output_index", index);
    added.set("item", begun);
    event("response.output_item.added", added);
    switch (part) {
      case Thought thought -> thought(index, thought, item);
      case Words(var text) -> text(index, item, part, "text", text);
      case Denial(var text) -> text(index, item, part, "refusal", text);
      case Call call -> call(index, call, item);
    }
    var done = Trees.object().put("output_index", index);
    done.set("item", item);
    event("response.output_item.done", done);
  }

  private void thought(int index, Thought thought, ObjectNode item) {
    if (item.path("summary").isEmpty()) {
      pieces.make(thought.tokens().size());
      return;
    }
    var begun = of(index, item).put("summary_index", 0);
    begun.putObject("part").put("type", "summary_text").put("text", "");
    event("response.reasoning_summary_part.added", begun);
    for (var token : thought.tokens()) {
      pieces.make(1);
      event(
          "response.reasoning_summary_text.delta",
          of(index, item).put("summary_index", 0).put("delta", token));
    }
    event(
        "response.reasoning_summary_text.done",
        of(index, item).put("summary_index", 0).put("text", thought.text()));
    var done = of(index, item).put("summary_index", 0);
    done.putObject("part").put("type", "summary_text").put("text", thought.text());
    event("response.reasoning_summary_part.done", done);
  }

  /**
   * The text of a message.
   *
   * @param field where it stands in its part
   */
  private void text(int index, ObjectNode item, Part part, String field, String text) {
    var kind = field.equals("text") ? "output_text" : "refusal";
    var whole = (ObjectNode) item.path("content").path(0);
    var empty = whole.deepCopy().put(field, "");
    var begun = of(index, item).put("content_index", 0);
    begun.set("part", empty);
    event("response.content_part.added", begun);
    for (var token : part.tokens()) {
      pieces.make(1);
      var delta = of(index, item).put("content_index", 0).put("delta", token);
      if (kind.equals("output_text")) {
        delta.putArray("logprobs");
      }
      event("response." + kind + ".delta", delta);
    }
    var said = of(index, item).put("content_index", 0).put(field, text);
    if (kind.equals("output_text")) {
      said.putArray("logprobs");
    }
    event("response." + kind + ".done", said);
    var done = of(index, item).put("content_index", 0);
    done.set("part", whole);
    event("response.content_part.done", done);
  }

  private void call(int index, Call call, ObjectNode item) {
    for (var token : call.tokens()) {
      pieces.make(1);
      event("response.function_call_arguments.delta", of(index, item).put("delta", token));
    }
    event(
        "response.function_call_arguments.done",
        of(index, item).put("name", call.name()).put("arguments", call.json()));
  }

  private static ObjectNode of(int index, ObjectNode item) {
    return Trees.object().put("item_id", item.path("id").asText()).put("output_index", index);
  }

  private void event(String type, ObjectNode fields) {
    var event = Trees.object().put("type", type).put("sequence_number", sequence++);
    event.setAll(fields);
    pieces.event(type, event);
  }
}
