package dev.sallyport.gateway.server;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.gateway.admin.ShownTexts;
import dev.sallyport.gateway.turn.TurnRendering;
import dev.sallyport.identity.turn.Turn;
import dev.sallyport.sandbox.quarantine.Quarantine;
import java.util.List;
import java.util.Optional;

/** What a person sees of a turn, out of the quarantine. */
record QuarantineRendering(Quarantine quarantine) implements TurnRendering {
  @Override
  public Optional<String> render(Turn turn, String text) {
    return Optional.of(quarantine.renderForHuman(turn.id().value(), text))
        .filter(rendered -> !rendered.equals(text));
  }

  @Override
  public List<ObjectNode> shown(Turn turn) {
    return ShownTexts.of(quarantine, turn.id().value());
  }
}
