package dev.sallyport.mcp.registry;

import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.identity.resource.InvalidResourcesException;
import dev.sallyport.identity.resource.Resource;
import dev.sallyport.identity.resource.ResourceModule;
import dev.sallyport.identity.resource.ResourceSet;
import dev.sallyport.mcp.contract.Contracts;
import dev.sallyport.mcp.openapi.OpenApiUpstream;
import dev.sallyport.mcp.upstream.Guard;
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
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;

/**
 * The registered servers and their approved items: tools, prompts, resources, templates, and what
 * servers say of themselves.
 *
 * <p>It answers from memory, never by asking a server: a server is asked when it is registered and
 * from time to time, and what it says then has to be approved before anyone sees it. A definition
 * that changes is hidden until it is approved again. Thread-safe.
 */
public final class ToolRegistry implements ResourceModule, AutoCloseable {
  private static final Logger LOG = System.getLogger(ToolRegistry.class.getName());

  private final ItemStore store;
  private final ServerFactory factory;
  private final List<Runnable> whenChanged = new CopyOnWriteArrayList<>();
  private final Inspector inspector;
  private final Shelves shelves = Shelves.empty();
  private final Entries entries = new Entries();
  private final Watches watches = new Watches();
  private final Replicas replicas;
  private volatile Contracts contracts = Contracts.NONE;

  public ToolRegistry(
      ItemStore store,
      RegistryActions actions,
      EgressClient egress,
      Vault vault,
      RegistryConfig config,
      InstantSource clock) {
    this.store = store;
    this.factory =
        new ServerFactory(egress, vault, actions, config, watches, this::suspect, entries::wake);
    this.replicas = new Replicas(store, entries, this::tellOfChange);
    this.inspector =
        new Inspector(store, actions, config, clock, entries::shadows, this::tellOfChange);
  }

  /** An approved tool, by its own name. */
  public Optional<RegisteredTool> find(String server, String tool) {
    return entries.find(server, ItemKey.tool(tool), RegisteredTool.class);
  }

  /** An approved tool, by the name under which it is shown beside those of other servers. */
  public Optional<RegisteredTool> find(String exposedName) {
    return entries.findExposed(exposedName, ItemKind.TOOL, RegisteredTool.class);
  }

  /** An approved prompt, by its own name. */
  public Optional<RegisteredPrompt> findPrompt(String server, String prompt) {
    return entries.find(server, new ItemKey(ItemKind.PROMPT, prompt), RegisteredPrompt.class);
  }

  /** An approved prompt, by the name under which it is shown beside those of other servers. */
  public Optional<RegisteredPrompt> findPrompt(String exposedName) {
    return entries.findExposed(exposedName, ItemKind.PROMPT, RegisteredPrompt.class);
  }

  /**
   * What was approved that a URI, as the server knows it, can be read by: the resource of just that
   * URI, or else the first template that covers it. No template covers what the server lists as a
   * resource that may not be used, nor a resource that was rejected.
   */
  public Optional<RegisteredContent> findContent(String server, String uri) {
    return entries.usable(server).content(uri);
  }

  /** An approved template, by its text as the server wrote it. */
  public Optional<RegisteredTemplate> findTemplate(String server, String uriTemplate) {
    return entries.find(
        server, new ItemKey(ItemKind.TEMPLATE, uriTemplate), RegisteredTemplate.class);
  }

  /** What a server says of itself, if that was approved. */
  public Optional<Introduction> introduction(String server) {
    return entries.find(server, new ItemKey(ItemKind.SERVER, server), Introduction.class);
  }

  /** What is agreed of tools. */
  public Contracts contracts() {
    return contracts;
  }

  /** The approved tools of all servers, in the order of servers and then of names. */
  public List<RegisteredTool> tools() {
    return entries.catalogue().tools();
  }

  /** The approved tools of one server, in the order of their names; none if there is no such. */
  public List<RegisteredTool> tools(String server) {
    return entries.usable(server).tools();
  }

  /** As {@link #tools()}. */
  public List<RegisteredPrompt> prompts() {
    return entries.catalogue().prompts();
  }

  /** As {@link #tools(String)}. */
  public List<RegisteredPrompt> prompts(String server) {
    return entries.usable(server).prompts();
  }

  /** As {@link #tools()}. */
  public List<RegisteredResource> resources() {
    return entries.catalogue().resources();
  }

  /** As {@link #tools(String)}. */
  public List<RegisteredResource> resources(String server) {
    return entries.usable(server).resources();
  }

  /** As {@link #tools()}. */
  public List<RegisteredTemplate> templates() {
    return entries.catalogue().templates();
  }

  /** As {@link #tools(String)}. */
  public List<RegisteredTemplate> templates(String server) {
    return entries.usable(server).templates();
  }

  /** The approved introductions of all servers, in the order of servers. */
  public List<Introduction> introductions() {
    return entries.catalogue().servers().flatMap(one -> one.introduction().stream()).toList();
  }

  /** How it stands with every server. */
  public List<ServerStatus> servers() {
    return entries.all().stream().map(Entry::status).toList();
  }

  /** What every server has to do now, by their names. */
  public Map<String, Guard.State> loads() {
    return entries.loads();
  }

  /** How many log messages of each server were told to nobody, since it is as it is now. */
  public Map<String, Long> droppedLogs() {
    return entries.droppedLogs();
  }

  public Optional<ServerStatus> status(String server) {
    return entries.find(server).map(Entry::status);
  }

  /** Every definition that a server lists now and that waits for a decision. */
  public List<ItemRecord> pending() {
    return entries.all().stream()
        .flatMap(entry -> entry.records().stream())
        .filter(ItemRecord::waits)
        .toList();
  }

  /** Every definition of one server that was kept, those that it no longer lists among them. */
  public List<ItemRecord> records(String server) {
    return entries.require(server).records();
  }

  /** As {@link #records}, with what they say and how those that wait became different. */
  public List<Review> reviews(String server) {
    var entry = entries.require(server);
    return new Reviews(stored(entry.server().settings()), entries.shadows(entry.server())).all();
  }

  /**
   * Approves definitions that a person has read: all of them, or none.
   *
   * @param digests by item, that of the definition that was read
   * @param actor who approves, for the record
   * @return the items that were approved and were not before
   * @throws Refusal with UNKNOWN_SERVER, with UNKNOWN_TOOL if the server lists no such item, or
   *     with CONFLICT if it lists another definition now
   */
  public List<ItemKey> approve(String server, Map<ItemKey, String> digests, String actor) {
    digests.keySet().forEach(item -> entries.requireListed(server, item));
    return decide(server, settings -> store.approve(settings, digests, actor));
  }

  /**
   * Rejects what a server lists now, approved before or not, or an approved item that is gone.
   *
   * @param item which; empty for all that wait
   * @throws Refusal with UNKNOWN_SERVER, or UNKNOWN_TOOL if the server has no such item
   */
  public List<ItemKey> reject(String server, Optional<ItemKey> item, String actor) {
    item.filter(named -> !Gone.of(entries.require(server).records()).contains(named))
        .ifPresent(named -> entries.requireListed(server, named));
    return decide(server, settings -> store.reject(settings, item, actor));
  }

  /**
   * Waits until a server has said what it has, or has at least once since it was registered as it
   * is now.
   *
   * @return whether it has
   * @throws Refusal with UNKNOWN_SERVER if there is none of that name
   */
  public boolean awaitInspected(String server, Duration timeout) throws InterruptedException {
    return entries.require(server).awaitInspected(timeout);
  }

  /**
   * Asks a server again, now, and waits for it.
   *
   * @return whether it answered in time
   * @throws Refusal with UNKNOWN_SERVER if there is none of that name
   */
  public boolean inspect(String server, Duration timeout) throws InterruptedException {
    var entry = entries.require(server);
    var before = entry.status().inspectedAt();
    entry.wake();
    return entry.awaitInspectedAfter(before, timeout);
  }

  /** Takes over what was seen and decided through other replicas. To be done now and then. */
  public void follow() throws SQLException {
    replicas.follow();
  }

  /** By which updates of what can be read are told. */
  public Watches watches() {
    return watches;
  }

  /**
   * Doubts a server: it hinted that what it has may be other than what is known. It is asked again
   * at once, and until it has answered whoever looks for an item of it waits; if it does not answer
   * they find none. Does not wait itself.
   */
  public void suspect(String server) {
    entries.find(server).ifPresent(Entry::suspect);
  }

  /**
   * Looks at a server again that is about to be used, if it was seen longer ago than it may have
   * been, and waits. If it cannot be looked at, it is doubted.
   *
   * @param mayWait whether whoever uses it may wait
   * @return whether it was seen lately enough
   */
  public boolean freshen(String server, BooleanSupplier mayWait) {
    return entries.find(server).map(entry -> entry.freshen(mayWait)).orElse(true);
  }

  /** Waits until no doubt is left about a server; whether none is. */
  public boolean settle(String server, Duration patience) {
    return entries.find(server).map(entry -> entry.settle(patience)).orElse(true);
  }

  @Override
  public Set<String> kinds() {
    return Set.of(ServerCheck.KIND, Contracts.KIND, Contracts.GROUP_KIND);
  }

  /** How calls of a tool are sent by its approved definition, where a document says how. */
  private Optional<String> approvedRequest(String server, String tool) {
    return find(server, tool).flatMap(known -> OpenApiUpstream.request(known.definition()));
  }

  @Override
  public Absorbed absorb(Resource incoming, Optional<Resource> current, Connection transaction)
      throws InvalidResourcesException {
    ServerCheck.checkIncoming(incoming, current, this::find);
    return new Absorbed(incoming, Map.of());
  }

  @Override
  public Prepared prepare(ResourceSet all) throws InvalidResourcesException {
    var agreed = Contracts.of(all);
    var settings = ServerCheck.all(all, agreed);
    var mistakes = NameCheck.mistakes(settings.keySet(), entries.names());
    if (!mistakes.isEmpty()) {
      throw new InvalidResourcesException(mistakes);
    }
    var known = new TreeMap<String, List<DescribedItem>>();
    settings.forEach((name, one) -> {
      var present = entries.find(name);
      if (present.isEmpty() || !present.get().server().settings().equals(one)) {
        known.put(name, stored(one));
      }
    });
    return Prepared.of(() -> activate(settings, known, agreed), ServerCheck.doubts(all));
  }

  @Override
  public void forget(Resource.Key removed, Connection transaction) throws SQLException {
    if (removed.kind().equals(ServerCheck.KIND)) {
      ItemStore.forget(transaction, removed.name());
    }
  }

  @Override
  public void close() {
    activate(Map.of(), Map.of(), Contracts.NONE);
  }

  private synchronized void activate(
      Map<String, ServerSettings> settings,
      Map<String, List<DescribedItem>> known,
      Contracts agreed) {
    contracts = agreed;
    var before = entries.byName();
    var after = new TreeMap<String, Entry>();
    var begun = new ArrayList<Entry>();
    settings.forEach((name, wanted) -> {
      var present = before.get(name);
      if (present != null && present.server().settings().equals(wanted)) {
        after.put(name, present);
      } else {
        var made = factory.make(wanted, tool -> approvedRequest(name, tool));
        var entry = new Entry(made, known.getOrDefault(name, List.of()), shelves);
        after.put(name, entry);
        begun.add(entry);
      }
    });
    entries.set(after);
    tellOfChange();
    for (var entry : before.values()) {
      if (after.get(entry.server().name()) != entry) {
        entry.server().retire();
        entry.wake();
      }
    }
    for (var entry : begun) {
      Thread.ofVirtual()
          .name("mcp-inspect-" + entry.server().name())
          .start(() -> inspector.keep(entry));
    }
  }

  @FunctionalInterface
  private interface Deciding {
    List<ItemKey> decide(ServerSettings server) throws SQLException;
  }

  private List<ItemKey> decide(String server, Deciding deciding) {
    var entry = entries.require(server);
    var settings = entry.server().settings();
    try {
      synchronized (entry) {
        var decided = deciding.decide(settings);
        entry.update(store.described(settings));
        tellOfChange();
        return decided;
      }
    } catch (SQLException e) {
      LOG.log(Level.ERROR, "a decision about items could not be stored", e);
      throw new Refusal(RefusalCode.UNAVAILABLE);
    }
  }

  private List<DescribedItem> stored(ServerSettings server) {
    try {
      return store.described(server);
    } catch (SQLException e) {
      LOG.log(Level.ERROR, "the known items of a server could not be read", e);
      throw new Refusal(RefusalCode.UNAVAILABLE);
    }
  }

  /** Has something done, which must not block, whenever callers may see other items. */
  public void whenChanged(Runnable look) {
    whenChanged.add(look);
  }

  /** Does what is to be done then. To be called where the cause is elsewhere. */
  public void tellOfChange() {
    whenChanged.forEach(Runnable::run);
  }
}
