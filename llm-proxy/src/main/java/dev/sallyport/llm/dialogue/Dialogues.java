package dev.sallyport.llm.dialogue;

import dev.sallyport.identity.action.Caller;
import dev.sallyport.llm.spi.ModelRequest;
import java.util.Optional;

/** Tells which requests are part of a dialogue that has to be watched. Thread-safe. */
@FunctionalInterface
public interface Dialogues {
  /** The dialogue of one request; empty if the request and its answer go on as they are. */
  Optional<Dialogue> of(Caller caller, ModelRequest request);
}
