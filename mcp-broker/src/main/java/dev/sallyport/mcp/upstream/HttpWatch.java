package dev.sallyport.mcp.upstream;

import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.mcp.wire.RpcMessage;
import dev.sallyport.mcp.wire.SseReader;
import dev.sallyport.vault.Lent;
import dev.sallyport.vault.egress.EgressRequest.Header;
import dev.sallyport.vault.egress.EgressResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A stream on which a server over HTTP tells of its own accord. For the thread that watches. */
final class HttpWatch {
  private static final Duration REPLY_TIMEOUT = Duration.ofSeconds(5);

  private final HttpWire wire;
  private final List<Header> headers;
  private final Lent lent;
  private final Deadline deadline;
  private final UpstreamEvents events;
  private final Questions questions;
  private final UnaskedMessages unasked = new UnaskedMessages(System::nanoTime);

  HttpWatch(
      HttpWire wire, List<Header> headers, Lent lent, Deadline deadline, UpstreamEvents events) {
    this.wire = wire;
    this.headers = headers;
    this.lent = lent;
    this.deadline = deadline;
    this.events = events;
    this.questions = new Questions(Conversation.none(), deadline, new Elicitations());
  }

  /**
   * Follows what is told in a session.
   *
   * @param uris those that the server was asked to tell about
   * @param more asks it to tell about more
   * @return false if the server has no such stream
   */
  boolean session(Set<String> uris, UpstreamEvents.More more) {
    return HttpWire.refusing(() -> {
      try (var response = wire.stream(headers, "", deadline.remaining(), lent)) {
        if (isNoStream(response.status())) {
          return false;
        }
        requireStream(response);
        events.watching(new Interests(true, uris), Optional.of(more));
        follow(response, Optional.empty());
        return true;
      }
    });
  }

  /** A server says 405, or what comes near it; in a session that was just begun, 404 is no loss. */
  private static boolean isNoStream(int status) {
    return switch (status) {
      case 400, 404, 405, 406, 415, 501 -> true;
      default -> false;
    };
  }

  /**
   * Follows what is told for a request of its own.
   *
   * @return false if the server does not know that request
   */
  boolean listen(LongNode id, ObjectNode params, Interests interests) {
    return HttpWire.refusing(() -> {
      var message = RpcMessage.request(id, Protocol.LISTEN, params);
      try (var response = wire.post(message, headers, deadline.remaining(), lent)) {
        if (!HttpWire.isStream(response) && HttpWire.isJson(response)) {
          return false;
        }
        requireStream(response);
        follow(response, Optional.of(new Listening(id, interests)));
        return true;
      }
    });
  }

  private record Listening(LongNode id, Interests interests) {}

  private static void requireStream(EgressResponse response) {
    if (!HttpWire.isStream(response)) {
      throw HttpUpstream.refusal(response.status());
    }
  }

  /** Until the stream ends. What was listened for must be acknowledged before all else. */
  private void follow(EgressResponse response, Optional<Listening> listening) throws IOException {
    var timed = new DeadlineInputStream(response, deadline);
    var stream =
        new SseReader(new StreamInput(timed, unasked), wire.maxAnswerBytes(), unasked::require);
    boolean acknowledged = listening.isEmpty();
    for (var data = stream.next(); data.isPresent(); data = stream.next()) {
      unasked.require();
      if (data.get().length == 0) {
        continue;
      }
      switch (RpcMessage.of(HttpWire.parsed(data.get(), lent))) {
        case RpcMessage.Notification(var method, var params) -> {
          requireSame(listening, params);
          if (!acknowledged) {
            acknowledged = begun(listening, method, params);
          } else {
            Protocol.tell(events, method, params);
          }
        }
        case RpcMessage.Request question -> reply(listening, question);
        case RpcMessage.Response _, RpcMessage.Failure _ -> {
          return;
        }
      }
    }
  }

  private static void requireSame(Optional<Listening> listening, ObjectNode params) {
    if (listening.isPresent()
        && !Protocol.subscription(params).equals(listening.get().id().asText())) {
      throw new Refusal(RefusalCode.UPSTREAM_MALFORMED);
    }
  }

  private boolean begun(Optional<Listening> listening, String method, ObjectNode params) {
    if (!method.equals(Protocol.ACKNOWLEDGED) || listening.isEmpty()) {
      throw new Refusal(RefusalCode.UPSTREAM_MALFORMED);
    }
    events.watching(Protocol.acknowledged(params, listening.get().interests()), Optional.empty());
    return true;
  }

  private void reply(Optional<Listening> listening, RpcMessage.Request question) {
    if (listening.isPresent()) {
      throw new Refusal(RefusalCode.UPSTREAM_MALFORMED);
    }
    wire.tell(questions.answer(question), headers, REPLY_TIMEOUT, lent);
  }
}
