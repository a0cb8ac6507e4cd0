package dev.sallyport.mcp.http;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import java.util.List;

/** Which forms of answer a request takes. A request that says nothing takes JSON. */
record Accepts(boolean json, boolean stream) {
  static Accepts of(ServerRequest request) {
    return of(request.headers().all(HeaderNames.ACCEPT, List::of));
  }

  /** What these Accept headers take. Source: RFC 9110, section 12.5.1. */
  static Accepts of(List<String> headers) {
    if (headers.isEmpty()) {
      return new Accepts(true, false);
    }
    boolean json = false;
    boolean stream = false;
    for (var header : headers) {
      for (int from = 0; from <= header.length(); ) {
        int comma = header.indexOf(',', from);
        int end = comma < 0 ? header.length() : comma;
        var type = type(header, from, end);
        boolean any = type.equals("*/*");
        json |= any || is(type, "application/json") || is(type, "application/*");
        stream |= any || is(type, "text/event-stream") || is(type, "text/*");
        from = end + 1;
      }
    }
    return new Accepts(json, stream);
  }

  /** The type of a range, without its parameters. */
  private static String type(String header, int from, int end) {
    int parameters = header.indexOf(';', from);
    return header.substring(from, parameters < 0 ? end : Math.min(parameters, end)).strip();
  }

  /** Types are the same in whatever case. Source: RFC 9110, section 8.3.1. */
  private static boolean is(String type, String known) {
    return type.equalsIgnoreCase(known);
  }

  boolean none() {
    return !json && !stream;
  }
}
