package dev.sallyport.identity.http;

import dev.sallyport.identity.Principal;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.identity.action.TokenDemand;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Says by {@code WWW-Authenticate} what a caller may show to be let in, or to go on. Each method
 * gives the values of that header, one for each scheme that is taken. Source: RFC 6750, section 3;
 * RFC 9728, section 5.1; RFC 9449, sections 7.1 and 9; RFC 9470, section 3.
 */
final class Challenges {
  /** What of a token's own scopes may stand in a header. Source: RFC 6749, section 3.3. */
  private static final Pattern SCOPE = Pattern.compile("[!#-\\[\\]-~]{1,128}");

  /** The most characters that the scopes of a token add. */
  static final int MOST_GRANTED = 2_048;

  private static final String FOR_CLIENTS = "offline_access";
  private static final String DPOP = "DPoP ";

  private final PublicAddress address;
  private final ResourceMetadata metadata;

  Challenges(PublicAddress address, ResourceMetadata metadata) {
    this.address = address;
    this.metadata = metadata;
  }

  /** To one who has shown nothing. */
  List<String> toAnyone(ServerRequest request) {
    return values(request, askedOfAll(request));
  }

  /** To one whose proof does not hold; not what is wrong with it. */
  List<String> toRejected(ServerRequest request) {
    return values(request, askedOfAll(request) + error("invalid_token"));
  }

  /** To one whose proof of a key lacks the nonce that is wanted. */
  List<String> toProof(ServerRequest request) {
    return values(request, error("use_dpop_nonce"));
  }

  /** To a caller that is known and may not do something; nothing of what there is. */
  List<String> toKnown(ServerRequest request) {
    return values(request, error("insufficient_scope"));
  }

  /** To a caller whose action was refused; nothing where another token would be no help. */
  List<String> toRefused(ServerRequest request, Principal principal, Refusal refusal) {
    var demand = refusal.demand();
    if (refusal.code() == RefusalCode.INSUFFICIENT_SCOPE) {
      return values(request, error("insufficient_scope") + scope(principal, demand.scopes()));
    }
    return refusal.code() == RefusalCode.INSUFFICIENT_USER_AUTHENTICATION
        ? values(
            request,
            error(refusal.code().code()) + signIn(demand) + scope(principal, demand.scopes()))
        : List.of();
  }

  private static String error(String code) {
    return ", error=\"" + code + '"';
  }

  private static String signIn(TokenDemand demand) {
    var classes =
        demand.acrs().isEmpty() ? "" : ", acr_values=\"" + String.join(" ", demand.acrs()) + '"';
    return classes + demand.maxAge().map(age -> ", max_age=\"" + age.toSeconds() + '"').orElse("");
  }

  /** The scopes to ask for, where all who give tokens are to be asked for the same. */
  private String askedOfAll(ServerRequest request) {
    var scopes = metadata.scopesOfAll(request.prologue().uriPath().path());
    return scopes.isEmpty() ? "" : ", scope=\"" + String.join(" ", scopes) + '"';
  }

  /**
   * The scopes that are needed and those that the token has: a client that asks for these loses
   * nothing by its new token. Source: MCP 2025-11-25, scope challenge handling.
   */
  private static String scope(Principal principal, Collection<String> needed) {
    var asked = new TreeSet<>(needed);
    int left = MOST_GRANTED;
    for (var granted : new TreeSet<>(principal.scopes())) {
      boolean fit = SCOPE.matcher(granted).matches() && !granted.equals(FOR_CLIENTS);
      if (fit && granted.length() < left && asked.add(granted)) {
        left -= granted.length() + 1;
      }
    }
    return asked.isEmpty() ? "" : ", scope=\"" + String.join(" ", asked) + '"';
  }

  /** One challenge for each scheme that is taken; the error is with the one that was used. */
  private List<String> values(ServerRequest request, String error) {
    var path = request.prologue().uriPath().path();
    var where = "resource_metadata=\"" + address.of(request) + ResourceMetadata.pathFor(path) + '"';
    if (!metadata.takesProofs()) {
      return List.of("Bearer " + where + error);
    }
    boolean proved = usesProof(request);
    var algorithms = ", algs=\"" + String.join(" ", ResourceMetadata.ALGORITHMS) + '"';
    return List.of(
        "Bearer " + where + (proved ? "" : error),
        DPOP + where + algorithms + (proved ? error : ""));
  }

  private static boolean usesProof(ServerRequest request) {
    return request
        .headers()
        .first(HeaderNames.AUTHORIZATION)
        .map(value -> value.regionMatches(true, 0, DPOP, 0, DPOP.length()))
        .orElse(false);
  }
}
