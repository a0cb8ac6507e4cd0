package dev.sallyport.gateway.server;

import io.helidon.http.HeaderValues;
import io.helidon.http.Method;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.Filter;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import java.io.FilterOutputStream;
import java.io.OutputStream;

/**
 * Does what HTTP wants of the answers of every route and the server leaves undone: a connection is
 * closed after the answer where the client said so, and an answer to {@code HEAD} has no body. To
 * be the first filter of a listener.
 */
final class ClosingConnections implements Filter {
  @Override
  public void filter(FilterChain chain, RoutingRequest request, RoutingResponse response) {
    if (request.prologue().method().equals(Method.HEAD)) {
      response.streamFilter(WithoutBody::new);
    }
    if (!request.headers().containsToken(HeaderValues.CONNECTION_CLOSE)) {
      chain.proceed();
      return;
    }
    response.header(HeaderValues.CONNECTION_CLOSE);
    chain.proceed();
    throw new CloseConnectionException("The client asked for it.");
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
