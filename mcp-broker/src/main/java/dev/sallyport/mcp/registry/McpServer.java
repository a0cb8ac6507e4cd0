package dev.sallyport.mcp.registry;

import dev.sallyport.identity.action.Cancellation;
import dev.sallyport.identity.action.CredentialUse;
import dev.sallyport.identity.action.Permit;
import dev.sallyport.mcp.registry.ServerSettings.Http;
import dev.sallyport.mcp.registry.ServerSettings.OpenApi;
import dev.sallyport.mcp.registry.ServerSettings.Stdio;
import dev.sallyport.mcp.registry.ServerSettings.Variable;
import dev.sallyport.mcp.upstream.Conversation;
import dev.sallyport.mcp.upstream.Guard;
import dev.sallyport.mcp.upstream.Interests;
import dev.sallyport.mcp.upstream.Listing;
import dev.sallyport.mcp.upstream.Upstream;
import dev.sallyport.mcp.upstream.UpstreamAnswer;
import dev.sallyport.mcp.upstream.UpstreamEvents;
import dev.sallyport.mcp.upstream.UpstreamRequest;
import dev.sallyport.vault.Destination;
import dev.sallyport.vault.Injection;
import dev.sallyport.vault.Lent;
import dev.sallyport.vault.Vault;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * A registered server that is in force, or was when a call of it began: such a call is carried to
 * its end. Thread-safe.
 */
public final class McpServer {
  private static final Injection BEARER = new Injection.Header("Authorization", "Bearer ");

  private final ServerSettings settings;
  private final Upstream upstream;
  private final Guard guard;
  private final Vault vault;
  private final Watcher watcher;
  private final Watches watches;
  private int underWay;
  private boolean retired;

  McpServer(
      ServerSettings settings,
      Upstream upstream,
      Guard guard,
      Vault vault,
      Watcher watcher,
      Watches watches) {
    this.settings = settings;
    this.upstream = upstream;
    this.guard = guard;
    this.vault = vault;
    this.watcher = watcher;
    this.watches = watches;
  }

  public ServerSettings settings() {
    return settings;
  }

  public String name() {
    return settings.name();
  }

  /**
   * What each call uses: what it is lent, or what the server's process was given at its start and
   * holds, which is ended when that is no longer what it would be given.
   *
   * @throws dev.sallyport.identity.action.Refusal with CREDENTIAL_UNAVAILABLE if it cannot be
   */
  public List<CredentialUse> uses() {
    return switch (settings.transport()) {
      case Http(_, var credential, _) -> uses(credential);
      case OpenApi(_, _, var credential) -> uses(credential);
      case Stdio stdio -> List.copyOf(new LinkedHashSet<>(uses(vault, name(), stdio).values()));
    };
  }

  /** Why it cannot be asked, for administrators alone; empty while it can. */
  Optional<String> trouble() {
    return upstream.trouble();
  }

  /**
   * Asks the server for something, with what the permit's action may use.
   *
   * @throws dev.sallyport.identity.action.Refusal if it cannot be asked
   */
  public UpstreamAnswer ask(Permit permit, UpstreamRequest request, Conversation conversation) {
    return entered(
        () -> guard.run(request.owner(), conversation, guarded -> asked(permit, request, guarded)));
  }

  private UpstreamAnswer asked(Permit permit, UpstreamRequest request, Conversation conversation) {
    var cancellation = conversation.cancellation();
    try (var lent = lend(permit)) {
      return cancellation.during(() -> upstream.ask(request, lent, conversation));
    }
  }

  Listing inspect(Permit permit) {
    return entered(() ->
        guard.run(() -> {
          try (var lent = lend(permit)) {
            return upstream.inspect(lent);
          }
        }));
  }

  /** Watches until that ends; false if the server tells nothing of its own accord. */
  boolean watch(
      Permit permit, Interests interests, UpstreamEvents events, Cancellation cancellation) {
    return entered(() -> {
      try (var lent = lend(permit)) {
        return cancellation.during(() -> upstream.watch(interests, lent, events));
      }
    });
  }

  Watcher watcher() {
    return watcher;
  }

  /** How many calls are under way, and whether any are made now. */
  Guard.State load() {
    return guard.state();
  }

  /** How many log messages of the server were told to nobody. */
  long droppedLogs() {
    return upstream.droppedLogs();
  }

  private <T> T entered(Supplier<T> work) {
    enter();
    try {
      return work.get();
    } finally {
      leave();
    }
  }

  private List<CredentialUse> uses(Optional<String> credential) {
    return credential
        .map(name -> List.of(vault.plan(name, new Destination.Server(settings.name()))))
        .orElse(List.of());
  }

  /** By the names of the variables, in their order. */
  static Map<String, CredentialUse> uses(Vault vault, String server, Stdio stdio) {
    var uses = new TreeMap<String, CredentialUse>();
    stdio
        .environment()
        .forEach((name, variable) -> {
          if (variable instanceof Variable.Lent(String credential)) {
            uses.put(name, vault.plan(credential, new Destination.Server(server)));
          }
        });
    return uses;
  }

  /** A process has what it was given, so that nothing is lent to a single call. */
  private Lent lend(Permit permit) {
    var uses = permit.action().credentials();
    return settings.transport() instanceof Stdio || uses.isEmpty()
        ? Lent.nothing()
        : vault.lend(permit, uses.getFirst(), BEARER);
  }

  /** Takes the server out of force. It is let go once no call is under way. */
  void retire() {
    boolean idle;
    synchronized (this) {
      retired = true;
      idle = underWay == 0;
    }
    watches.detach(name(), watcher);
    watcher.stop();
    if (idle) {
      upstream.close();
    }
  }

  synchronized boolean isRetired() {
    return retired;
  }

  private synchronized void enter() {
    underWay++;
  }

  private void leave() {
    boolean last;
    synchronized (this) {
      underWay--;
      last = retired && underWay == 0;
    }
    if (last) {
      upstream.close();
    }
  }
}
