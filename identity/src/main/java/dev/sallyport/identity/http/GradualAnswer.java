package dev.sallyport.identity.http;

import io.helidon.http.Header;
import io.helidon.http.HeaderValues;
import io.helidon.webserver.http.ServerResponse;
import java.io.OutputStream;

/**
 * An answer that is written bit by bit. It says so to proxies, which would collect it, and to the
 * listener, which bounds how long each write may wait for the client rather than all of them.
 */
public final class GradualAnswer {
  private static final Header UNBUFFERED = HeaderValues.createCached("X-Accel-Buffering", "no");

  private GradualAnswer() {}

  /** Begins to answer; status and headers have been set. */
  public static OutputStream open(ServerResponse response) {
    return response.header(UNBUFFERED).outputStream();
  }

  /** Whether an answer is, or is about to be, written bit by bit. */
  public static boolean isBegun(ServerResponse response) {
    return response.headers().contains(UNBUFFERED.headerName());
  }
}
