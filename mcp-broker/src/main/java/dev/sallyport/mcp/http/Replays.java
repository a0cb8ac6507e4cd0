package dev.sallyport.mcp.http;

import dev.sallyport.identity.action.Cancellation;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/** The streams of one session that can be taken up again: the last of them. Thread-safe. */
final class Replays {
  /** How many streams of a session are kept. */
  static final int MOST = 16;

  private final ReplayStore store;
  private final SequencedMap<String, Replay> streams = new LinkedHashMap<>();
  private long begun;

  Replays(ReplayStore store) {
    this.store = store;
  }

  /** A stream that begins. */
  synchronized Replay begin() {
    var replay = new Replay("s" + ++begun, store);
    streams.put(replay.name(), replay);
    if (streams.size() > MOST) {
      store.released(streams.pollFirstEntry().getValue());
    }
    return replay;
  }

  /**
   * A place on a stream.
   *
   * @param seen the number of the last event that its client saw
   */
  record Place(Replay replay, int seen) {}

  /** The place that an event's id names; empty if it is not kept. */
  synchronized Optional<Place> find(String eventId) {
    int minus = eventId.indexOf('-');
    if (minus < 0) {
      return Optional.empty();
    }
    try {
      int seen = Integer.parseInt(eventId.substring(minus + 1));
      return Optional.ofNullable(streams.get(eventId.substring(0, minus)))
          .filter(replay -> replay.has(seen))
          .map(replay -> new Place(replay, seen));
    } catch (NumberFormatException _) {
      return Optional.empty();
    }
  }

  /** Writes what came after a place, until the stream's end. */
  static void serve(
      Cancellation cancellation,
      Place place,
      Duration keepAlive,
      EventWriters writers,
      ServerResponse response) {
    try (var out = writers.open(response)) {
      var replay = place.replay();
      for (int number = place.seen() + 1; !replay.isOver(number); ) {
        int next = number;
        var event = cancellation.during(() -> replay.event(next, keepAlive));
        if (event.isPresent()) {
          out.write(event.get());
          number++;
        } else {
          out.stillThere();
        }
      }
    } catch (IOException | RuntimeException _) {
      // The client has left again, and may come again; or it is not let in any more.
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /** Ends all streams, and keeps none. */
  void close() {
    Map<String, Replay> left;
    synchronized (this) {
      left = Map.copyOf(streams);
      streams.clear();
    }
    left.values()
        .forEach(replay -> {
          replay.end();
          store.released(replay);
        });
  }
}
