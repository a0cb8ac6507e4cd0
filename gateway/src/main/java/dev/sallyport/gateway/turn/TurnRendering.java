package dev.sallyport.gateway.turn;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.turn.Turn;
import java.util.List;
import java.util.Optional;

/** Shows a person what a final answer refers to, and what its turn wanted to be shown. */
public interface TurnRendering {
  /**
   * The text with what it refers to put in, made safe to show and marked as from outside.
   *
   * @return empty if the text refers to nothing
   */
  Optional<String> render(Turn turn, String text);

  /**
   * What the agent of this turn asked to show to its person, in order.
   *
   * @return objects with {@code reference}, {@code source} and {@code text}, which is made safe to
   *     show and marked as from outside
   */
  List<ObjectNode> shown(Turn turn);

  /** What a person is shown beside an answer, in the form of its member {@code sallyport}. */
  default Optional<ObjectNode> beside(Turn turn, String text) {
    var beside = JsonNodeFactory.instance.objectNode();
    render(turn, text).ifPresent(rendered -> beside.put("rendered_text", rendered));
    var shown = shown(turn);
    if (!shown.isEmpty()) {
      beside.putArray("shown").addAll(shown);
    }
    return beside.isEmpty() ? Optional.empty() : Optional.of(beside);
  }
}
