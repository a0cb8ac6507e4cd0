package dev.sallyport.identity.http;

import dev.sallyport.identity.Authentication;
import dev.sallyport.identity.Authentication.Rejected;
import dev.sallyport.identity.Authenticator;
import dev.sallyport.identity.Presented;
import dev.sallyport.identity.PrincipalId;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * The one way by which every listener finds out who sent a request by a token or a certificate, and
 * puts on record who is not let in. Thread-safe.
 */
final class Entrance {
  static final HeaderName PROOF = HeaderNames.create("DPoP");
  static final HeaderName NONCE = HeaderNames.create("DPoP-Nonce");
  static final HeaderName API_KEY = HeaderNames.create("x-api-key");
  private static final String TOKEN_PARAMETER = "access_token";
  private static final Pattern SCHEME = Pattern.compile("^(?i:bearer) +");

  private final SecurityShell shell;
  private final Authenticator authenticator;
  private final Function<ServerRequest, String> uri;
  private final RefusedAuthentications refused;
  private final AuthenticationListener listener;

  /**
   * An entrance.
   *
   * @param uri where a request was sent to, as its sender sees it, without a query
   */
  Entrance(
      Authenticator authenticator,
      Function<ServerRequest, String> uri,
      RefusedAuthentications refused,
      AuthenticationListener listener) {
    this.shell = new SecurityShell(authenticator);
    this.authenticator = authenticator;
    this.uri = uri;
    this.refused = refused;
    this.listener = listener;
  }

  /**
   * All that a request shows of who sent it.
   *
   * @param authorizations the tokens that it shows
   * @param resource the protected resource that it was sent to
   */
  Presented presented(ServerRequest request, List<String> authorizations, String resource) {
    var proofs = all(request, PROOF);
    return new Presented(
        authorizations,
        certificates(request),
        proofs,
        request.prologue().method().text(),
        proofs.isEmpty() ? "" : uri.apply(request),
        resource);
  }

  /** Who sent a request, by what it shows. */
  Authentication attempt(ServerRequest request, Presented presented) {
    if (request.query().contains(TOKEN_PARAMETER)) {
      return new Rejected("token_in_query");
    }
    if (showsTwo(request)) {
      return new Rejected("two_tokens");
    }
    return shell.authenticate(request, presented);
  }

  /** Puts on record that nobody is let in who shows nothing, or nothing that is looked at. */
  void record(String reason, String door, ServerRequest request) {
    listener.refused(reason);
    refused.refused(reason, door, peer(request));
  }

  /** The same of what a request shows and what does not hold. */
  void record(String reason, Presented presented, String door, ServerRequest request) {
    listener.refused(reason);
    refused.refused(reason, () -> authenticator.claimed(presented), door, peer(request));
  }

  /** The same of a caller who is known. */
  void record(String reason, PrincipalId holder, String door, ServerRequest request) {
    listener.refused(reason);
    refused.refusedPrincipal(reason, holder, door, peer(request));
  }

  static List<String> all(ServerRequest request, HeaderName name) {
    return request.headers().all(name, List::of);
  }

  private static String peer(ServerRequest request) {
    return request.remotePeer().host();
  }

  /** What the peer itself has shown: no header speaks of certificates. */
  private static List<X509Certificate> certificates(ServerRequest request) {
    var shown = request.remotePeer().tlsCertificates();
    if (shown.isEmpty()) {
      return List.of();
    }
    return shown.stream().flatMap(Arrays::stream).map(X509Certificate.class::cast).toList();
  }

  /** Whether a key stands beside the token and is not the same: one of them would be ignored. */
  private static boolean showsTwo(ServerRequest request) {
    var keys = all(request, API_KEY);
    if (keys.isEmpty()) {
      return false;
    }
    var shown = new HashSet<>(keys);
    all(request, HeaderNames.AUTHORIZATION).stream()
        .map(value -> SCHEME.matcher(value).replaceFirst("").strip())
        .forEach(shown::add);
    return keys.size() > 1 || shown.size() > 1;
  }
}
