package dev.sallyport.llm.kit;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/**
 * What a fake provider sends for one request.
 *
 * @param pieces the body, in the pieces in which it is sent
 * @param cutAfter after how many pieces the connection breaks; none if it does not
 * @param perByte whether each byte is sent by itself
 * @param pace how slowly it is sent
 * @param gates what to wait for before the piece of that index, counted from 0; the index of the
 *     number of pieces is the end
 * @param listeners what is done before that is waited for
 */
public record Script(
    int status,
    Map<String, String> headers,
    List<byte[]> pieces,
    Optional<Integer> cutAfter,
    boolean perByte,
    Pace pace,
    Map<Integer, CountDownLatch> gates,
    Map<Integer, Runnable> listeners) {
  public Script {
    headers = Map.copyOf(headers);
    pieces = List.copyOf(pieces);
    gates = Map.copyOf(gates);
    listeners = Map.copyOf(listeners);
  }

  /** An answer of any kind. */
  public static Script of(int status, String contentType, List<byte[]> pieces) {
    return new Script(
        status,
        Map.of("Content-Type", contentType),
        pieces,
        Optional.empty(),
        false,
        Pace.FULL,
        Map.of(),
        Map.of());
  }

  /** A JSON answer. */
  public static Script json(int status, String body) {
    return of(status, "application/json", List.of(body.getBytes(StandardCharsets.UTF_8)));
  }

  /** A stream of these events, each with the empty line after it. */
  public static Script events(List<String> events) {
    return of(
        200,
        "text/event-stream",
        events.stream().map(event -> event.getBytes(StandardCharsets.UTF_8)).toList());
  }

  /** A stream recorded as text. */
  public static Script recorded(String stream) {
    return events(split(stream));
  }

  /** The events of a stream recorded as text. */
  public static List<String> split(String stream) {
    var events = new ArrayList<String>();
    for (var event : stream.split("\n\n", -1)) {
      if (!event.isBlank()) {
        events.add(event.stripLeading() + "\n\n");
      }
    }
    return events;
  }

  /** The same, with one more header. */
  public Script withHeader(String name, String value) {
    var more = new HashMap<>(headers);
    more.put(name, value);
    return new Script(status, more, pieces, cutAfter, perByte, pace, gates, listeners);
  }

  /** The same, with another body. */
  public Script withPieces(List<byte[]> others) {
    return new Script(status, headers, others, cutAfter, perByte, pace, gates, listeners);
  }

  /** The same, but the connection breaks after so many pieces. */
  public Script cutAfter(int count) {
    return new Script(status, headers, pieces, Optional.of(count), perByte, pace, gates, listeners);
  }

  /** The same, sent byte by byte. */
  public Script bytewise() {
    return new Script(status, headers, pieces, cutAfter, true, pace, gates, listeners);
  }

  /** The same, sent so slowly. */
  public Script paced(Pace slower) {
    return new Script(status, headers, pieces, cutAfter, perByte, slower, gates, listeners);
  }

  /** The same, but piece {@code index} waits for the latch; -1 is the head. */
  public Script held(int index, CountDownLatch latch) {
    var more = new HashMap<>(gates);
    more.put(index, latch);
    return new Script(status, headers, pieces, cutAfter, perByte, pace, more, listeners);
  }

  /** The same, but the listener is told before piece {@code index}; -1 is the head. */
  public Script told(int index, Runnable listener) {
    var more = new HashMap<>(listeners);
    more.put(index, listener);
    return new Script(status, headers, pieces, cutAfter, perByte, pace, gates, more);
  }
}
