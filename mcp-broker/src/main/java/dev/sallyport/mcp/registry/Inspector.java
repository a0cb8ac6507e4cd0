package dev.sallyport.mcp.registry;

import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.Function;

/** Asks servers what they have, from time to time and when one is suspected. Thread-safe. */
final class Inspector {
  private static final Logger LOG = System.getLogger(Inspector.class.getName());

  /** How many inspections in a row a server may cause by hints before it is made to wait. */
  private static final int QUICK = 8;

  private static final Duration SOON = Duration.ofSeconds(1);

  private final ItemStore store;
  private final RegistryActions actions;
  private final RegistryConfig config;
  private final InstantSource clock;
  private final Function<McpServer, Shadows> shadows;
  private final Runnable changed;

  /**
   * An inspector.
   *
   * @param shadows what the definitions of a server are held against
   * @param changed is run after what may be used of a server has changed
   */
  Inspector(
      ItemStore store,
      RegistryActions actions,
      RegistryConfig config,
      InstantSource clock,
      Function<McpServer, Shadows> shadows,
      Runnable changed) {
    this.store = store;
    this.actions = actions;
    this.config = config;
    this.clock = clock;
    this.shadows = shadows;
    this.changed = changed;
  }

  /** Keeps a server inspected for as long as it is in force. */
  void keep(Entry entry) {
    var every = entry.server().settings().inspectEvery().orElse(config.refresh());
    var pause = config.firstPause();
    int quick = 0;
    long calm = System.nanoTime(); // since when no hint of it came
    try {
      while (!entry.server().isRetired()) {
        entry.looks().begin(System.nanoTime());
        boolean answered = inspect(entry);
        entry.looks().end(answered);
        boolean hinted = entry.pause(answered ? every : pause);
        pause = answered ? config.firstPause() : shorter(pause.multipliedBy(2));
        if (hinted) {
          quick = System.nanoTime() - calm < SOON.toNanos() ? quick + 1 : 0;
          if (quick > QUICK) { // it cries wolf
            entry.rest(shorter(config.firstPause().multipliedBy(1L << Math.min(quick - QUICK, 9))));
          }
          calm = System.nanoTime();
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } finally {
      entry.looks().stop();
    }
  }

  private Duration shorter(Duration pause) {
    return pause.compareTo(config.longestPause()) > 0 ? config.longestPause() : pause;
  }

  private boolean inspect(Entry entry) {
    var server = entry.server();
    var settings = server.settings();
    long doubt = entry.doubt();
    try {
      var listing = actions.inspect(server);
      var look = new Look(listing.digest(), shadows.apply(server));
      if (entry.sawLast(look) && store.of(settings).equals(entry.records())) {
        if (entry.inspectedAgain(clock.instant(), doubt)) {
          changed.run();
        }
        return true;
      }
      var known = new Definitions.Known(entry.checked(), entry.digests());
      var seen = Definitions.check(settings, listing, known, look.shadows());
      ListChange.between(entry.records(), seen.fit())
          .ifPresent(change -> actions.noteChange(server, change));
      synchronized (entry) { // so that memory gets what was stored, in the order of storing
        entry.update(store.observe(settings, seen.fit()), seen);
      }
      entry
          .inspected(clock.instant(), look, seen, listing, doubt)
          .ifPresent(words -> LOG.log(Level.WARNING, "server " + server.name() + ": " + words));
      changed.run();
      return true;
    } catch (Refusal refusal) {
      failed(entry, refusal, doubt);
      return false;
    } catch (SQLException | RuntimeException e) {
      LOG.log(Level.ERROR, "server " + server.name() + " could not be inspected", e);
      entry.failed(clock.instant(), new Refusal(RefusalCode.INTERNAL), doubt);
      return false;
    }
  }

  /** Tells operators once, and again only when the cause is another. */
  private void failed(Entry entry, Refusal refusal, long doubt) {
    var code = refusal.code().code();
    var server = entry.server();
    boolean news = entry.failed(clock.instant(), refusal, doubt);
    if (news && server.trouble().isEmpty() && !server.isRetired()) {
      var words = refusal.trouble().map(trouble -> ": " + trouble).orElse("");
      LOG.log(Level.WARNING, "server " + server.name() + " is unreachable (" + code + ")" + words);
    }
  }
}
