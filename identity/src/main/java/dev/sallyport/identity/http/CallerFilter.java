package dev.sallyport.identity.http;

import dev.sallyport.identity.Authentication;
import dev.sallyport.identity.Authentication.Anonymous;
import dev.sallyport.identity.Authentication.Authenticated;
import dev.sallyport.identity.Authentication.Rejected;
import dev.sallyport.identity.Authentication.Unavailable;
import dev.sallyport.identity.Authenticator;
import dev.sallyport.identity.Principal;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.identity.turn.Turn;
import dev.sallyport.identity.turn.Turns;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.Filter;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import java.util.List;
import java.util.Optional;

/**
 * Lets a request pass only once it is known who sent it, and which turn it belongs to. Protects
 * every path of the listener but the public ones.
 *
 * <p>Handlers behind it get their caller from {@link Callers#of}. The answer names the turn in
 * {@code Sallyport-Turn}. Whoever is refused is told how to authenticate (RFC 6750, RFC 9728),
 * never why a token did not hold; that stands in evidence.
 */
public final class CallerFilter implements Filter {
  /** Names the turn, in requests and in answers. */
  public static final HeaderName TURN = HeaderNames.create("Sallyport-Turn");

  private static final List<String> PUBLIC = List.of("/health", ResourceMetadata.PATH);
  private static final String TOKEN_PARAMETER = "access_token";

  private final SecurityShell shell;
  private final Turns turns;
  private final Origins origins;
  private final PublicAddress address;
  private final RefusedAuthentications refused;
  private final AuthenticationListener listener;

  public CallerFilter(
      Authenticator authenticator,
      Turns turns,
      Origins origins,
      PublicAddress address,
      RefusedAuthentications refused,
      AuthenticationListener listener) {
    this.shell = new SecurityShell(authenticator);
    this.turns = turns;
    this.origins = origins;
    this.address = address;
    this.refused = refused;
    this.listener = listener;
  }

  @Override
  public void filter(FilterChain chain, RoutingRequest request, RoutingResponse response) {
    var path = request.path().path();
    if (isPublic(path)) {
      chain.proceed();
      return;
    }
    try {
      var principal = authenticate(path, request, response);
      var turn = turn(principal, request);
      request.context().register(new Identified(principal, turn));
      response.header(TURN, turn.id().value());
    } catch (Refusal refusal) {
      RefusalAnswer.send(path, response, refusal);
      return;
    }
    chain.proceed();
  }

  private static boolean isPublic(String path) {
    return PUBLIC.stream().anyMatch(open -> path.equals(open) || path.startsWith(open + "/"));
  }

  private Principal authenticate(String path, RoutingRequest request, RoutingResponse response) {
    if (!origins.allow(all(request, HeaderNames.ORIGIN))) {
      record("bad_origin", path, request);
      throw new Refusal(
          RefusalCode.FORBIDDEN,
          "Pages of this web origin may not call. Ask for it to be allowed.");
    }
    return switch (attempt(request)) {
      case Authenticated(Principal principal) -> {
        listener.authenticated(principal.method());
        yield principal;
      }
      case Anonymous() -> {
        record("no_token", path, request);
        challenge(path, request, response, "");
        throw new Refusal(RefusalCode.UNAUTHENTICATED);
      }
      case Rejected(String reason) -> {
        record(reason, path, request);
        challenge(path, request, response, ", error=\"invalid_token\"");
        throw new Refusal(RefusalCode.UNAUTHENTICATED);
      }
      case Unavailable unavailable -> {
        record("unavailable", path, request);
        throw new Refusal(RefusalCode.UNAVAILABLE).retryAfter(unavailable.retryAfter());
      }
    };
  }

  private Authentication attempt(RoutingRequest request) {
    if (request.query().contains(TOKEN_PARAMETER)) {
      return new Rejected("token_in_query");
    }
    return shell.authenticate(request);
  }

  private Turn turn(Principal principal, RoutingRequest request) {
    var named = all(request, TURN);
    if (named.size() > 1) {
      throw new Refusal(RefusalCode.UNKNOWN_TURN);
    }
    return turns
        .find(principal, named.isEmpty() ? Optional.empty() : Optional.of(named.getFirst()))
        .orElseThrow(() -> new Refusal(RefusalCode.UNKNOWN_TURN));
  }

  private void challenge(
      String path, RoutingRequest request, RoutingResponse response, String error) {
    var metadata = address.of(request) + ResourceMetadata.pathFor(path);
    response.header(
        HeaderNames.WWW_AUTHENTICATE, "Bearer resource_metadata=\"" + metadata + "\"" + error);
  }

  private void record(String reason, String path, RoutingRequest request) {
    listener.refused(reason);
    refused.refused(reason, ResourceMetadata.door(path), request.remotePeer().host());
  }

  private static List<String> all(RoutingRequest request, HeaderName name) {
    return request.headers().all(name, List::of);
  }
}
