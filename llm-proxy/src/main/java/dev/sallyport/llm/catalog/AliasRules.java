package dev.sallyport.llm.catalog;

import dev.sallyport.identity.resource.InvalidResourcesException;
import dev.sallyport.identity.resource.Mistake;
import dev.sallyport.identity.resource.Resource;
import dev.sallyport.identity.resource.ResourceSet;
import dev.sallyport.identity.resource.SpecReader;
import dev.sallyport.llm.catalog.ModelAlias.Fallback;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Reads what is said of aliases, and finds what of it could never act. */
final class AliasRules {
  static final String KIND = "ModelAlias";

  private final Map<String, List<Deployment>> deployments;
  private final List<Mistake> mistakes;
  private final Map<String, ModelAlias> aliases = new TreeMap<>();

  AliasRules(Map<String, List<Deployment>> deployments, List<Mistake> mistakes) {
    this.deployments = deployments;
    this.mistakes = mistakes;
  }

  Map<String, ModelAlias> read(ResourceSet all) {
    boolean standard = false;
    for (var resource : all.of(KIND)) {
      try {
        var alias = SpecReader.read(resource, ModelAliasSpec.class).named(resource.name());
        check(resource, alias);
        if (aliases.putIfAbsent(alias.alias(), alias) != null) {
          mistake(resource, "/spec/alias", "there is another ModelAlias for this alias");
        }
        if (alias.standard() && standard) {
          mistake(resource, "/spec/default", "another ModelAlias is the default");
        }
        standard |= alias.standard();
      } catch (InvalidResourcesException e) {
        mistakes.addAll(e.mistakes());
      }
    }
    deployments.values().forEach(this::checkIdentities);
    return aliases;
  }

  private void check(Resource resource, ModelAlias alias) {
    if (!deployments.containsKey(alias.alias())) {
      mistake(resource, "/spec/alias", "no Deployment has this alias");
    }
    for (int i = 0; i < alias.fallbacks().size(); i++) {
      var name = alias.fallbacks().get(i);
      if (name.equals(alias.alias())) {
        mistake(resource, "/spec/fallbacks/" + i, "an alias does not stand in for itself");
      } else if (!deployments.containsKey(name)) {
        mistake(resource, "/spec/fallbacks/" + i, "no Deployment has this alias");
      }
    }
    var behind = deployments.getOrDefault(alias.alias(), List.of());
    boolean mixed = behind.stream().map(Deployment::model).distinct().count() > 1;
    if (alias.fallback() != Fallback.DISABLED && alias.fallbacks().isEmpty() && !mixed) {
      mistake(
          resource,
          "/spec/fallback",
          "there is nothing to fall back to: name fallbacks, or leave fallback out");
    }
  }

  /** No caller is to get another model than the one that was asked for without a word of it. */
  private void checkIdentities(List<Deployment> behind) {
    var first = behind.getFirst();
    if (aliases.getOrDefault(first.alias(), ModelAlias.plain(first.alias())).fallback()
        != Fallback.DISABLED) {
      return;
    }
    for (var other : behind) {
      if (!other.model().equals(first.model())) {
        mistakes.add(
            new Mistake(
                new Resource.Key("Deployment", other.name()),
                "/spec/model",
                "this alias also stands for another model (Deployment/%s): where both are the same"
                        .formatted(first.name())
                    + " model, give both the same model; where they are not, give them an alias"
                    + " each, or a ModelAlias with fallback any or implicit-default"));
      }
    }
  }

  private void mistake(Resource resource, String place, String problem) {
    mistakes.add(new Mistake(resource.key(), place, problem));
  }
}
