package dev.sallyport.gateway.server;

import io.helidon.http.HeaderValues;
import io.helidon.http.Method;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.Filter;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import io.helidon.webserver.http.ServerRequest;
import java.io.FilterOutputStream;
import java.io.OutputStream;
import java.util.function.Predicate;

/**
 * Does what HTTP wants of the answers of every route and the server leaves undone: a connection is
 * closed after the answer where the client said so or it is too old, and an answer to {@code HEAD}
 * has no body. To be the first filter of a listener.
 */
final class ClosingConnections implements Filter {
  private final Predicate<ServerRequest> tooOld;

  /** Closes connections of any age only where the client says so. */
  ClosingConnections() {
    this(_ -> false);
  }

  /** Closes those, too, that are too old by the time of a request. */
  ClosingConnections(Predicate<ServerRequest> tooOld) {
    this.tooOld = tooOld;
  }

  @Override
  public void filter(FilterChain chain, RoutingRequest request, RoutingResponse response) {
    if (request.prologue().method().equals(Method.HEAD)) {
      response.streamFilter(WithoutBody::new);
    }
    if (!request.headers().containsToken(HeaderValues.CONNECTION_CLOSE) && !tooOld.test(request)) {
      chain.proceed();
      return;
    }
    response.header(HeaderValues.CONNECTION_CLOSE);
    chain.proceed();
    throw new CloseConnectionException("This was its last request.");
  }

  /** Takes a body and drops it. */
  private static final class WithoutBody extends FilterOutputStream {
    WithoutBody(OutputStream out) {
      super(out);
    }

    @Override
    public void write(int b) {}

    @Override
    public void write(byte[] bytes, int offset, int length) {}
  }
}
