package dev.sallyport.mcp.upstream;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/** Is told what a server says while it is watched, on the thread that watches. Must not block. */
public interface UpstreamEvents {
  /**
   * The watch has begun.
   *
   * @param told what of the wanted the server tells about
   * @param more asks for more without beginning anew, where that can be done
   */
  void watching(Interests told, Optional<More> more);

  /** A list is no longer the same. */
  void listChanged();

  /**
   * Something that can be read is no longer the same.
   *
   * @param params of the notification, as the server wrote them
   */
  void updated(ObjectNode params);

  /**
   * A task is no longer as it was.
   *
   * @param params of the notification, as the server wrote them
   */
  void taskChanged(ObjectNode params);

  /**
   * Somebody is done at the address that an elicitation sent them to.
   *
   * @param params of the notification, as the server wrote them
   */
  default void elicitationCompleted(ObjectNode params) {}

  /** Asks a server that is watched to tell of more. For any thread. */
  interface More {
    /**
     * Asks for one more. Blocks.
     *
     * @return whether the server tells about it; false, too, if the watch has ended
     * @throws dev.sallyport.identity.action.Refusal if it did not answer
     */
    boolean uri(String uri);

    /** Whether the watch has ended, so that nothing is asked any more. */
    boolean isOver();
  }
}
