package dev.sallyport.identity.oidc;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * Where clients get access tokens that are taken here.
 *
 * @param issuer its issuer identifier
 * @param rules what the tokens must be
 */
public record AuthorizationServer(String issuer, AccessTokenRules rules) {
  /** Those of issuers that give access tokens, in the order of their identifiers. */
  public static List<AuthorizationServer> of(Collection<TrustedIssuer> issuers) {
    var servers = new ArrayList<AuthorizationServer>();
    for (var issuer : issuers) {
      if (issuer.rules() instanceof AccessTokenRules rules) {
        servers.add(new AuthorizationServer(issuer.issuer(), rules));
      }
    }
    servers.sort(Comparator.comparing(AuthorizationServer::issuer));
    return List.copyOf(servers);
  }
}
