package dev.sallyport.identity.http;

import dev.sallyport.identity.Authentication;
import dev.sallyport.identity.Authentication.Anonymous;
import dev.sallyport.identity.Authentication.Authenticated;
import dev.sallyport.identity.Authentication.LacksScope;
import dev.sallyport.identity.Authentication.Rejected;
import dev.sallyport.identity.Authentication.Revoked;
import dev.sallyport.identity.Authentication.Unavailable;
import dev.sallyport.identity.Authentication.WantsNonce;
import dev.sallyport.identity.Authenticator;
import dev.sallyport.identity.Presented;
import dev.sallyport.identity.Principal;
import dev.sallyport.identity.ProtectedResource;
import dev.sallyport.identity.action.Cancellation.Why;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.identity.action.TokenDemand;
import dev.sallyport.identity.revocation.Attendance;
import dev.sallyport.identity.revocation.Standing;
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
import java.util.Set;
import java.util.regex.Pattern;

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

  /**
   * No segment of a public path is of dots only, or holds anything that would have to be decoded.
   */
  private static final Pattern PUBLIC =
      Pattern.compile(
          "(/health|" + Pattern.quote(ResourceMetadata.PATH) + ")(/[A-Za-z0-9][A-Za-z0-9._-]*)*");

  /** The same for whatever is wrong with a token or certificate: only that one came shows in it. */
  private static final String DOES_NOT_HOLD =
      "The token or certificate does not hold here. Get a new one that is meant for this gateway;"
          + " whoever runs it finds in its evidence why this one does not.";

  /**
   * What is wrong with how a token was sent: it was not looked at, and a new one would not help.
   */
  private static final Set<String> FORM = Set.of("not_bearer", "two_tokens", "token_in_query");

  private static final Pattern FOR_MODELS = Pattern.compile("(/api)?/v1/.*");

  private final Entrance entrance;
  private final Authenticator authenticator;
  private final Standing standing;
  private final Turns turns;
  private final Origins origins;
  private final ResourceMetadata metadata;
  private final Challenges challenges;
  private final RefusedAuthentications refused;
  private final AuthenticationListener listener;

  /**
   * A filter.
   *
   * @param standing where the requests that it lets in are cut whose callers it would not let in
   *     any more
   */
  public CallerFilter(
      Authenticator authenticator,
      Standing standing,
      Turns turns,
      Origins origins,
      ResourceMetadata metadata,
      RefusedAuthentications refused,
      AuthenticationListener listener) {
    this.entrance = new Entrance(authenticator, metadata::uriOf, refused, listener);
    this.authenticator = authenticator;
    this.standing = standing;
    this.turns = turns;
    this.origins = origins;
    this.metadata = metadata;
    this.challenges = metadata.challenges();
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
    if (request.headers().contains(Entrance.PROOF)) {
      metadata.nonces().current().ifPresent(nonce -> response.header(Entrance.NONCE, nonce));
    }
    Attendance attendance;
    try {
      attendance = letIn(path, request, response);
    } catch (Refusal refusal) {
      RefusalAnswer.send(path, response, refusal);
      return;
    }
    try (attendance) {
      chain.proceed();
    }
  }

  private Attendance letIn(String path, RoutingRequest request, RoutingResponse response) {
    long generation = standing.generation();
    var presented = presented(path, request);
    var principal = authenticate(path, presented, request, response);
    var turn = turn(path, principal, request);
    var peer = request.remotePeer().host();
    var attendance =
        standing.enter(
            principal,
            generation,
            () -> authenticator.again(presented),
            why -> {
              listener.refused(why.label());
              refused.cut(why, principal.id(), ResourceMetadata.door(path), peer);
            });
    request.context().register(new Identified(principal, turn, peer, attendance, challenges));
    response.header(TURN, turn.id().value());
    return attendance;
  }

  /** The path as it is routed, decoded once; only a plain one is public. */
  private static boolean isPublic(String path) {
    return PUBLIC.matcher(path).matches();
  }

  private Principal authenticate(
      String path, Presented presented, RoutingRequest request, RoutingResponse response) {
    var door = ResourceMetadata.door(path);
    if (!origins.allow(Entrance.all(request, HeaderNames.ORIGIN))) {
      entrance.record("bad_origin", door, request);
      throw new Refusal(
          RefusalCode.FORBIDDEN,
          "Pages of this web origin may not call. Ask for it to be allowed.");
    }
    var answer = entrance.attempt(request, presented);
    if (answer instanceof Authenticated(Principal principal)) {
      listener.authenticated(principal.method());
      return principal;
    }
    throw refusal(answer, presented, path, request, response);
  }

  /** What a caller is told who is not let in, which is on record. */
  private Refusal refusal(
      Authentication answer,
      Presented presented,
      String path,
      RoutingRequest request,
      RoutingResponse response) {
    var door = ResourceMetadata.door(path);
    return switch (answer) {
      case Authenticated _ -> throw new IllegalStateException("is let in");
      case Anonymous() -> {
        entrance.record("no_token", door, request);
        ResourceMetadata.challenge(response, challenges.toAnyone(request));
        yield new Refusal(RefusalCode.UNAUTHENTICATED);
      }
      case Rejected(String reason) -> {
        entrance.record(reason, presented, door, request);
        ResourceMetadata.challenge(response, challenges.toRejected(request));
        yield FORM.contains(reason)
            ? new Refusal(RefusalCode.UNAUTHENTICATED)
            : new Refusal(RefusalCode.UNAUTHENTICATED, DOES_NOT_HOLD);
      }
      case Revoked(Principal holder) -> {
        entrance.record(Why.REVOKED.label(), holder.id(), door, request);
        ResourceMetadata.challenge(response, challenges.toRejected(request));
        yield new Refusal(RefusalCode.UNAUTHENTICATED, DOES_NOT_HOLD);
      }
      case LacksScope(Principal holder, List<String> scopes) -> {
        entrance.record("insufficient_scope", holder.id(), door, request);
        var needed = metadata.demandOf(path).and(TokenDemand.ofScopes(Set.copyOf(scopes)));
        var told = Refusal.demanding(RefusalCode.INSUFFICIENT_SCOPE, needed);
        ResourceMetadata.challenge(response, challenges.toRefused(request, holder, told));
        yield told;
      }
      case WantsNonce(String reason) -> {
        entrance.record(reason, presented, door, request);
        ResourceMetadata.challenge(response, challenges.toProof(request));
        yield new Refusal(RefusalCode.USE_DPOP_NONCE);
      }
      case Unavailable unavailable -> {
        entrance.record("unavailable", presented, door, request);
        yield new Refusal(RefusalCode.UNAVAILABLE).retryAfter(unavailable.retryAfter());
      }
    };
  }

  private Presented presented(String path, RoutingRequest request) {
    return entrance.presented(request, shown(path, request), ProtectedResource.of(path));
  }

  /** A key alone is a token where models are asked, as clients of Anthropic's show it. */
  private static List<String> shown(String path, RoutingRequest request) {
    var authorizations = Entrance.all(request, HeaderNames.AUTHORIZATION);
    var keys = Entrance.all(request, Entrance.API_KEY);
    boolean alone = authorizations.isEmpty() && keys.size() == 1;
    return alone && FOR_MODELS.matcher(path).matches()
        ? List.of("Bearer " + keys.getFirst())
        : authorizations;
  }

  private Turn turn(String path, Principal principal, RoutingRequest request) {
    var named = Entrance.all(request, TURN);
    var found =
        named.size() > 1
            ? Optional.<Turn>empty()
            : turns.find(
                principal, named.isEmpty() ? Optional.empty() : Optional.of(named.getFirst()));
    return found.orElseThrow(() -> {
      var peer = request.remotePeer().host();
      refused.refusedTurn(principal.id(), ResourceMetadata.door(path), peer);
      return new Refusal(RefusalCode.UNKNOWN_TURN);
    });
  }
}
