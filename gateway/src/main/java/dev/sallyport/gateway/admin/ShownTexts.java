package dev.sallyport.gateway.admin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.sandbox.quarantine.Quarantine;
import java.util.List;

/** What turns show to their people, as JSON. */
public final class ShownTexts {
  private ShownTexts() {}

  /** Each with its reference, where it came from, and the text, safe to show and marked. */
  public static List<ObjectNode> of(Quarantine quarantine, String turn) {
    return quarantine.shown(turn).stream()
        .map(shown ->
            Json.object()
                .put("reference", shown.reference())
                .put("source", shown.source())
                .put("text", shown.marked()))
        .toList();
  }
}
