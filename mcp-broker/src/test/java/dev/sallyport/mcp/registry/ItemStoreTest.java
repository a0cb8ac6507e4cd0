package dev.sallyport.mcp.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.identity.testing.PowerCut;
import dev.sallyport.identity.testing.TestingClock;
import dev.sallyport.mcp.registry.Definitions.Seen;
import dev.sallyport.mcp.registry.ServerSettings.Http;
import dev.sallyport.sandbox.contract.QuarantineMode;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ItemStoreTest {
  private static final Map<ItemKey, Seen> SEEN =
      Map.of(ItemKey.tool("echo"), new Seen("{}".getBytes(UTF_8), "digest"));

  private final TestingClock clock = new TestingClock();
  @TempDir private Path folder;

  @Test
  void keepsADecisionOverAPowerCut() throws Exception {
    try (var disk = new PowerCut(folder)) {
      var store = new ItemStore(disk.before().dataSource(), clock);
      store.observe(settings(false), SEEN);

      store.reject(settings(false), Optional.empty(), "ann");

      assertThat(left(disk)).extracting(ItemRecord::status).containsExactly(ItemStatus.REJECTED);
    }
  }

  @Test
  void keepsWhatItSawFirstOverAPowerCut() throws Exception {
    try (var disk = new PowerCut(folder)) {
      new ItemStore(disk.before().dataSource(), clock).observe(settings(true), SEEN);

      assertThat(left(disk)).extracting(ItemRecord::digest).containsExactly("digest");
    }
  }

  private List<ItemRecord> left(PowerCut disk) throws Exception {
    try (var left = disk.after()) {
      return new ItemStore(left.dataSource(), clock).of(settings(false));
    }
  }

  static ServerSettings settings(boolean approvesFirstSight) {
    return new ServerSettings(
        "crm",
        new Http(URI.create("https://crm.example/mcp"), Optional.empty(), Optional.empty()),
        approvesFirstSight,
        QuarantineMode.STRICT,
        Duration.ofSeconds(1),
        ServerSettings.Limits.of(1),
        Optional.empty(),
        Optional.empty(),
        Set.of());
  }
}
