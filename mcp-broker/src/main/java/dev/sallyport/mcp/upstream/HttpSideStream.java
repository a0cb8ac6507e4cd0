package dev.sallyport.mcp.upstream;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.vault.Lent;
import dev.sallyport.vault.egress.EgressRequest.Header;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The stream of a session beside those of its requests, while one of them is under way whose client
 * was sent to an address: there a server may say that it is done. For the thread of the request.
 */
final class HttpSideStream implements AutoCloseable {
  private static final Duration LONGEST = Duration.ofMinutes(30);
  private static final Duration BEGINNING = Duration.ofSeconds(2);
  private static final Duration END = Duration.ofSeconds(1);
  private static final UpstreamEvents.More NO_MORE = new MoreUris(_ -> false);

  private final Thread thread;

  private HttpSideStream(Thread thread) {
    this.thread = thread;
  }

  /** Opens it, if the server has one, and waits for that a moment. */
  static HttpSideStream open(
      HttpWire wire, List<Header> headers, Lent lent, Elicitations elicitations) {
    var begun = new CountDownLatch(1);
    var watch =
        new HttpWatch(wire, headers, lent, Deadline.in(LONGEST), events(begun, elicitations));
    var thread =
        Thread.ofVirtual()
            .name("mcp-side")
            .start(() -> {
              try {
                watch.session(Set.of(), NO_MORE);
              } catch (Refusal _) {
                // What would be told there is not needed for the answer.
              } finally {
                begun.countDown();
              }
            });
    try {
      var _ = begun.await(BEGINNING.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    return new HttpSideStream(thread);
  }

  private static UpstreamEvents events(CountDownLatch begun, Elicitations elicitations) {
    return new UpstreamEvents() {
      @Override
      public void watching(Interests told, Optional<More> more) {
        begun.countDown();
      }

      @Override
      public void listChanged() {}

      @Override
      public void updated(ObjectNode params) {}

      @Override
      public void taskChanged(ObjectNode params) {}

      @Override
      public void elicitationCompleted(ObjectNode params) {
        elicitations.completed(params);
      }
    };
  }

  /** Ends it, so that nothing that was lent is used any more. */
  @Override
  public void close() {
    thread.interrupt();
    boolean interrupted = Thread.interrupted();
    try {
      var _ = thread.join(END);
    } catch (InterruptedException _) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
