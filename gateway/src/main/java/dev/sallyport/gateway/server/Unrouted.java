package dev.sallyport.gateway.server;

import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.identity.http.RefusalAnswer;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.Map;
import java.util.Optional;

/** Answers what no route of the data plane takes: the wrong method, or no such path. */
final class Unrouted {
  private static final String POST = "POST";
  private static final String GET = "GET";

  /** The methods of each path that is routed by method. */
  private static final Map<String, String> METHODS =
      Map.ofEntries(
          Map.entry("/v1/chat/completions", POST),
          Map.entry("/api/v1/chat/completions", POST),
          Map.entry("/v1/responses", POST),
          Map.entry("/api/v1/responses", POST),
          Map.entry("/v1/models", GET),
          Map.entry("/v1/models/+", GET),
          Map.entry("/api/v1/models", GET),
          Map.entry("/health/live", GET),
          Map.entry("/health/ready", GET));

  private final RefusedRequests refused;

  Unrouted(RefusedRequests refused) {
    this.refused = refused;
  }

  void answer(ServerRequest request, ServerResponse response) {
    var path = request.path().path();
    var allowed = allowed(path);
    var code = allowed.isPresent() ? RefusalCode.METHOD_NOT_ALLOWED : RefusalCode.UNKNOWN_PATH;
    refused.refused("data", code.code());
    allowed.ifPresent(methods -> response.header(HeaderNames.ALLOW, methods));
    RefusalAnswer.send(path, response, new Refusal(code));
  }

  private static Optional<String> allowed(String path) {
    return METHODS.entrySet().stream()
        .filter(entry -> matches(entry.getKey(), path))
        .map(Map.Entry::getValue)
        .findFirst();
  }

  /** A {@code +} at the end of a pattern stands for a rest that is not empty. */
  private static boolean matches(String pattern, String path) {
    if (pattern.endsWith("+")) {
      var start = pattern.substring(0, pattern.length() - 1);
      return path.startsWith(start) && path.length() > start.length();
    }
    return path.equals(pattern);
  }
}
