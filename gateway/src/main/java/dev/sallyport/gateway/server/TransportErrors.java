package dev.sallyport.gateway.server;

import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.identity.http.RefusalAnswer;
import io.helidon.http.DirectHandler;
import io.helidon.http.HeaderNames;
import io.helidon.http.ServerRequestHeaders;
import io.helidon.http.ServerResponseHeaders;
import io.helidon.http.Status;
import io.helidon.webserver.http.DirectHandlers;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.function.BiConsumer;

/**
 * Answers what the server refuses by itself, such as requests that are not HTTP or are too large:
 * in JSON, in words of ours.
 */
final class TransportErrors implements DirectHandler {
  private static final Logger LOG = System.getLogger(TransportErrors.class.getName());

  private final String listener;
  private final RefusedRequests refused;
  private final BiConsumer<ServerRequestHeaders, ServerResponseHeaders> telling;

  private TransportErrors(
      String listener,
      RefusedRequests refused,
      BiConsumer<ServerRequestHeaders, ServerResponseHeaders> telling) {
    this.listener = listener;
    this.refused = refused;
    this.telling = telling;
  }

  /**
   * The handlers for one listener.
   *
   * @param telling writes what the headers of an answer say, beside what it is, to whom asked with
   *     those headers
   */
  static DirectHandlers of(
      String listener,
      RefusedRequests refused,
      BiConsumer<ServerRequestHeaders, ServerResponseHeaders> telling) {
    var handler = new TransportErrors(listener, refused, telling);
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
    telling.accept(request.headers(), headers);
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
