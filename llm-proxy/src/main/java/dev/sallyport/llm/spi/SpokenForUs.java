package dev.sallyport.llm.spi;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.llm.sse.SseFrame;

/**
 * Drops what a provider says in the gateway's name, {@link LeftOut#BESIDE}, from answers that else
 * pass byte for byte. What says nothing of the kind stays as it came.
 */
public final class SpokenForUs {
  private SpokenForUs() {}

  /**
   * A whole answer without it.
   *
   * @param answer what was read of it; what is dropped is gone from it, too
   * @param asCame its bytes
   */
  public static byte[] dropped(ObjectNode answer, byte[] asCame) {
    return answer.remove(LeftOut.BESIDE) == null ? asCame : WireJson.bytes(answer);
  }

  /**
   * An event of a stream without it.
   *
   * @param event what was read of it; what is dropped is gone from it, too
   * @param answer the member in which events hold the answer so far, of which clients make the
   *     whole
   */
  public static SseFrame dropped(ObjectNode event, String answer, SseFrame asCame) {
    boolean spoke = event.remove(LeftOut.BESIDE) != null;
    if (event.get(answer) instanceof ObjectNode inside) {
      spoke |= inside.remove(LeftOut.BESIDE) != null;
    }
    return spoke ? SseFrame.of(asCame.name(), WireJson.bytes(event)) : asCame;
  }
}
