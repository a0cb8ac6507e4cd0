package dev.sallyport.identity.trust;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.key.KeyHolder;
import dev.sallyport.identity.svid.BundleSource;
import dev.sallyport.identity.svid.BundleSource.State;
import dev.sallyport.identity.svid.FileBundle;
import dev.sallyport.identity.svid.InlineBundle;
import dev.sallyport.identity.svid.TrustBundle;
import dev.sallyport.identity.token.SignatureAlgorithm;
import dev.sallyport.identity.workload.WorkloadApiBundle;
import io.spiffe.exception.InvalidSpiffeIdException;
import io.spiffe.spiffeid.TrustDomain;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A SPIFFE trust domain whose workloads may call, and where its bundle comes from.
 *
 * @param trustDomain its name
 * @param bundleFile the absolute path of a file that holds a SPIFFE bundle or a JWKS
 * @param bundle a SPIFFE bundle or a JWKS
 * @param workloadApi the address of a Workload API: {@code unix:/path} or {@code tcp://IP:port}
 * @param bundleEndpoint where the domain publishes its bundle
 * @param algorithms those by which the domain signs JWT-SVIDs; all that are safe unless given
 */
record TrustDomainSpec(
    String trustDomain,
    @Nullable String bundleFile,
    @Nullable ObjectNode bundle,
    @Nullable String workloadApi,
    @Nullable BundleEndpointSpec bundleEndpoint,
    @Nullable List<String> algorithms) {
  TrustDomainSpec {
    Specs.required("trustDomain", trustDomain);
    if (!isBareName(trustDomain)) {
      throw new IllegalArgumentException(
          "trustDomain must be the bare name, of a-z 0-9 . _ -: " + trustDomain);
    }
    if (KeyHolder.isOwn(trustDomain)) {
      throw new IllegalArgumentException("trustDomain must not be the gateway's own");
    }
    if (Stream.of(bundleFile, bundle, workloadApi, bundleEndpoint).filter(Objects::nonNull).count()
        != 1) {
      throw new IllegalArgumentException(
          "give one of bundleFile, bundle, workloadApi and bundleEndpoint, where the keys come"
              + " from");
    }
    Specs.absolutePath("bundleFile", bundleFile);
    if (bundleEndpoint != null) {
      bundleEndpoint.check(trustDomain);
    }
    if (algorithms != null) {
      algorithms = List.copyOf(algorithms);
      if (Specs.algorithms(algorithms).isEmpty()) {
        throw new IllegalArgumentException("algorithms must hold one, or be left out");
      }
    }
  }

  private static boolean isBareName(String name) {
    try {
      return TrustDomain.parse(name).getName().equals(name);
    } catch (InvalidSpiffeIdException | IllegalArgumentException _) {
      return false;
    }
  }

  Set<SignatureAlgorithm> allowedAlgorithms() {
    return algorithms == null ? Set.of(SignatureAlgorithm.values()) : Specs.algorithms(algorithms);
  }

  /**
   * The same as far as it says where the bundle comes from: what else changes, keeps the source.
   */
  TrustDomainSpec source() {
    return new TrustDomainSpec(trustDomain, bundleFile, bundle, workloadApi, bundleEndpoint, null);
  }

  /**
   * Opens the source of the keys.
   *
   * @throws IllegalArgumentException if it cannot be used
   */
  BundleSource open(Surroundings surroundings) {
    if (bundleFile != null) {
      return new FileBundle(Path.of(bundleFile));
    }
    if (bundle != null) {
      return new InlineBundle(
          TrustBundle.ofSpiffeOrJwks(bundle.toString().getBytes(StandardCharsets.UTF_8))
              .requireAny());
    }
    if (bundleEndpoint != null) {
      return bundleEndpoint.open(trustDomain, surroundings);
    }
    return new WorkloadApiBundle(
        Specs.required("workloadApi", workloadApi), trustDomain, surroundings.clock());
  }

  /**
   * What the source of a bundle needs beside its spec.
   *
   * @param kept the directory in which bundles are kept over a restart
   * @param others what is known of any trust domain, by its name
   */
  record Surroundings(InstantSource clock, Path kept, Function<String, State> others) {}

  /** The field that says where the keys come from. */
  String sourceField() {
    if (bundleFile != null) {
      return "bundleFile";
    }
    if (bundleEndpoint != null) {
      return "bundleEndpoint";
    }
    return bundle != null ? "bundle" : "workloadApi";
  }
}
