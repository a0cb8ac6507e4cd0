package dev.sallyport.identity.resource;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A module's part in the resource model: the kinds that are its own, how they are checked, and how
 * they take effect.
 *
 * <p>A change goes so: {@link #absorb} for each resource that is new or changed, in the store's
 * transaction; {@link #prepare} with all resources as they would be; the commit; {@link
 * Prepared#activate}. A mistake at any step undoes all of it.
 */
public interface ResourceModule {
  /** The kinds that this module owns. */
  Set<String> kinds();

  /**
   * Checks and compiles this module's kinds, without effect.
   *
   * @param all every resource of every module, so that names of others can be checked
   */
  Prepared prepare(ResourceSet all) throws InvalidResourcesException;

  /**
   * Takes out of a resource what must not be stored in its document, such as a secret, and keeps it
   * by means of the given transaction. Must give the same document for the same input, so that
   * applying a file twice changes nothing.
   */
  default Absorbed absorb(Resource incoming, Optional<Resource> current, Connection transaction)
      throws SQLException, InvalidResourcesException {
    return new Absorbed(incoming, Map.of());
  }

  /** Forgets what {@link #absorb} kept of a resource that is being removed. */
  default void forget(Resource.Key removed, Connection transaction) throws SQLException {}

  /** A checked change, ready to take effect. */
  @FunctionalInterface
  interface Prepared {
    /** Puts it in force at once, for every call that begins after this. Must not fail. */
    void activate();

    /** One that is put in force by an action, with what of it is doubtful. */
    static Prepared of(Runnable activation, List<Mistake> doubts) {
      var all = List.copyOf(doubts);
      return new Prepared() {
        @Override
        public void activate() {
          activation.run();
        }

        @Override
        public List<Mistake> doubts() {
          return all;
        }
      };
    }

    /** What of all that is right is likely not what was meant. */
    default List<Mistake> doubts() {
      return List.of();
    }
  }

  /**
   * What is left of a resource to store, and what to show its author once.
   *
   * @param shownOnce by name, such as {@code key}; empty for nearly all
   */
  record Absorbed(Resource stored, Map<String, String> shownOnce) {
    public Absorbed {
      shownOnce = Map.copyOf(shownOnce);
    }

    @Override
    public String toString() {
      return "Absorbed[" + stored.key() + "]";
    }
  }
}
