package dev.sallyport.gateway.admin;

import dev.sallyport.identity.AuthenticationMethod;
import dev.sallyport.identity.Principal;
import dev.sallyport.identity.action.Caller;
import dev.sallyport.identity.action.Door;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.identity.http.AdminAuthenticator;
import dev.sallyport.identity.http.ApproverAuthenticator;
import dev.sallyport.identity.http.AuthenticationListener;
import dev.sallyport.identity.http.RefusedAuthentications;
import dev.sallyport.identity.turn.Turn;
import dev.sallyport.identity.turn.Turns;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.Optional;

/** Finds out which administrator, or which approver of held calls, sent a request. */
public final class AdminCallers {
  private static final String ADVICE =
      "Send the admin token as a bearer token. The gateway said at its first start where it is.";

  private final AdminAuthenticator administrators;
  private final ApproverAuthenticator approvers;
  private final Turns turns;
  private final RefusedAuthentications refused;
  private final AuthenticationListener listener;

  public AdminCallers(
      AdminAuthenticator administrators,
      ApproverAuthenticator approvers,
      Turns turns,
      RefusedAuthentications refused,
      AuthenticationListener listener) {
    this.administrators = administrators;
    this.approvers = approvers;
    this.turns = turns;
    this.refused = refused;
    this.listener = listener;
  }

  /**
   * Who sent a request.
   *
   * @throws Refusal that is on record; with UNAUTHENTICATED if it was nobody who is known here
   */
  Caller of(ServerRequest request, ServerResponse response) {
    var administrator = administrators.authenticate(request);
    if (administrator.isPresent()) {
      listener.authenticated(administrator.get().method());
      return new Caller(administrator.get(), turn(administrator.get()), Door.ADMIN);
    }
    if (!approvers.knowsAnybody()) {
      throw stranger(request);
    }
    var approver = approvers.authenticate(request, response);
    return new Caller(
        approver, turn(approver), Door.ADMIN, Optional.of(request.remotePeer().host()));
  }

  /** Whether a caller may ask for all that there is; otherwise it decides held calls. */
  static boolean isAdministrator(Caller caller) {
    return caller.principal().method() == AuthenticationMethod.INTERNAL;
  }

  private Refusal stranger(ServerRequest request) {
    var reason =
        request.headers().contains(HeaderNames.AUTHORIZATION) ? "not_the_admin_token" : "no_token";
    listener.refused(reason);
    refused.refused(reason, "admin", request.remotePeer().host());
    return new Refusal(RefusalCode.UNAUTHENTICATED, ADVICE);
  }

  private Turn turn(Principal principal) {
    return turns
        .find(principal, Optional.empty())
        .orElseThrow(() -> new Refusal(RefusalCode.UNKNOWN_TURN));
  }
}
