package dev.sallyport.identity.trust;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.federation.BundleEndpoint;
import dev.sallyport.identity.federation.ServerTrust;
import dev.sallyport.identity.federation.SpiffeServerTrust;
import dev.sallyport.identity.federation.StoredBundle;
import dev.sallyport.identity.federation.WebServerTrust;
import dev.sallyport.identity.svid.BundleSource;
import dev.sallyport.identity.svid.BundleSource.Awaited;
import dev.sallyport.identity.svid.BundleSource.Known;
import dev.sallyport.identity.svid.BundleSource.Withdrawn;
import dev.sallyport.identity.svid.TrustBundle;
import dev.sallyport.identity.trust.TrustDomainSpec.Surroundings;
import io.spiffe.exception.InvalidSpiffeIdException;
import io.spiffe.spiffeid.SpiffeId;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where a trust domain publishes its bundle. Source: SPIFFE Federation, section 5.
 *
 * @param url https, without a user
 * @param profile how the server proves itself: {@code https_web} or {@code https_spiffe}
 * @param caFile with https_web: the absolute path of a PEM file with the only authorities that the
 *     server's certificate may come from; those that Java trusts unless given
 * @param endpointSpiffeId with https_spiffe: the server's SPIFFE ID
 * @param bootstrapBundle with https_spiffe: the SPIFFE bundle of the server's trust domain by which
 *     the server is verified as long as none is known of that domain
 */
record BundleEndpointSpec(
    String url,
    String profile,
    @Nullable String caFile,
    @Nullable String endpointSpiffeId,
    @Nullable ObjectNode bootstrapBundle) {
  private static final String WEB = "https_web";
  private static final String SPIFFE = "https_spiffe";

  BundleEndpointSpec {
    Specs.required("url", url);
    if (!WEB.equals(profile) && !SPIFFE.equals(profile)) {
      throw new IllegalArgumentException("profile must be " + WEB + " or " + SPIFFE);
    }
    Specs.absolutePath("caFile", caFile);
    if (WEB.equals(profile) && (endpointSpiffeId != null || bootstrapBundle != null)) {
      throw new IllegalArgumentException(
          "endpointSpiffeId and bootstrapBundle are for the profile " + SPIFFE);
    }
    if (SPIFFE.equals(profile)) {
      if (caFile != null) {
        throw new IllegalArgumentException("caFile is for the profile " + WEB);
      }
      var _ = id(endpointSpiffeId);
    }
  }

  /** Checks what depends on the domain whose bundle it is. */
  void check(String trustDomain) {
    if (SPIFFE.equals(profile)
        && bootstrapBundle == null
        && id(endpointSpiffeId).getTrustDomain().getName().equals(trustDomain)) {
      throw new IllegalArgumentException(
          "bootstrapBundle is required where the endpoint is in the domain itself");
    }
  }

  /**
   * Opens the endpoint.
   *
   * @throws IllegalArgumentException if it cannot be used
   */
  BundleSource open(String trustDomain, Surroundings surroundings) {
    var terms = trustDomain + " " + this;
    return new BundleEndpoint(
        uri(),
        trust(surroundings),
        StoredBundle.of(surroundings.kept(), terms),
        surroundings.clock());
  }

  private ServerTrust trust(Surroundings surroundings) {
    if (WEB.equals(profile)) {
      return caFile == null ? WebServerTrust.ofPlatform() : WebServerTrust.ofFile(Path.of(caFile));
    }
    var server = id(endpointSpiffeId);
    var bootstrap = bootstrap();
    return new SpiffeServerTrust(
        server,
        () -> authorities(server.getTrustDomain().getName(), bootstrap, surroundings),
        surroundings.clock());
  }

  /** The latest bundle of the server's domain, or the first while there is none yet. */
  private static Set<X509Certificate> authorities(
      String domain, Set<X509Certificate> bootstrap, Surroundings surroundings) {
    return switch (surroundings.others().apply(domain)) {
      case Known(TrustBundle latest) -> latest.x509Authorities();
      case Awaited _ -> bootstrap;
      case Withdrawn _ -> Set.of();
    };
  }

  private Set<X509Certificate> bootstrap() {
    if (bootstrapBundle == null) {
      return Set.of();
    }
    var authorities =
        TrustBundle.ofSpiffe(bootstrapBundle.toString().getBytes(StandardCharsets.UTF_8))
            .x509Authorities();
    if (authorities.isEmpty()) {
      throw new IllegalArgumentException(
          "bootstrapBundle must hold an authority of X.509-SVIDs: a key with the use x509-svid");
    }
    return authorities;
  }

  private URI uri() {
    try {
      return new URI(url);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("url must be a URL: " + url, e);
    }
  }

  private static SpiffeId id(@Nullable String text) {
    try {
      var id = SpiffeId.parse(Objects.toString(text, ""));
      if (!id.getPath().isEmpty()) {
        return id;
      }
    } catch (InvalidSpiffeIdException | IllegalArgumentException e) {
      throw new IllegalArgumentException(wrongId(text), e);
    }
    throw new IllegalArgumentException(wrongId(text));
  }

  private static String wrongId(@Nullable String text) {
    return "endpointSpiffeId must be the server's SPIFFE ID, spiffe://DOMAIN/PATH: " + text;
  }
}
