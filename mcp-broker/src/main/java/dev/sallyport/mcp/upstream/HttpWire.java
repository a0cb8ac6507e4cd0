package dev.sallyport.mcp.upstream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.mcp.wire.InvalidRpcException;
import dev.sallyport.mcp.wire.Json;
import dev.sallyport.mcp.wire.MalformedJsonException;
import dev.sallyport.mcp.wire.Meta;
import dev.sallyport.mcp.wire.SseReader;
import dev.sallyport.vault.Lent;
import dev.sallyport.vault.egress.EgressClient;
import dev.sallyport.vault.egress.EgressException;
import dev.sallyport.vault.egress.EgressRequest;
import dev.sallyport.vault.egress.EgressRequest.Header;
import dev.sallyport.vault.egress.EgressResponse;
import dev.sallyport.vault.redact.PackedText;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** Sends single HTTP requests to one server. Thread-safe. */
final class HttpWire {
  static final int OK = 200;
  private static final Header JSON = new Header("Content-Type", "application/json");
  private static final Header ACCEPT = new Header("Accept", "application/json, text/event-stream");
  private static final Header ACCEPT_STREAM = new Header("Accept", "text/event-stream");
  private static final byte[] NOTHING = {};
  private static final int MAX_SESSION_ID = 1_024;

  /** What is read is bounded by who reads it: a stream may go on for as long as its request. */
  private static final long ANY_LENGTH = Long.MAX_VALUE;

  private final EgressClient client;
  private final URI url;
  private final int maxAnswerBytes;
  private final AnswerMemory memory;
  private final AtomicLong ids = new AtomicLong();

  HttpWire(EgressClient client, HttpSettings settings) {
    this.client = client;
    this.url = settings.url();
    this.maxAnswerBytes = settings.maxAnswerBytes();
    this.memory = settings.memory();
  }

  /** The largest answer, or the largest event where it comes as a stream. */
  int maxAnswerBytes() {
    return maxAnswerBytes;
  }

  /** What the answers under way take. */
  AnswerMemory memory() {
    return memory;
  }

  /** An id for the next request. */
  LongNode nextId() {
    return LongNode.valueOf(ids.incrementAndGet());
  }

  EgressResponse post(ObjectNode message, List<Header> headers, Duration timeout, Lent lent)
      throws EgressException {
    var all = new ArrayList<Header>(headers.size() + 2);
    all.add(JSON);
    all.add(ACCEPT);
    all.addAll(headers);
    return client.send(
        EgressRequest.post(url, all, Json.bytes(message), timeout, ANY_LENGTH), lent);
  }

  /**
   * Asks for a stream.
   *
   * @param after the event after which it is to begin; empty for one from now on
   */
  EgressResponse stream(List<Header> headers, String after, Duration timeout, Lent lent)
      throws EgressException {
    var all = new ArrayList<Header>(headers.size() + 2);
    all.add(ACCEPT_STREAM);
    all.addAll(headers);
    if (!after.isEmpty()) {
      all.add(new Header("Last-Event-ID", after));
    }
    return client.send(EgressRequest.get(url, all, timeout, ANY_LENGTH), lent);
  }

  /** Sends a message. Whether it arrives makes no difference. */
  void tell(ObjectNode message, List<Header> headers, Duration timeout, Lent lent) {
    try (var _ = post(message, headers, timeout, lent)) {
      // The request under way tells whether the peer is still there.
    } catch (EgressException _) {
      // So does it here.
    }
  }

  /** Ends a session. Whether the server takes it makes no difference. */
  void end(List<Header> headers, Duration timeout, Lent lent) {
    var request = new EgressRequest("DELETE", url, headers, NOTHING, timeout, ANY_LENGTH);
    try (var _ = client.send(request, lent)) {
      // It is forgotten here in any case.
    } catch (EgressException _) {
      // Then the server ends it when it likes.
    }
  }

  /** Lets go of the connections. */
  void close() {
    client.close();
  }

  static boolean isStream(EgressResponse response) {
    return response.status() == OK && mediaType(response).equals("text/event-stream");
  }

  static boolean isJson(EgressResponse response) {
    return mediaType(response).equals("application/json");
  }

  private static String mediaType(EgressResponse response) {
    var type = response.header("Content-Type").orElse("");
    int parameters = type.indexOf(';');
    return (parameters < 0 ? type : type.substring(0, parameters)).strip().toLowerCase(Locale.ROOT);
  }

  /** The session that an answer names. */
  static Optional<String> session(EgressResponse response) {
    var id = response.header(Meta.SESSION_HEADER);
    id.ifPresent(some -> {
      if (some.isEmpty()
          || some.length() > MAX_SESSION_ID
          || !some.chars().allMatch(c -> c > ' ' && c <= '~')) {
        throw new Refusal(RefusalCode.UPSTREAM_MALFORMED);
      }
    });
    return id;
  }

  /** The tree of a message, also without what was lent and packed once more than a stream shows. */
  static JsonNode parsed(byte[] bytes, Lent lent) throws MalformedJsonException {
    var tree = Json.parseResult(bytes);
    return PackedText.mayBeIn(bytes) ? lent.redactor().redact(tree) : tree;
  }

  /** Some reading and writing over HTTP. */
  @FunctionalInterface
  interface Exchange<T> {
    T run() throws IOException, MalformedJsonException, InvalidRpcException;
  }

  /** Does it, and refuses where it fails. */
  static <T> T refusing(Exchange<T> exchange) {
    try {
      return exchange.run();
    } catch (SseReader.EventTooLargeException _) {
      throw new Refusal(RefusalCode.RESULT_TOO_LARGE);
    } catch (MalformedJsonException | InvalidRpcException _) {
      throw malformed();
    } catch (EgressException e) {
      throw EgressRefusal.of(e);
    } catch (IOException _) {
      throw new Refusal(RefusalCode.UPSTREAM_UNAVAILABLE);
    }
  }

  /** The refusal for an answer that is no message of MCP. */
  static Refusal malformed() {
    return new Refusal(RefusalCode.UPSTREAM_MALFORMED)
        .because("the upstream answered with what is no message of MCP; look at its url");
  }
}
