package dev.sallyport.gateway.server;

import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.identity.http.RefusalAnswer;
import io.helidon.http.DirectHandler;
import io.helidon.http.HeaderNames;
import io.helidon.http.ServerResponseHeaders;
import io.helidon.http.Status;
import io.helidon.webserver.http.DirectHandlers;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/**
 * Answers what the server refuses by itself, such as requests that are not HTTP or are too large:
 * in JSON, in words of ours.
 */
final class TransportErrors implements DirectHandler {
  private static final Logger LOG = System.getLogger(TransportErrors.class.getName());

  private final String listener;
  private final RefusedRequests refused;

  private TransportErrors(String listener, RefusedRequests refused) {
    this.listener = listener;
    this.refused = refused;
  }

  /** The handlers for one listener. */
  static DirectHandlers of(String listener, RefusedRequests refused) {
    var handler = new TransportErrors(listener, refused);
    var builder = DirectHandlers.builder();
    for (var type : EventType.values()) {
      builder.addHandler(type, handler);
    }
    return builder.build();
  }

  @Override
  public TransportResponse handle(
      TransportRequest request,
      EventType type,
      Status status,
      ServerResponseHeaders headers,
      String message) {
    var code = code(type, status);
    record(code);
    var path = request.path();
    headers.set(HeaderNames.CONTENT_TYPE, RefusalAnswer.contentType(path));
    return TransportResponse.builder()
        .status(Status.create(code.status()))
        .headers(headers)
        .entity(RefusalAnswer.body(path, new Refusal(code)))
        .keepAlive(false)
        .build();
  }

  private void record(RefusalCode code) {
    try {
      refused.refused(listener, code.code());
    } catch (Refusal refusal) {
      LOG.log(Level.ERROR, "a refused request could not be written down: {0}", refusal.code());
    }
  }

  /** The status is what tells one from the other: the server calls most of them bad requests. */
  private static RefusalCode code(EventType type, Status status) {
    return switch (status.code()) {
      case 403 -> RefusalCode.FORBIDDEN;
      case 404 -> RefusalCode.UNKNOWN_PATH;
      case 405 -> RefusalCode.METHOD_NOT_ALLOWED;
      case 413 -> RefusalCode.REQUEST_TOO_LARGE;
      case 503 -> RefusalCode.UNAVAILABLE;
      default ->
          type == EventType.INTERNAL_ERROR ? RefusalCode.INTERNAL : RefusalCode.MALFORMED_REQUEST;
    };
  }
}
