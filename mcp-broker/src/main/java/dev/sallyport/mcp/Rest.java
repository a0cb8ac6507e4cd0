package dev.sallyport.mcp;

import dev.sallyport.identity.action.Refusal;
import java.util.Optional;

/** What is left to do of a request that waited for its client. */
public interface Rest {
  /** Why nothing is left to do; empty while something is. */
  Optional<Refusal> over();

  /** Does it. */
  ServerAnswer done();
}
