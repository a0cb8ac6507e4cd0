package dev.sallyport.gateway.admin;

import dev.sallyport.identity.action.Caller;
import dev.sallyport.identity.action.Door;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.identity.http.AdminAuthenticator;
import dev.sallyport.identity.http.AuthenticationListener;
import dev.sallyport.identity.http.RefusedAuthentications;
import dev.sallyport.identity.turn.Turns;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import java.util.Optional;

/** Finds out which administrator sent a request. */
public final class AdminCallers {
  private static final String ADVICE =
      "Send the admin token as a bearer token. The gateway said at its first start where it is.";

  private final AdminAuthenticator authenticator;
  private final Turns turns;
  private final RefusedAuthentications refused;
  private final AuthenticationListener listener;

  public AdminCallers(
      AdminAuthenticator authenticator,
      Turns turns,
      RefusedAuthentications refused,
      AuthenticationListener listener) {
    this.authenticator = authenticator;
    this.turns = turns;
    this.refused = refused;
    this.listener = listener;
  }

  /**
   * The administrator who sent a request.
   *
   * @throws Refusal with UNAUTHENTICATED if none did
   */
  Caller of(ServerRequest request) {
    var principal = authenticator.authenticate(request);
    if (principal.isEmpty()) {
      var reason =
          request.headers().contains(HeaderNames.AUTHORIZATION)
              ? "not_the_admin_token"
              : "no_token";
      listener.refused(reason);
      refused.refused(reason, "admin", request.remotePeer().host());
      throw new Refusal(RefusalCode.UNAUTHENTICATED, ADVICE);
    }
    listener.authenticated(principal.get().method());
    var turn =
        turns
            .find(principal.get(), Optional.empty())
            .orElseThrow(() -> new Refusal(RefusalCode.UNKNOWN_TURN));
    return new Caller(principal.get(), turn, Door.ADMIN);
  }
}
