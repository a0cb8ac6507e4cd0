package dev.sallyport.gateway.dialogue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.sandbox.quarantine.ClientHistory.Seen;

/** What evidence is told of one history: counts, and nothing of what it says. */
final class Counts {
  private int outputs;
  private int projected;
  private int bits;
  private int references;

  Seen counted(Seen seen) {
    outputs++;
    projected += seen.projected() ? 1 : 0;
    bits += seen.bits();
    references += seen.references();
    return seen;
  }

  /** What is to be said of them; nothing where nothing was counted. */
  ObjectNode facts() {
    var facts = JsonNodeFactory.instance.objectNode();
    if (outputs > 0) {
      facts
          .put("client_texts", outputs)
          .put("client_texts_projected", projected)
          .put("quarantine_bits", bits)
          .put("references_given", references);
    }
    return facts;
  }
}
