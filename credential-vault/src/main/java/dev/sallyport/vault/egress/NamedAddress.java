package dev.sallyport.vault.egress;

import dev.sallyport.identity.net.AddressRule;
import dev.sallyport.identity.resource.Mistake;
import dev.sallyport.identity.resource.Resource;
import java.net.URI;
import java.util.Optional;

/**
 * The addresses of upstreams that resources name. One to which nothing can ever be sent is a
 * mistake in a resource that is put; in one that is stored it is a doubt, so that all else goes on.
 */
public final class NamedAddress {
  private NamedAddress() {}

  /** Why nothing can be sent to the address in a field of a spec; empty if it can, or is none. */
  public static Optional<Mistake> trouble(Resource resource, String field) {
    return uri(resource.spec().path(field).asText())
        .flatMap(NamedAddress::trouble)
        .map(why -> new Mistake(resource.key(), "/spec/" + field, field + ": " + why));
  }

  /** The same of a resource that is put; none where the field stays as it is stored. */
  public static Optional<Mistake> newTrouble(
      Resource incoming, Optional<Resource> current, String field) {
    var written = incoming.spec().path(field);
    return current.filter(it -> it.spec().path(field).equals(written)).isPresent()
        ? Optional.empty()
        : trouble(incoming, field);
  }

  /** Why nothing can be sent to an address, without the address itself; empty if it can. */
  public static Optional<String> trouble(URI address) {
    try {
      EgressRequest.check(address);
    } catch (IllegalArgumentException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
    return AddressRule.isNeverAllowed(address)
        ? Optional.of(
            "no request goes to link-local addresses, to the metadata services of clouds, to"
                + " multicast or to addresses that are none")
        : Optional.empty();
  }

  /** What is no address is told of elsewhere. */
  private static Optional<URI> uri(String text) {
    try {
      return text.isEmpty() ? Optional.empty() : Optional.of(URI.create(text));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }
}
