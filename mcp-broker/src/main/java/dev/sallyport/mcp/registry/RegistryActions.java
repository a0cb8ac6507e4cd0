package dev.sallyport.mcp.registry;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.identity.Principal;
import dev.sallyport.identity.action.Action;
import dev.sallyport.identity.action.ActionPath;
import dev.sallyport.identity.action.CallCancelledException;
import dev.sallyport.identity.action.Caller;
import dev.sallyport.identity.action.Cancellation;
import dev.sallyport.identity.action.CredentialUse;
import dev.sallyport.identity.action.Door;
import dev.sallyport.identity.action.Performed;
import dev.sallyport.identity.action.Permit;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.identity.action.Target;
import dev.sallyport.identity.turn.Turn;
import dev.sallyport.identity.turn.TurnId;
import dev.sallyport.mcp.registry.ServerSettings.Stdio;
import dev.sallyport.mcp.registry.ServerSettings.Variable;
import dev.sallyport.mcp.upstream.Interests;
import dev.sallyport.mcp.upstream.Listing;
import dev.sallyport.mcp.upstream.ProcessStarter;
import dev.sallyport.mcp.upstream.ProcessStarter.Started;
import dev.sallyport.mcp.upstream.UpstreamEvents;
import dev.sallyport.mcp.wire.Json;
import dev.sallyport.vault.Injection;
import dev.sallyport.vault.Redactor;
import dev.sallyport.vault.Vault;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What the registry itself does to servers, by the one way that every action goes. */
public final class RegistryActions {
  private static final Logger LOG = System.getLogger(RegistryActions.class.getName());
  private static final Principal REGISTRY = Principal.internal("registry");
  private static final Turn TURN =
      new Turn(new TurnId("turn_registryregistryregistryaa"), REGISTRY.id(), Instant.EPOCH);
  private static final Caller CALLER = new Caller(REGISTRY, TURN, Door.REGISTRY);

  private final ActionPath path;
  private final Vault vault;
  private final ProcessLauncher launcher;

  public RegistryActions(ActionPath path, Vault vault, ProcessLauncher launcher) {
    this.path = path;
    this.vault = vault;
    this.launcher = launcher;
  }

  /** Asks a server for all that it has. */
  Listing inspect(McpServer server) {
    var listing = inspected(server);
    server
        .watcher()
        .start(
            server.name(),
            (interests, events, cancellation) -> watch(server, interests, events, cancellation),
            tellsOfLists(listing.introduction()));
    return listing;
  }

  private static boolean tellsOfLists(JsonNode introduction) {
    var capabilities = introduction.path("capabilities");
    return Stream.of("tools", "prompts", "resources")
        .anyMatch(kind -> capabilities.path(kind).path("listChanged").asBoolean());
  }

  /** Watches a server until that ends. Whatever it tells in between is one action. */
  private boolean watch(
      McpServer server, Interests interests, UpstreamEvents events, Cancellation cancellation) {
    return path.perform(
        action(server.name(), "watch", server.uses()),
        permit -> {
          var counted = new CountedEvents(events);
          try {
            return Performed.succeeded(server.watch(permit, interests, counted, cancellation));
          } catch (CallCancelledException _) {
            return Performed.succeeded(true);
          } catch (Refusal refusal) {
            if (counted.hasBegun() && refusal.code() == RefusalCode.UPSTREAM_TIMEOUT) {
              return Performed.succeeded(true);
            }
            throw refusal;
          } finally {
            permit.facts().put("uris", interests.uris().size()).put("events", counted.count());
            if (!interests.tasks().isEmpty()) {
              permit.facts().put("tasks", interests.tasks().size());
            }
          }
        });
  }

  /** Puts on record that a server lists other items than before, or in other words. */
  void noteChange(McpServer server, ListChange change) {
    path.perform(
        action(server.name(), "list_changed", List.of()),
        permit -> {
          change.note(permit.facts());
          return Performed.succeeded(true);
        });
  }

  private Listing inspected(McpServer server) {
    return path.perform(
        action(server.name(), "list_items", server.uses()),
        permit -> {
          var listing = server.inspect(permit);
          permit
              .facts()
              .put("tools", listing.tools().size())
              .put("prompts", listing.prompts().size())
              .put("resources", listing.resources().size())
              .put("templates", listing.templates().size());
          return Performed.succeeded(listing);
        });
  }

  /** What starts a server's process. What that is lent it holds for as long as it lives. */
  ProcessStarter starter(String server, Stdio stdio) {
    return new ProcessStarter() {
      private volatile Optional<String> trouble = Optional.empty();

      @Override
      public Started start() {
        var uses = uses(server, stdio);
        trouble = Optional.empty();
        return path.perform(
            action(server, "start", List.copyOf(uses.values())),
            permit -> Performed.succeeded(launched(permit, uses)));
      }

      private Started launched(Permit permit, Map<String, CredentialUse> uses) {
        try {
          return RegistryActions.this.start(permit, stdio, uses);
        } catch (IOException e) {
          var why = ProcessLauncher.trouble(stdio, e);
          trouble = Optional.of(why);
          LOG.log(Level.WARNING, "server " + server + " cannot be started: " + why, e);
          throw new Refusal(RefusalCode.UPSTREAM_UNAVAILABLE);
        }
      }

      @Override
      public Optional<String> trouble() {
        return trouble;
      }

      @Override
      public String ended(int exitStatus) {
        return ProcessLauncher.ended(stdio, exitStatus);
      }

      @Override
      public boolean isCurrent(Started started) {
        try {
          return List.copyOf(uses(server, stdio).values()).equals(started.uses());
        } catch (Refusal _) {
          return false;
        }
      }
    };
  }

  private Map<String, CredentialUse> uses(String server, Stdio stdio) {
    return McpServer.uses(vault, server, stdio);
  }

  private Started start(Permit permit, Stdio stdio, Map<String, CredentialUse> uses)
      throws IOException {
    var environment = new TreeMap<String, String>();
    var redactors = new ArrayList<Redactor>();
    stdio
        .environment()
        .forEach((name, variable) -> {
          if (variable instanceof Variable.Plain(String value)) {
            environment.put(name, value);
          }
        });
    uses.forEach((name, use) -> {
      try (var lent = vault.lend(permit, use, new Injection.Variable(name))) {
        environment.putAll(lent.variables());
        redactors.add(lent.redactor());
      }
    });
    return new Started(
        launcher.launch(stdio, environment), Redactor.all(redactors), List.copyOf(uses.values()));
  }

  private static Action action(String server, String operation, List<CredentialUse> uses) {
    var arguments = Json.object().put("operation", operation);
    return new Action(
        CALLER, new Target.ServerInspection(server), arguments, Json.bytes(arguments), uses);
  }
}
