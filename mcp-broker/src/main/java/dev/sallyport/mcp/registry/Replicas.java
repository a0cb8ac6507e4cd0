package dev.sallyport.mcp.registry;

import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Takes over what other replicas wrote of the items of servers. For one thread at a time. */
final class Replicas {
  private final ItemStore store;
  private final Entries entries;
  private final Runnable changed;

  /** How often the items of each server had changed when they were read last. */
  private final Map<String, Long> followed = new ConcurrentHashMap<>();

  /**
   * Nothing was read yet.
   *
   * @param changed is run after what may be used of a server has changed
   */
  Replicas(ItemStore store, Entries entries, Runnable changed) {
    this.store = store;
    this.entries = entries;
    this.changed = changed;
  }

  /** Reads what is other than it was the last time. */
  void follow() throws SQLException {
    var versions = store.versions();
    for (var entry : entries.all()) {
      var name = entry.server().name();
      var version = versions.getOrDefault(name, 0L);
      if (!version.equals(followed.get(name))) {
        takeOver(entry);
        followed.put(name, version);
      }
    }
  }

  private void takeOver(Entry entry) throws SQLException {
    var settings = entry.server().settings();
    synchronized (entry) {
      if (store.of(settings).equals(entry.records())) {
        return;
      }
      entry.update(store.described(settings));
    }
    changed.run();
  }
}
