package dev.sallyport.llm.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.identity.resource.InvalidResourcesException;
import dev.sallyport.identity.resource.Mistake;
import dev.sallyport.identity.resource.Resource;
import dev.sallyport.identity.resource.ResourceModule;
import dev.sallyport.identity.resource.ResourceSet;
import dev.sallyport.identity.resource.SpecReader;
import dev.sallyport.vault.egress.NamedAddress;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The models that are set up, by alias. Thread-safe; a change takes effect at once and whole. */
public final class Catalog implements ResourceModule {
  private static final String PROVIDER = "Provider";
  private static final String ADDRESS = "baseUrl";
  private static final String DEPLOYMENT = "Deployment";
  private static final Comparator<Deployment> ORDER =
      Comparator.comparingInt(Deployment::priority)
          .thenComparing(Deployment::share, Comparator.reverseOrder())
          .thenComparing(Deployment::name);

  private volatile Models models = new Models(Map.of(), Map.of());

  /** All models of one moment. */
  public Models models() {
    return models;
  }

  /** The deployments behind an alias, in order; empty if there is none. */
  public List<Deployment> deployments(String alias) {
    return models.deployments(alias);
  }

  /** Every alias, sorted. */
  public List<String> aliases() {
    return List.copyOf(models.byAlias().keySet());
  }

  @Override
  public Set<String> kinds() {
    return Set.of(PROVIDER, DEPLOYMENT, AliasRules.KIND);
  }

  @Override
  public Prepared prepare(ResourceSet all) throws InvalidResourcesException {
    var mistakes = new ArrayList<Mistake>();
    var providers = new HashMap<String, Provider>();
    for (var resource : all.of(PROVIDER)) {
      provider(resource, all, mistakes).ifPresent(one -> providers.put(one.name(), one));
    }
    var deployments = new TreeMap<String, List<Deployment>>();
    for (var resource : all.of(DEPLOYMENT)) {
      deployment(resource, all, providers, mistakes)
          .ifPresent(
              one -> deployments.computeIfAbsent(one.alias(), _ -> new ArrayList<>()).add(one));
    }
    deployments.values().forEach(list -> list.sort(ORDER));
    var aliases = new AliasRules(deployments, mistakes).read(all);
    if (!mistakes.isEmpty()) {
      throw new InvalidResourcesException(mistakes);
    }
    return Prepared.of(
        () -> models = new Models(deployments, aliases),
        Stream.concat(
                all.of(PROVIDER).stream()
                    .flatMap(one -> NamedAddress.trouble(one, ADDRESS).stream()),
                AllowedAliases.doubts(all, deployments.keySet()).stream())
            .toList());
  }

  /** A provider whose address was taken once, and that cannot be asked, holds up nothing else. */
  @Override
  public Absorbed absorb(Resource incoming, Optional<Resource> current, Connection transaction)
      throws InvalidResourcesException {
    var trouble =
        incoming.kind().equals(PROVIDER)
            ? NamedAddress.newTrouble(incoming, current, ADDRESS)
            : Optional.<Mistake>empty();
    if (trouble.isPresent()) {
      throw new InvalidResourcesException(List.of(trouble.get()));
    }
    return new Absorbed(incoming, Map.of());
  }

  private static Optional<Provider> provider(
      Resource resource, ResourceSet all, List<Mistake> mistakes) {
    try {
      var provider = SpecReader.read(resource, ProviderSpec.class).named(resource.name());
      boolean one = resource.spec().has("credential");
      for (int i = 0; i < provider.credentials().size(); i++) {
        var place = one ? "/spec/credential" : "/spec/credentials/" + i;
        credentialProblem(provider.credentials().get(i), provider.name(), all)
            .ifPresent(problem -> mistakes.add(new Mistake(resource.key(), place, problem)));
      }
      return Optional.of(provider);
    } catch (InvalidResourcesException e) {
      mistakes.addAll(e.mistakes());
      return Optional.empty();
    }
  }

  private static Optional<String> credentialProblem(
      String credential, String provider, ResourceSet all) {
    var found = all.find("Credential", credential);
    if (found.isEmpty()) {
      return Optional.of("there is no Credential of that name");
    }
    for (JsonNode one : found.get().spec().path("providers")) {
      if (one.isTextual() && one.textValue().equals(provider)) {
        return Optional.empty();
      }
    }
    return Optional.of("that Credential does not list this provider in its spec.providers");
  }

  private static Optional<Deployment> deployment(
      Resource resource, ResourceSet all, Map<String, Provider> providers, List<Mistake> mistakes) {
    try {
      var spec = SpecReader.read(resource, DeploymentSpec.class);
      var provider = Optional.ofNullable(providers.get(spec.providerName()));
      if (provider.isEmpty() && all.find(PROVIDER, spec.providerName()).isEmpty()) {
        mistakes.add(
            new Mistake(resource.key(), "/spec/provider", "there is no Provider of that name"));
      }
      var deployment = provider.map(owner -> spec.of(resource.name(), owner));
      deployment
          .flatMap(Deployment::publisherProblem)
          .ifPresent(
              problem -> mistakes.add(new Mistake(resource.key(), "/spec/publisher", problem)));
      deployment
          .flatMap(Deployment::apiProblem)
          .ifPresent(problem -> mistakes.add(new Mistake(resource.key(), "/spec/api", problem)));
      return deployment;
    } catch (InvalidResourcesException e) {
      mistakes.addAll(e.mistakes());
      return Optional.empty();
    }
  }
}
