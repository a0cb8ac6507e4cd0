package dev.sallyport.identity;

import java.util.List;

/** Finds out who sent a request, from what its {@code Authorization} headers hold. Thread-safe. */
public final class Authenticator {
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
    var value = authorizations.getFirst();
    if (!value.regionMatches(true, 0, "Bearer ", 0, 7)) {
      return new Authentication.Rejected("not_bearer");
    }
    var token = value.substring(7).strip();
    if (token.isEmpty() || token.indexOf(' ') >= 0) {
      return new Authentication.Rejected("not_bearer");
    }
    return verifiers.stream()
        .flatMap(verifier -> verifier.verify(token).stream())
        .findFirst()
        .orElseGet(() -> new Authentication.Rejected("unknown_token_form"));
  }
}
