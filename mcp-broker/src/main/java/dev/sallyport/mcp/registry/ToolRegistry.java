package dev.sallyport.mcp.registry;

import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.identity.resource.InvalidResourcesException;
import dev.sallyport.identity.resource.Mistake;
import dev.sallyport.identity.resource.Resource;
import dev.sallyport.identity.resource.ResourceModule;
import dev.sallyport.identity.resource.ResourceSet;
import dev.sallyport.vault.Vault;
import dev.sallyport.vault.egress.EgressClient;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The registered servers and their approved tools.
 *
 * <p>It answers from memory, never by asking a server: a server is asked when it is registered and
 * from time to time, and what it says then has to be approved before anyone sees it. A definition
 * that changes is hidden until it is approved again. Thread-safe.
 */
public final class ToolRegistry implements ResourceModule, AutoCloseable {
  private static final Logger LOG = System.getLogger(ToolRegistry.class.getName());
  private static final String KIND = "McpServer";

  private final ToolStore store;
  private final RegistryActions actions;
  private final ServerFactory factory;
  private final RegistryConfig config;
  private final InstantSource clock;
  private final Watches watches = new Watches();
  private volatile Map<String, Entry> entries = Map.of();

  public ToolRegistry(
      ToolStore store,
      RegistryActions actions,
      EgressClient egress,
      Vault vault,
      RegistryConfig config,
      InstantSource clock) {
    this.store = store;
    this.actions = actions;
    this.factory = new ServerFactory(egress, vault, actions, config);
    this.config = config;
    this.clock = clock;
  }

  /** An approved tool, by its own name. */
  public Optional<RegisteredTool> find(String server, String tool) {
    return Optional.ofNullable(entries.get(server)).map(entry -> entry.approved().get(tool));
  }

  /** An approved tool, by the name under which it is shown beside those of other servers. */
  public Optional<RegisteredTool> find(String exposedName) {
    int at = exposedName.indexOf(ToolDefinitions.SEPARATOR);
    return at < 0
        ? Optional.empty()
        : find(
            exposedName.substring(0, at),
            exposedName.substring(at + ToolDefinitions.SEPARATOR.length()));
  }

  /** The approved tools of all servers, in the order of their names. */
  public List<RegisteredTool> tools() {
    return entries.values().stream().flatMap(entry -> entry.approved().values().stream()).toList();
  }

  /** The approved tools of one server, in the order of their names; none if there is no such. */
  public List<RegisteredTool> tools(String server) {
    return Optional.ofNullable(entries.get(server))
        .map(entry -> List.copyOf(entry.approved().values()))
        .orElse(List.of());
  }

  /** How it stands with every server. */
  public List<ServerStatus> servers() {
    return entries.values().stream().map(Entry::status).toList();
  }

  public Optional<ServerStatus> status(String server) {
    return Optional.ofNullable(entries.get(server)).map(Entry::status);
  }

  /** Every definition that a server lists now and that waits for a decision. */
  public List<ToolRecord> pending() {
    return entries.values().stream()
        .flatMap(entry -> entry.records().stream())
        .filter(ToolRecord::present)
        .filter(
            known -> known.status() == ToolStatus.PENDING || known.status() == ToolStatus.CHANGED)
        .toList();
  }

  /** Every definition of one server that was kept, those that it no longer lists among them. */
  public List<ToolRecord> records(String server) {
    return entry(server).records();
  }

  /**
   * Approves definitions that a person has read: all of them, or none.
   *
   * @param digests by tool, that of the definition that was read
   * @param actor who approves, for the record
   * @return the tools that were approved and were not before
   * @throws Refusal with UNKNOWN_SERVER, with UNKNOWN_TOOL if the server lists no such tool, or
   *     with CONFLICT if it lists another definition now
   */
  public List<String> approve(String server, Map<String, String> digests, String actor) {
    digests.keySet().forEach(tool -> requireListed(server, tool));
    return decide(server, () -> store.approve(server, digests, actor));
  }

  /**
   * Rejects what a server lists now, approved before or not.
   *
   * @param tool which; empty for all that wait
   * @throws Refusal with UNKNOWN_SERVER, or UNKNOWN_TOOL if the server lists no such tool
   */
  public List<String> reject(String server, Optional<String> tool, String actor) {
    tool.ifPresent(named -> requireListed(server, named));
    return decide(server, () -> store.reject(server, tool, actor));
  }

  /**
   * Waits until a server has said what its tools are, or has at least once since it was registered
   * as it is now.
   *
   * @return whether it has
   * @throws Refusal with UNKNOWN_SERVER if there is none of that name
   */
  public boolean awaitInspected(String server, Duration timeout) throws InterruptedException {
    return entry(server).awaitInspected(timeout);
  }

  /**
   * Asks a server again, now, and waits for it.
   *
   * @return whether it answered in time
   * @throws Refusal with UNKNOWN_SERVER if there is none of that name
   */
  public boolean inspect(String server, Duration timeout) throws InterruptedException {
    var entry = entry(server);
    var before = entry.status().inspectedAt();
    entry.wake();
    return entry.awaitInspectedAfter(before, timeout);
  }

  /** By which updates of what can be read are told. */
  public Watches watches() {
    return watches;
  }

  /**
   * Has a server asked again soon: it hinted that what it has may be other than what is known. Does
   * not wait.
   */
  public void suspect(String server) {
    var entry = entries.get(server);
    if (entry != null) {
      entry.wake();
    }
  }

  @Override
  public Set<String> kinds() {
    return Set.of(KIND);
  }

  @Override
  public Prepared prepare(ResourceSet all) throws InvalidResourcesException {
    var mistakes = new ArrayList<Mistake>();
    var settings = new TreeMap<String, ServerSettings>();
    for (var resource : all.of(KIND)) {
      try {
        settings.put(resource.name(), ServerCheck.check(resource, all));
      } catch (InvalidResourcesException e) {
        mistakes.addAll(e.mistakes());
      }
    }
    if (!mistakes.isEmpty()) {
      throw new InvalidResourcesException(mistakes);
    }
    var known = new TreeMap<String, List<ToolRecord>>();
    for (var name : settings.keySet()) {
      known.put(name, stored(name));
    }
    return () -> activate(settings, known);
  }

  @Override
  public void forget(Resource.Key removed, Connection transaction) throws SQLException {
    ToolStore.forget(transaction, removed.name());
  }

  /** Lets go of all servers. */
  @Override
  public void close() {
    activate(Map.of(), Map.of());
  }

  private synchronized void activate(
      Map<String, ServerSettings> settings, Map<String, List<ToolRecord>> known) {
    var before = entries;
    var after = new TreeMap<String, Entry>();
    var begun = new ArrayList<Entry>();
    settings.forEach((name, wanted) -> {
      var present = before.get(name);
      if (present != null && present.server().settings().equals(wanted)) {
        after.put(name, present);
      } else {
        var entry = new Entry(factory.make(wanted), known.getOrDefault(name, List.of()));
        after.put(name, entry);
        begun.add(entry);
      }
    });
    entries = after;
    for (var entry : before.values()) {
      if (after.get(entry.server().name()) != entry) {
        entry.server().retire();
        entry.wake();
      }
    }
    for (var entry : begun) {
      Thread.ofVirtual().name("mcp-inspect-" + entry.server().name()).start(() -> keep(entry));
    }
  }

  /** Keeps a server inspected for as long as it is in force. */
  private void keep(Entry entry) {
    var pause = config.firstPause();
    try {
      while (!entry.server().isRetired()) {
        if (inspect(entry)) {
          pause = config.firstPause();
          entry.pause(config.refresh());
        } else {
          entry.pause(pause);
          var doubled = pause.multipliedBy(2);
          pause = doubled.compareTo(config.longestPause()) > 0 ? config.longestPause() : doubled;
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean inspect(Entry entry) {
    var server = entry.server();
    try {
      var seen = ToolDefinitions.check(server.name(), actions.inspect(server).tools());
      synchronized (entry) { // so that memory gets what was stored, in the order of storing
        entry.update(
            store.observe(server.name(), seen.fit(), server.settings().approvesFirstSight()));
      }
      entry.inspected(clock.instant(), seen.unfit());
      return true;
    } catch (Refusal refusal) {
      entry.failed(clock.instant(), refusal.code().code());
      return false;
    } catch (SQLException | RuntimeException e) {
      LOG.log(Level.ERROR, "server " + server.name() + " could not be inspected", e);
      entry.failed(clock.instant(), RefusalCode.INTERNAL.code());
      return false;
    }
  }

  private void requireListed(String server, String tool) {
    if (entry(server).records().stream()
        .noneMatch(known -> known.present() && known.tool().equals(tool))) {
      throw new Refusal(RefusalCode.UNKNOWN_TOOL);
    }
  }

  @FunctionalInterface
  private interface Deciding {
    List<String> decide() throws SQLException;
  }

  private List<String> decide(String server, Deciding deciding) {
    var entry = entry(server);
    try {
      synchronized (entry) {
        var decided = deciding.decide();
        entry.update(store.of(server));
        return decided;
      }
    } catch (SQLException e) {
      LOG.log(Level.ERROR, "a decision about tools could not be stored", e);
      throw new Refusal(RefusalCode.UNAVAILABLE);
    }
  }

  private List<ToolRecord> stored(String server) {
    try {
      return store.of(server);
    } catch (SQLException e) {
      LOG.log(Level.ERROR, "the known tools of a server could not be read", e);
      throw new Refusal(RefusalCode.UNAVAILABLE);
    }
  }

  private Entry entry(String server) {
    return Optional.ofNullable(entries.get(server))
        .orElseThrow(() -> new Refusal(RefusalCode.UNKNOWN_SERVER));
  }
}
