package dev.sallyport.identity;

import java.util.List;
import java.util.Optional;

/** Finds out who sent a request, from what its {@code Authorization} headers hold. Thread-safe. */
public final class Authenticator {
  private static final String BEARER = "Bearer ";

  private final List<TokenVerifier> verifiers;

  public Authenticator(List<TokenVerifier> verifiers) {
    this.verifiers = List.copyOf(verifiers);
  }

  /**
   * Authenticates a request.
   *
   * @param authorizations the values of all {@code Authorization} headers of the request
   */
  public Authentication authenticate(List<String> authorizations) {
    if (authorizations.isEmpty()) {
      return new Authentication.Anonymous();
    }
    if (authorizations.size() > 1) {
      return new Authentication.Rejected("two_tokens");
    }
    var token = token(authorizations.getFirst());
    if (token.isEmpty()) {
      return new Authentication.Rejected("not_bearer");
    }
    for (var verifier : verifiers) {
      var answer = verifier.verify(token);
      if (answer.isPresent()) {
        return answer.get();
      }
    }
    return new Authentication.Rejected("unknown_token_form");
  }

  /**
   * Who sent a request, if its token held lately and would hold now. Without an answer the request
   * is still to be authenticated.
   */
  public Optional<Principal> recall(List<String> authorizations) {
    var token = authorizations.size() == 1 ? token(authorizations.getFirst()) : "";
    if (token.isEmpty()) {
      return Optional.empty();
    }
    for (var verifier : verifiers) {
      var known = verifier.recall(token);
      if (known.isPresent()) {
        return known;
      }
    }
    return Optional.empty();
  }

  /** The bearer token of a header, or an empty text. */
  private static String token(String authorization) {
    if (!authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
      return "";
    }
    var token = authorization.substring(BEARER.length()).strip();
    return token.indexOf(' ') < 0 ? token : "";
  }
}
