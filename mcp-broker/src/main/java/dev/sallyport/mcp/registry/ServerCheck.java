package dev.sallyport.mcp.registry;

import dev.sallyport.identity.resource.InvalidResourcesException;
import dev.sallyport.identity.resource.Mistake;
import dev.sallyport.identity.resource.Resource;
import dev.sallyport.identity.resource.ResourceSet;
import dev.sallyport.identity.resource.SpecReader;
import dev.sallyport.mcp.contract.ContractLint;
import dev.sallyport.mcp.contract.Contracts;
import dev.sallyport.mcp.registry.ServerSettings.Http;
import dev.sallyport.mcp.registry.ServerSettings.OpenApi;
import dev.sallyport.mcp.registry.ServerSettings.Stdio;
import dev.sallyport.mcp.registry.ServerSettings.Variable;
import dev.sallyport.vault.egress.NamedAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.stream.Stream;

/** Reads the resources of servers, and checks them against the others. */
final class ServerCheck {
  static final String KIND = "McpServer";
  private static final List<String> ADDRESSES = List.of("url", "baseUrl");

  private ServerCheck() {}

  /** Every server, by name, under the contracts of its tools. */
  static Map<String, ServerSettings> all(ResourceSet all, Contracts contracts)
      throws InvalidResourcesException {
    var mistakes = new ArrayList<Mistake>();
    var settings = new TreeMap<String, ServerSettings>();
    for (var resource : all.of(KIND)) {
      try {
        var name = resource.name();
        settings.put(name, check(resource, all).under(contracts.of(name)));
      } catch (InvalidResourcesException e) {
        mistakes.addAll(e.mistakes());
      }
    }
    if (!mistakes.isEmpty()) {
      throw new InvalidResourcesException(mistakes);
    }
    return settings;
  }

  static ServerSettings check(Resource resource, ResourceSet all) throws InvalidResourcesException {
    if (resource.name().contains(ExposedName.SEPARATOR)) {
      throw SpecReader.mistake(
          resource,
          "/metadata/name",
          "must not hold __, which stands between the names of server and tool");
    }
    var settings = SpecReader.read(resource, ServerSpec.class).named(resource.name());
    var mistakes = new ArrayList<Mistake>();
    switch (settings.transport()) {
      case Http(_, var credential, _) ->
          credential.ifPresent(
              name -> checkCredential(resource, "/spec/credential", name, all, mistakes));
      case OpenApi(_, _, var credential) ->
          credential.ifPresent(
              name -> checkCredential(resource, "/spec/credential", name, all, mistakes));
      case Stdio(_, var environment, _, _, _, _, _) ->
          environment.forEach((variable, from) -> {
            if (from instanceof Variable.Lent(String name)) {
              var pointer = "/spec/env/" + variable + "/credential";
              checkCredential(resource, pointer, name, all, mistakes);
            }
          });
    }
    if (!mistakes.isEmpty()) {
      throw new InvalidResourcesException(mistakes);
    }
    return settings.transport() instanceof OpenApi openApi
        ? settings.over(OpenApiSpec.placed(openApi, all))
        : settings;
  }

  /**
   * Checks a server that is put, or a contract, against what its resource names. An address that is
   * stored already holds up nothing.
   *
   * @param current what is stored of it
   * @param tools the approved tool of a server, if there is one
   */
  static void checkIncoming(
      Resource resource,
      Optional<Resource> current,
      BiFunction<String, String, Optional<RegisteredTool>> tools)
      throws InvalidResourcesException {
    if (resource.kind().equals(Contracts.KIND)) {
      ContractLint.check(
          resource, (server, tool) -> tools.apply(server, tool).map(RegisteredTool::definition));
    } else if (resource.kind().equals(KIND)) {
      var troubles =
          ADDRESSES.stream()
              .flatMap(field -> NamedAddress.newTrouble(resource, current, field).stream())
              .toList();
      if (!troubles.isEmpty()) {
        throw new InvalidResourcesException(troubles);
      }
      checkNamed(resource);
    }
  }

  /** The servers that hold secrets in the open, or whose addresses, taken once, cannot be asked. */
  static List<Mistake> doubts(ResourceSet all) {
    return all.of(KIND).stream()
        .flatMap(server -> Stream.concat(troubles(server), OpenSecrets.of(server)))
        .toList();
  }

  private static Stream<Mistake> troubles(Resource resource) {
    return ADDRESSES.stream().flatMap(field -> NamedAddress.trouble(resource, field).stream());
  }

  /** Checks what a server names outside its resource. */
  private static void checkNamed(Resource resource) throws InvalidResourcesException {
    if (!OpenApiSpec.TRANSPORT.equals(resource.spec().path("transport").textValue())) {
      return;
    }
    var settings = SpecReader.read(resource, ServerSpec.class).named(resource.name());
    if (settings.transport() instanceof OpenApi openApi) {
      OpenApiSpec.checkDocument(resource, openApi);
    }
  }

  private static void checkCredential(
      Resource server, String pointer, String name, ResourceSet all, List<Mistake> mistakes) {
    var credential = all.find("Credential", name);
    if (credential.isEmpty()) {
      mistakes.add(new Mistake(server.key(), pointer, "there is no Credential " + name));
      return;
    }
    for (var bound : credential.get().spec().path("servers")) {
      if (server.name().equals(bound.textValue())) {
        return;
      }
    }
    mistakes.add(
        new Mistake(
            server.key(),
            pointer,
            "Credential %s is not bound to this server: add %s to its servers"
                .formatted(name, server.name())));
  }
}
