package dev.sallyport.mcp.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.identity.testing.PowerCut;
import dev.sallyport.identity.testing.TestingClock;
import dev.sallyport.mcp.registry.ToolDefinitions.Seen;
import dev.sallyport.mcp.testing.TestingMcpServer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ToolStoreTest {
  private static final Map<String, Seen> SEEN =
      Map.of("echo", new Seen(TestingMcpServer.definition("echo"), "{}", "digest"));

  private final TestingClock clock = new TestingClock();
  @TempDir private Path folder;

  @Test
  void keepsADecisionOverAPowerCut() throws Exception {
    try (var disk = new PowerCut(folder)) {
      var store = new ToolStore(disk.before().dataSource(), clock);
      store.observe("crm", SEEN, false);

      store.reject("crm", Optional.empty(), "ann");

      assertThat(left(disk)).extracting(ToolRecord::status).containsExactly(ToolStatus.REJECTED);
    }
  }

  @Test
  void keepsWhatItSawFirstOverAPowerCut() throws Exception {
    try (var disk = new PowerCut(folder)) {
      new ToolStore(disk.before().dataSource(), clock).observe("crm", SEEN, true);

      assertThat(left(disk)).extracting(ToolRecord::digest).containsExactly("digest");
    }
  }

  private List<ToolRecord> left(PowerCut disk) throws Exception {
    try (var left = disk.after()) {
      return new ToolStore(left.dataSource(), clock).of("crm");
    }
  }
}
