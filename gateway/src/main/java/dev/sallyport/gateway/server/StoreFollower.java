package dev.sallyport.gateway.server;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sallyport.gateway.resource.ResourceStore;
import dev.sallyport.identity.action.Evidence;
import dev.sallyport.identity.resource.InvalidResourcesException;
import dev.sallyport.identity.resource.Mistake;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

/**
 * Puts in force what other processes store. Where that cannot be, what was in force stays, and that
 * is on record once. For one thread; what it counts, others may read.
 */
final class StoreFollower {
  static final String EVENT = "resources.refused";

  /** How often it is looked for what others stored. */
  static final Duration LOOK = Duration.ofMillis(500);

  private static final Logger LOG = System.getLogger(StoreFollower.class.getName());
  private static final int MOST_TOLD = 20;

  private final ResourceStore store;
  private final Evidence evidence;
  private volatile List<Mistake> refused = List.of();

  StoreFollower(ResourceStore store, Evidence evidence) {
    this.store = store;
    this.evidence = evidence;
  }

  /** Looks whether there is anything newer. */
  void look() throws SQLException {
    try {
      store.follow();
      refused = List.of();
    } catch (InvalidResourcesException e) {
      if (!e.mistakes().equals(refused)) {
        tell(e);
        refused = e.mistakes();
      }
    }
  }

  /** How many mistakes there are in what is stored and not in force. */
  int mistakes() {
    return refused.size();
  }

  private void tell(InvalidResourcesException why) {
    LOG.log(
        Level.ERROR,
        "The stored resources do not hold together, so what was in force stays: {0}",
        why.getMessage());
    var facts = JsonNodeFactory.instance.objectNode().put("count", why.mistakes().size());
    var told = facts.putArray("mistakes");
    why.mistakes().stream()
        .limit(MOST_TOLD)
        .forEach(mistake -> told.add(mistake.resource() + " " + mistake.pointer()));
    evidence.event(EVENT, facts);
  }
}
