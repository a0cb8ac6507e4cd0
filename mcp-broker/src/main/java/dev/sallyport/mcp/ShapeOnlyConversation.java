package dev.sallyport.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Cancellation;
import dev.sallyport.mcp.upstream.ClientAnswer;
import dev.sallyport.mcp.upstream.ClientFace;
import dev.sallyport.mcp.upstream.Conversation;
import dev.sallyport.mcp.wire.Json;
import java.util.OptionalInt;

/**
 * Lets through how far a call is, and nothing that a server may have written beside it.
 *
 * <p>Where the server says a total, that is a growing whole percent; else it is a count of our own.
 * So a call tells at most a hundred times that it went on, and no digit is of the server's
 * choosing.
 */
final class ShapeOnlyConversation implements Conversation {
  private static final int MOST = 100;
  private static final double LARGEST = 1e9;

  private final Conversation to;

  /** Guarded by this. */
  private int told;

  /** The last percent; guarded by this. */
  private int percent = -1;

  ShapeOnlyConversation(Conversation to) {
    this.to = to;
  }

  @Override
  public ClientFace client() {
    return to.client().silent();
  }

  /** What a log says may be of a server's choosing. */
  @Override
  public void logged(ObjectNode params) {}

  @Override
  public ClientAnswer ask(String method, ObjectNode params) {
    return ClientAnswer.Refused.unknownMethod();
  }

  @Override
  public boolean takesInputRequests() {
    return false;
  }

  @Override
  public boolean wantsProgress() {
    return to.wantsProgress();
  }

  @Override
  public synchronized void progressed(ObjectNode params) {
    if (told >= MOST || !isPlain(params.path("progress"))) {
      return;
    }
    if (!params.has("total")) {
      tellCount();
      return;
    }
    percent(params).ifPresent(this::tellPercent);
  }

  /** Once a percent was told, a count would go back. */
  private void tellCount() {
    if (percent < 0) {
      told++;
      to.progressed(Json.object().put("progress", told));
    }
  }

  /** Once a count was told, a percent may go back. */
  private void tellPercent(int now) {
    if (now > percent && (percent >= 0 || told == 0)) {
      told++;
      percent = now;
      to.progressed(Json.object().put("progress", now).put("total", 100));
    }
  }

  private static OptionalInt percent(ObjectNode params) {
    var total = params.path("total");
    var done = params.path("progress").doubleValue();
    if (!isPlain(total) || total.doubleValue() <= 0 || done > total.doubleValue()) {
      return OptionalInt.empty();
    }
    return OptionalInt.of((int) Math.floor(100 * done / total.doubleValue()));
  }

  private static boolean isPlain(JsonNode number) {
    var value = number.doubleValue();
    return number.isNumber() && value >= 0 && value <= LARGEST;
  }

  @Override
  public Cancellation cancellation() {
    return to.cancellation();
  }
}
