package dev.sallyport.llm.route;

import dev.sallyport.identity.action.CredentialUse;
import dev.sallyport.llm.catalog.Deployment;
import java.util.Optional;

/**
 * A deployment that may be asked.
 *
 * @param use the credential that it would be asked with; empty if its provider wants none
 * @param counts whether it would only be asked how many tokens a request has, of which providers
 *     keep a limit of its own
 */
public record Candidate(Deployment deployment, Optional<CredentialUse> use, boolean counts) {
  /** The same, to be asked for a count. */
  public Candidate forCount() {
    return new Candidate(deployment, use, true);
  }

  /** Names the credential where it is used; each of its values goes by a name of its own. */
  String credential() {
    return deployment.provider().name()
        + use.map(one -> "/" + one.credential() + "@" + one.version()).orElse("");
  }

  String quota() {
    return credential() + "/" + deployment.upstreamModel() + (counts ? " counts" : "");
  }

  Optional<String> region() {
    var provider = deployment.provider();
    return provider.site().region().map(name -> provider.protocol().label() + "/" + name);
  }
}
