package dev.sallyport.gateway.turn;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;

/** Takes the events of a turn, each in the form in which the Responses API streams it. */
@FunctionalInterface
public interface TurnSink {
  /**
   * Takes an event; its field {@code type} is its name.
   *
   * @throws IOException if the caller has left; the turn then ends
   */
  void event(ObjectNode event) throws IOException;
}
