package dev.sallyport.identity.trust;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.key.KeyHolder;
import dev.sallyport.identity.svid.BundleSource;
import dev.sallyport.identity.svid.FileBundle;
import dev.sallyport.identity.svid.InlineBundle;
import dev.sallyport.identity.svid.WorkloadApiBundle;
import dev.sallyport.identity.token.KeySet;
import dev.sallyport.identity.token.SignatureAlgorithm;
import io.spiffe.exception.InvalidSpiffeIdException;
import io.spiffe.spiffeid.TrustDomain;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A SPIFFE trust domain whose workloads may call, and where its keys come from.
 *
 * @param trustDomain its name
 * @param bundleFile the absolute path of a JWKS file
 * @param bundle a JWKS document
 * @param workloadApi the address of a Workload API: {@code unix:/path} or {@code tcp://IP:port}
 * @param algorithms those by which the domain signs; all that are safe unless given
 */
record TrustDomainSpec(
    String trustDomain,
    @Nullable String bundleFile,
    @Nullable ObjectNode bundle,
    @Nullable String workloadApi,
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
    if (Stream.of(bundleFile, bundle, workloadApi).filter(Objects::nonNull).count() != 1) {
      throw new IllegalArgumentException(
          "give one of bundleFile, bundle and workloadApi, where the keys come from");
    }
    Specs.absolutePath("bundleFile", bundleFile);
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
   * Opens the source of the keys.
   *
   * @throws IllegalArgumentException if it cannot be used
   */
  BundleSource open(InstantSource clock) {
    if (bundleFile != null) {
      return new FileBundle(Path.of(bundleFile));
    }
    if (bundle != null) {
      return new InlineBundle(
          KeySet.ofTrustDomain(bundle.toString().getBytes(StandardCharsets.UTF_8)));
    }
    return new WorkloadApiBundle(
        Specs.required("workloadApi", workloadApi),
        TrustDomain.parse(trustDomain),
        clock,
        WorkloadApiBundle.MAX_SILENCE);
  }

  /** The field that says where the keys come from. */
  String sourceField() {
    if (bundleFile != null) {
      return "bundleFile";
    }
    return bundle != null ? "bundle" : "workloadApi";
  }
}
