package dev.sallyport.mcp.http;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import java.util.List;
import java.util.Locale;

/** Which forms of answer a request takes. A request that says nothing takes JSON. */
record Accepts(boolean json, boolean stream) {
  static Accepts of(ServerRequest request) {
    var headers = request.headers().all(HeaderNames.ACCEPT, List::of);
    if (headers.isEmpty()) {
      return new Accepts(true, false);
    }
    boolean json = false;
    boolean stream = false;
    for (var header : headers) {
      for (var range : header.toLowerCase(Locale.ROOT).split(",", -1)) {
        int parameters = range.indexOf(';');
        var type = (parameters < 0 ? range : range.substring(0, parameters)).strip();
        json |= type.equals("application/json") || type.equals("application/*");
        stream |= type.equals("text/event-stream") || type.equals("text/*");
        json |= type.equals("*/*");
        stream |= type.equals("*/*");
      }
    }
    return new Accepts(json, stream);
  }

  boolean none() {
    return !json && !stream;
  }
}
