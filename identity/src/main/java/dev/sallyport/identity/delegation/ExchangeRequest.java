package dev.sallyport.identity.delegation;

import dev.sallyport.identity.delegation.ExchangeFault.ErrorCode;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a caller asks of the exchange. Source: RFC 8693, section 2.1.
 *
 * @param subjectToken the user's
 * @param actorToken the caller's own, if it is shown once more
 * @param targets where the token is to be used, as far as is said
 * @param scopes those that the token is to have; empty if that is not said
 */
record ExchangeRequest(
    String subjectToken,
    Optional<String> actorToken,
    List<String> targets,
    Optional<Set<String>> scopes) {
  static final String GRANT = "urn:ietf:params:oauth:grant-type:token-exchange";
  static final String ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token";
  private static final String JWT = "urn:ietf:params:oauth:token-type:jwt";
  private static final Set<String> SEVERAL = Set.of("audience", "resource");
  private static final Set<String> OTHER_CREDENTIALS =
      Set.of("client_secret", "client_assertion", "client_assertion_type");

  /**
   * Reads the parameters of a request. Those that are not known are ignored, as RFC 6749 wants it.
   *
   * @throws ExchangeFault if they do not make one
   */
  static ExchangeRequest read(Map<String, List<String>> parameters) {
    var form = new Form(parameters);
    var grant = form.text("grant_type").orElseThrow(() -> invalid("no_grant_type"));
    if (!grant.equals(GRANT)) {
      throw new ExchangeFault(ErrorCode.UNSUPPORTED_GRANT_TYPE, "unsupported_grant_type");
    }
    if (parameters.keySet().stream().anyMatch(OTHER_CREDENTIALS::contains)) {
      throw invalid("two_authentications");
    }
    var subject = form.text("subject_token").orElseThrow(() -> invalid("no_subject_token"));
    if (form.text("subject_token_type").filter(Set.of(ACCESS_TOKEN, JWT)::contains).isEmpty()) {
      throw invalid("wrong_subject_token_type");
    }
    var actor = form.text("actor_token");
    var actorType = form.text("actor_token_type");
    if (actor.isPresent() != actorType.isPresent()
        || actorType.filter(type -> !Set.of(ACCESS_TOKEN, JWT).contains(type)).isPresent()) {
      throw invalid("wrong_actor_token_type");
    }
    if (form.text("requested_token_type").filter(type -> !type.equals(ACCESS_TOKEN)).isPresent()) {
      throw invalid("wrong_requested_token_type");
    }
    return new ExchangeRequest(
        subject,
        actor,
        SEVERAL.stream().flatMap(name -> form.all(name).stream()).toList(),
        form.text("scope").map(ExchangeRequest::scopes));
  }

  /** Never shows a token. */
  @Override
  public String toString() {
    return "ExchangeRequest[" + targets + ", " + scopes + "]";
  }

  private static Set<String> scopes(String written) {
    var scopes = new HashSet<>(List.of(written.split(" ", -1)));
    scopes.remove("");
    return scopes;
  }

  private static ExchangeFault invalid(String reason) {
    return new ExchangeFault(ErrorCode.INVALID_REQUEST, reason);
  }

  private record Form(Map<String, List<String>> parameters) {
    /** What is empty counts as left out, and what stands twice as a mistake. */
    private Optional<String> text(String name) {
      var values = all(name);
      if (values.size() > 1) {
        throw invalid("repeated_parameter");
      }
      return values.stream().findFirst();
    }

    private List<String> all(String name) {
      return parameters.getOrDefault(name, List.of()).stream()
          .filter(value -> !value.isEmpty())
          .toList();
    }
  }
}
