package dev.sallyport.llm.route;

import dev.sallyport.identity.action.CredentialUse;
import dev.sallyport.llm.catalog.Deployment;
import java.util.Optional;

/**
 * A deployment that may be asked.
 *
 * @param use the credential that it would be asked with; empty if its provider wants none
 */
public record Candidate(Deployment deployment, Optional<CredentialUse> use) {
  /** Names the credential where it is used; each of its values goes by a name of its own. */
  String credential() {
    return deployment.provider().name()
        + use.map(one -> "/" + one.credential() + "@" + one.version()).orElse("");
  }

  String quota() {
    return credential() + "/" + deployment.upstreamModel();
  }

  Optional<String> region() {
    var provider = deployment.provider();
    return provider.site().region().map(name -> provider.protocol().label() + "/" + name);
  }
}
