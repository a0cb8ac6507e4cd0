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
import dev.sallyport.identity.Principal;
import dev.sallyport.identity.ProtectedResource;
import dev.sallyport.identity.action.Cancellation.Why;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.identity.dpop.ProofNonces;
import dev.sallyport.identity.grant.Approvers;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;

/**
 * Tells those who decide held calls at the control plane, by the tokens by which they would be
 * known elsewhere, but which are for the control plane alone. Thread-safe.
 */
public final class ApproverAuthenticator {
  private static final String DOOR = "admin";

  /** The same for whoever is not let in, whether or not anybody is known by that name. */
  private static final String ADVICE =
      "Send the admin token as a bearer token, or, to decide held calls, a token of your own that"
          + " is meant for this control plane. Whoever runs the gateway finds in its evidence why a"
          + " token does not hold.";

  private final Approvers approvers;
  private final Entrance entrance;
  private final ProofNonces nonces;
  private final AuthenticationListener listener;

  /**
   * An authenticator of approvers.
   *
   * @param authenticator finds out who they are, as for any other listener
   * @param nonces those that proofs of keys must hold, where they must
   */
  public ApproverAuthenticator(
      Approvers approvers,
      Authenticator authenticator,
      ProofNonces nonces,
      RefusedAuthentications refused,
      AuthenticationListener listener) {
    this.approvers = approvers;
    this.entrance =
        new Entrance(authenticator, PublicAddress.asRequested()::uriOf, refused, listener);
    this.nonces = nonces;
    this.listener = listener;
  }

  /** Whether there is anybody whom it could tell. */
  public boolean knowsAnybody() {
    return approvers.areNamed();
  }

  /**
   * The approver who sent a request.
   *
   * @throws Refusal that is on record; with UNAUTHENTICATED for everybody whose proof does not
   *     hold, and for everybody who is no approver
   */
  public Principal authenticate(ServerRequest request, ServerResponse response) {
    var presented =
        entrance.presented(
            request,
            Entrance.all(request, HeaderNames.AUTHORIZATION),
            ProtectedResource.CONTROL_PLANE);
    var answer = entrance.attempt(request, presented);
    switch (answer) {
      case Authenticated(Principal principal) -> {
        if (approvers.include(principal)) {
          listener.authenticated(principal.method());
          return principal;
        }
        entrance.record("not_an_approver", principal.id(), DOOR, request);
      }
      case Revoked(Principal holder) ->
          entrance.record(Why.REVOKED.label(), holder.id(), DOOR, request);
      case LacksScope(Principal holder, var _) ->
          entrance.record("insufficient_scope", holder.id(), DOOR, request);
      case Anonymous _ -> entrance.record("no_token", DOOR, request);
      case Rejected(String reason) -> entrance.record(reason, presented, DOOR, request);
      case WantsNonce(String reason) -> entrance.record(reason, presented, DOOR, request);
      case Unavailable _ -> entrance.record("unavailable", presented, DOOR, request);
    }
    throw refusal(answer, response);
  }

  private Refusal refusal(Authentication answer, ServerResponse response) {
    return switch (answer) {
      case Unavailable unavailable ->
          new Refusal(RefusalCode.UNAVAILABLE).retryAfter(unavailable.retryAfter());
      case WantsNonce _ -> {
        nonces.current().ifPresent(nonce -> response.header(Entrance.NONCE, nonce));
        yield new Refusal(RefusalCode.USE_DPOP_NONCE);
      }
      case Authenticated _, Anonymous _, Rejected _, Revoked _, LacksScope _ ->
          new Refusal(RefusalCode.UNAUTHENTICATED, ADVICE);
    };
  }
}
