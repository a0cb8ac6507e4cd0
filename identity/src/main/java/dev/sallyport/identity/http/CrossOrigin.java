package dev.sallyport.identity.http;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.Method;
import io.helidon.http.ServerRequestHeaders;
import io.helidon.http.ServerResponseHeaders;
import io.helidon.http.Status;
import io.helidon.webserver.http.Filter;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Tells browsers that pages of the allowed web origins may call and read what they are answered; of
 * others it says nothing, so that browsers let them do neither. Cookies are for nobody. It stands
 * before all that may refuse a request, so that pages can read refusals, too. Source: Fetch
 * Standard, "HTTP CORS protocol".
 */
public final class CrossOrigin implements Filter {
  /** How long a browser may remember what it was told. */
  static final Duration REMEMBERED = Duration.ofMinutes(10);

  /** The most headers of a request that a browser is told of, beside those that are always sent. */
  static final int MOST_NAMED = 64;

  private static final String METHODS = "GET, POST, DELETE";

  /** What clients of MCP and of models say in headers. */
  private static final List<String> HEADERS =
      List.of(
          "accept",
          "anthropic-beta",
          "anthropic-dangerous-direct-browser-access",
          "anthropic-version",
          "authorization",
          "content-type",
          "dpop",
          "http-referer",
          "last-event-id",
          "mcp-method",
          "mcp-name",
          "mcp-protocol-version",
          "mcp-session-id",
          "openai-beta",
          "openai-organization",
          "openai-project",
          "sallyport-turn",
          "traceparent",
          "tracestate",
          "user-agent",
          "x-api-key",
          "x-openrouter-title",
          "x-request-id",
          "x-session-id",
          "x-title");

  /**
   * What servers have repeated of their arguments, and what generated clients say of themselves.
   */
  private static final Pattern NAMED_LATER =
      Pattern.compile("(mcp-param-|x-stainless-)[a-z0-9._-]{1,100}");

  /** What a page may read of the headers of an answer. */
  private static final String EXPOSED =
      String.join(
          ", ",
          "DPoP-Nonce",
          "Mcp-Session-Id",
          "Retry-After",
          "Sallyport-Call",
          "Sallyport-Cost-Usd",
          "Sallyport-Deployment",
          "Sallyport-Dropped-Params",
          "Sallyport-Model-Requested",
          "Sallyport-Model-Served",
          "Sallyport-Token-Count",
          "Sallyport-Turn",
          "WWW-Authenticate",
          "x-request-id");

  private static final HeaderName WANTED_METHOD =
      HeaderNames.create("Access-Control-Request-Method");
  private static final HeaderName WANTED_HEADERS =
      HeaderNames.create("Access-Control-Request-Headers");
  private static final HeaderName ALLOW_ORIGIN = HeaderNames.create("Access-Control-Allow-Origin");
  private static final HeaderName ALLOW_METHODS =
      HeaderNames.create("Access-Control-Allow-Methods");
  private static final HeaderName ALLOW_HEADERS =
      HeaderNames.create("Access-Control-Allow-Headers");
  private static final HeaderName EXPOSE_HEADERS =
      HeaderNames.create("Access-Control-Expose-Headers");
  private static final HeaderName MAX_AGE = HeaderNames.create("Access-Control-Max-Age");

  private final Origins origins;

  /** One for pages of these origins. */
  public CrossOrigin(Origins origins) {
    this.origins = origins;
  }

  @Override
  public void filter(FilterChain chain, RoutingRequest request, RoutingResponse response) {
    var page = page(request.headers());
    boolean asks =
        request.prologue().method().equals(Method.OPTIONS)
            && request.headers().contains(WANTED_METHOD);
    if (page.isPresent() && asks) {
      answer(page.get(), request, response);
    } else {
      tell(request.headers(), response.headers());
      chain.proceed();
    }
  }

  /** Says in an answer what a page may do with it, if the page that asked may call. */
  public void tell(ServerRequestHeaders asked, ServerResponseHeaders answer) {
    page(asked)
        .ifPresent(page -> {
          answer.set(ALLOW_ORIGIN, page);
          answer.set(HeaderNames.VARY, "Origin");
          answer.set(EXPOSE_HEADERS, EXPOSED);
        });
  }

  private Optional<String> page(ServerRequestHeaders asked) {
    return origins.page(asked.all(HeaderNames.ORIGIN, List::of));
  }

  /** Answers what a browser asks before a page calls. */
  private static void answer(String page, RoutingRequest request, RoutingResponse response) {
    response
        .status(Status.NO_CONTENT_204)
        .header(ALLOW_ORIGIN, page)
        .header(HeaderNames.VARY, "Origin, Access-Control-Request-Headers")
        .header(ALLOW_METHODS, METHODS)
        .header(ALLOW_HEADERS, headers(request))
        .header(MAX_AGE, Long.toString(REMEMBERED.toSeconds()))
        .send();
  }

  /** Those that are always allowed, and of those that the browser names those that may be. */
  private static String headers(RoutingRequest request) {
    var named =
        request.headers().all(WANTED_HEADERS, List::of).stream()
            .flatMap(line -> Stream.of(line.split(",", -1)))
            .map(name -> name.strip().toLowerCase(Locale.ROOT))
            .filter(name -> NAMED_LATER.matcher(name).matches())
            .limit(MOST_NAMED);
    var allowed = new TreeSet<>(HEADERS);
    named.forEach(allowed::add);
    return String.join(", ", allowed);
  }
}
