package dev.sallyport.mcp.registry;

import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.mcp.upstream.Guard;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** The servers in force, and what may be used of them. Thread-safe. */
final class Entries {
  /** The longest that a list of all servers waits for those in doubt. */
  private static final Duration LIST_PATIENCE = Duration.ofSeconds(5);

  private volatile Map<String, Entry> byName = Map.of();
  private volatile Catalogue catalogue = Catalogue.EMPTY;

  /** Puts others in force. */
  void set(Map<String, Entry> entries) {
    byName = entries;
  }

  /** In the order of their names. Not to be changed. */
  Map<String, Entry> byName() {
    return byName;
  }

  Collection<Entry> all() {
    return byName.values();
  }

  /** What each has to do now. */
  Map<String, Guard.State> loads() {
    var loads = new TreeMap<String, Guard.State>();
    byName.forEach((name, entry) -> loads.put(name, entry.server().load()));
    return loads;
  }

  /** How many log messages of each were told to nobody. */
  Map<String, Long> droppedLogs() {
    var dropped = new TreeMap<String, Long>();
    byName.forEach((name, entry) -> dropped.put(name, entry.server().droppedLogs()));
    return dropped;
  }

  Set<String> names() {
    return byName.keySet();
  }

  Optional<Entry> find(String server) {
    return Optional.ofNullable(byName.get(server));
  }

  /** Has the server of a name looked at again, if there is one. */
  void wake(String server) {
    find(server).ifPresent(Entry::wake);
  }

  /**
   * The server of a name.
   *
   * @throws Refusal with UNKNOWN_SERVER if there is none
   */
  Entry require(String server) {
    return find(server).orElseThrow(() -> new Refusal(RefusalCode.UNKNOWN_SERVER));
  }

  /**
   * Makes sure that a server lists an item.
   *
   * @throws Refusal with UNKNOWN_SERVER, or UNKNOWN_TOOL if it does not
   */
  void requireListed(String server, ItemKey item) {
    if (require(server).records().stream()
        .noneMatch(known -> known.present() && known.key().equals(item))) {
      throw new Refusal(RefusalCode.UNKNOWN_TOOL);
    }
  }

  <T extends RegisteredItem> Optional<T> find(String server, ItemKey key, Class<T> type) {
    return usable(server).find(key, type);
  }

  /** An item by the name under which it is shown beside those of other servers. */
  <T extends RegisteredItem> Optional<T> findExposed(
      String exposedName, ItemKind kind, Class<T> type) {
    if (exposedName.length() == ExposedName.MAX) {
      var cut =
          byName.values().stream()
              .flatMap(entry -> entry.approved().findCut(exposedName, type).stream())
              .findFirst();
      if (cut.isPresent()) { // it is looked for again, since there may be doubt
        return find(cut.get().server().name(), cut.get().key(), type);
      }
    }
    int at = exposedName.indexOf(ExposedName.SEPARATOR);
    if (at < 0) {
      return Optional.empty();
    }
    var name = exposedName.substring(at + ExposedName.SEPARATOR.length());
    return find(exposedName.substring(0, at), new ItemKey(kind, name), type);
  }

  /** What may be used of a server; nothing if there is no such. */
  Approved usable(String server) {
    var entry = byName.get(server);
    return entry == null ? Approved.NONE : entry.usable(entry.server().settings().timeout());
  }

  /** What may be used of all servers. Those in doubt are waited for together, not for long. */
  Catalogue catalogue() {
    long deadline = System.nanoTime() + LIST_PATIENCE.toNanos();
    var usable = new LinkedHashMap<String, Approved>();
    byName.forEach((name, entry) -> usable.put(name, listed(entry, deadline)));
    var last = catalogue;
    return last.isOf(usable) ? last : made(usable);
  }

  /** The same is made once, however many ask for it together. */
  private synchronized Catalogue made(Map<String, Approved> usable) {
    if (!catalogue.isOf(usable)) {
      catalogue = new Catalogue(usable);
    }
    return catalogue;
  }

  private static Approved listed(Entry entry, long deadline) {
    return entry.listed(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
  }

  /** What the definitions of a server are held against. */
  Shadows shadows(McpServer server) {
    var others = new TreeMap<String, Approved>();
    byName.forEach((name, entry) -> {
      if (!name.equals(server.name()) && !server.settings().mayShadow().contains(name)) {
        others.put(name, entry.approved());
      }
    });
    return new Shadows(server.name(), others);
  }
}
