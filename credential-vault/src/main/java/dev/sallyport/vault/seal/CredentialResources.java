package dev.sallyport.vault.seal;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.resource.InvalidResourcesException;
import dev.sallyport.identity.resource.Mistake;
import dev.sallyport.identity.resource.Resource;
import dev.sallyport.identity.resource.ResourceModule;
import dev.sallyport.identity.resource.ResourceSet;
import dev.sallyport.identity.resource.SpecReader;
import dev.sallyport.vault.Destination;
import dev.sallyport.vault.seal.CredentialSpec.SealedValue;
import dev.sallyport.vault.seal.CredentialSpec.ValueFrom;
import dev.sallyport.vault.seal.Settings.Source;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The kind {@code Credential}. A value that is written down is sealed and taken out of the document
 * before anything is stored; what stands there instead says which version it is.
 */
public final class CredentialResources implements ResourceModule {
  /** The one kind of this module. */
  public static final String KIND = "Credential";

  private final SecretStore secrets;
  private final SealedVault vault;

  public CredentialResources(SecretStore secrets, SealedVault vault) {
    this.secrets = secrets;
    this.vault = vault;
  }

  @Override
  public Set<String> kinds() {
    return Set.of(KIND);
  }

  @Override
  public Absorbed absorb(Resource incoming, Optional<Resource> current, Connection transaction)
      throws SQLException, InvalidResourcesException {
    var spec = SpecReader.read(incoming, CredentialSpec.class);
    if (spec.value() == null) {
      checkSealed(incoming, spec.sealed(), current);
      return new Absorbed(incoming, Map.of());
    }
    var value = SecretText.onOneLine(spec.value());
    var problem = SecretText.problem(value).or(() -> SecretText.repetition(value));
    if (problem.isPresent()) {
      throw SpecReader.mistake(incoming, "/spec/value", problem.get());
    }
    int version;
    try {
      version =
          secrets.put(transaction, incoming.name(), value.getBytes(StandardCharsets.US_ASCII));
    } catch (GeneralSecurityException _) {
      throw SpecReader.mistake(
          incoming,
          "/spec/value",
          "the present value cannot be opened with this key; delete the credential first, or start"
              + " with the key that it was sealed with");
    }
    ObjectNode stored = incoming.spec().deepCopy();
    stored.remove("value");
    stored.putObject("sealed").put("version", version);
    return new Absorbed(incoming.withSpec(stored), Map.of());
  }

  /** What stands in the place of a value must be what we put there. */
  private static void checkSealed(
      Resource incoming, @Nullable SealedValue sealed, Optional<Resource> current)
      throws InvalidResourcesException {
    if (sealed == null) {
      return;
    }
    boolean ours =
        current
            .map(stored -> stored.spec().at("/sealed/version").asInt() == sealed.version())
            .orElse(false);
    if (!ours) {
      throw SpecReader.mistake(
          incoming,
          "/spec/sealed",
          "is not the version that is kept; write the secret itself as value");
    }
  }

  @Override
  public void forget(Resource.Key removed, Connection transaction) throws SQLException {
    secrets.destroy(transaction, removed.name());
  }

  @Override
  public Prepared prepare(ResourceSet all) throws InvalidResourcesException {
    var settings = new HashMap<String, Settings>();
    var mistakes = new ArrayList<Mistake>();
    for (var resource : all.of(KIND)) {
      try {
        settings.put(resource.name(), settings(resource));
      } catch (InvalidResourcesException e) {
        mistakes.addAll(e.mistakes());
      }
    }
    if (!mistakes.isEmpty()) {
      throw new InvalidResourcesException(mistakes);
    }
    var inForce = Map.copyOf(settings);
    return () -> vault.use(inForce);
  }

  private static Settings settings(Resource resource) throws InvalidResourcesException {
    var spec = SpecReader.read(resource, CredentialSpec.class);
    return new Settings(
        resource.name(),
        Optional.ofNullable(spec.header()),
        source(resource, spec),
        destinations(spec));
  }

  private static Set<String> destinations(CredentialSpec spec) {
    return Stream.concat(
            named(spec.servers()).map(Destination.Server::new),
            named(spec.providers()).map(Destination.Provider::new))
        .map(Destination::label)
        .collect(Collectors.toUnmodifiableSet());
  }

  private static Stream<String> named(@Nullable List<String> names) {
    return names == null ? Stream.of() : names.stream();
  }

  private static Source source(Resource resource, CredentialSpec spec)
      throws InvalidResourcesException {
    if (spec.sealed() instanceof SealedValue(int version)) {
      return new Source.Sealed(version);
    }
    if (spec.valueFrom() instanceof ValueFrom(var file, var env)) {
      return file != null ? new Source.File(Path.of(file)) : new Source.Variable(name(env));
    }
    throw SpecReader.mistake(resource, "/spec/value", "was not sealed");
  }

  private static String name(@Nullable String env) {
    return env == null ? "" : env;
  }
}
