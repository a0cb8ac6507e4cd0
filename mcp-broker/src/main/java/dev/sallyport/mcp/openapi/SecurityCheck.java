package dev.sallyport.mcp.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Tells whether a server's one credential is what the document asks for an operation. */
final class SecurityCheck {
  /** They answer a challenge of the server, which no fixed header can. */
  private static final Set<String> CHALLENGED =
      Set.of("digest", "hoba", "mutual", "negotiate", "scram-sha-1", "scram-sha-256", "dpop");

  private final OpenApiDocument document;
  private final Optional<CredentialPlace> credential;

  SecurityCheck(OpenApiDocument document, Optional<CredentialPlace> credential) {
    this.document = document;
    this.credential = credential;
  }

  /**
   * Checks an operation.
   *
   * @throws UnfitException if none of what it takes is what the server has
   */
  void check(JsonNode operation) throws UnfitException {
    var own = operation.path("security");
    var alternatives = own.isMissingNode() ? document.root().path("security") : own;
    if (!alternatives.isMissingNode() && !alternatives.isArray()) {
      throw new UnfitException(Misfit.INVALID_OPERATION);
    }
    if (alternatives.isEmpty() || credential.equals(Optional.of(CredentialPlace.UNKNOWN))) {
      return;
    }
    var reason = credential.isEmpty() ? Misfit.NEEDS_CREDENTIAL : Misfit.CREDENTIAL_ELSEWHERE;
    for (var alternative : alternatives) {
      try {
        if (isMet(alternative)) {
          return;
        }
      } catch (UnfitException e) {
        reason = e.reason(); // and another may be met
      }
    }
    throw new UnfitException(reason);
  }

  private boolean isMet(JsonNode schemes) throws UnfitException {
    for (var scheme : schemes.properties()) {
      if (credential.isEmpty() || !isMet(declared(scheme.getKey()), credential.get())) {
        return false;
      }
    }
    return schemes.isObject();
  }

  /**
   * The scheme of a name, or, from OpenAPI 3.2 on, of a reference, which counts where no scheme is
   * called so. A word alone is no reference, but the name of a scheme that is missing.
   */
  private JsonNode declared(String name) throws UnfitException {
    var schemes = document.root().path("components").path("securitySchemes");
    boolean reference =
        document.isOf32() && !schemes.has(name) && (name.contains("#") || name.contains("/"));
    return document.resolved(reference ? document.target(name) : schemes.path(name));
  }

  private static boolean isMet(JsonNode scheme, CredentialPlace credential) {
    return switch (scheme.path("type").asText("")) {
      case "apiKey" -> isMetByKey(scheme, credential);
      case "http" -> isMetByScheme(scheme.path("scheme").asText(""), credential);
      case "oauth2", "openIdConnect" -> isAuthorization(credential);
      default -> false;
    };
  }

  private static boolean isMetByKey(JsonNode scheme, CredentialPlace credential) {
    var header =
        switch (scheme.path("in").asText("")) {
          case "header" -> scheme.path("name").asText("");
          case "cookie" -> "Cookie";
          default -> "";
        };
    // A key that goes to Authorization stands there as it is, which a bearer token does not.
    return !credential.bearer() && header.equalsIgnoreCase(credential.header());
  }

  private static boolean isMetByScheme(String scheme, CredentialPlace credential) {
    var lower = scheme.toLowerCase(Locale.ROOT);
    return isAuthorization(credential)
        && !CHALLENGED.contains(lower)
        && (lower.equals("bearer") || !credential.bearer());
  }

  private static boolean isAuthorization(CredentialPlace credential) {
    return credential.header().equalsIgnoreCase("Authorization");
  }
}
