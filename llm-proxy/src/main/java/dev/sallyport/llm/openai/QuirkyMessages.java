package dev.sallyport.llm.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.llm.spi.Quirks;
import dev.sallyport.llm.spi.Quirks.ToolCallIds;

/** Makes messages what a provider takes that differs from OpenAI. */
final class QuirkyMessages {
  private final Quirks quirks;
  private final Changes changes;

  QuirkyMessages(Quirks quirks, Changes changes) {
    this.quirks = quirks;
    this.changes = changes;
  }

  ArrayNode of(ArrayNode messages) {
    if (quirks.developer()
        && quirks.refusedInMessages().isEmpty()
        && quirks.toolCallIds() == ToolCallIds.ANY) {
      return messages;
    }
    var written = messages.deepCopy();
    for (var message : written) {
      if (message instanceof ObjectNode object) {
        fit(object);
      }
    }
    if (quirks.toolCallIds() == ToolCallIds.NINE) {
      new NineIds(written).replace();
    }
    return written;
  }

  private void fit(ObjectNode message) {
    if (!quirks.developer() && message.path("role").asText().equals("developer")) {
      message.put("role", "system");
    }
    for (var name : quirks.refusedInMessages()) {
      JsonNode taken = message.remove(name);
      if (taken != null && !taken.isNull() && !(taken.isContainerNode() && taken.isEmpty())) {
        changes.note("messages." + name);
      }
    }
  }
}
