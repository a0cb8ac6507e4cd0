package dev.sallyport.mcp.registry;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Action;
import dev.sallyport.identity.action.ActionListener;
import dev.sallyport.identity.action.ActionPath;
import dev.sallyport.identity.action.Outcome;
import dev.sallyport.identity.resource.InvalidResourcesException;
import dev.sallyport.identity.resource.Resource;
import dev.sallyport.identity.resource.ResourceSet;
import dev.sallyport.identity.testing.FixedAuthority;
import dev.sallyport.identity.testing.RecordingEvidence;
import dev.sallyport.identity.testing.TestingClock;
import dev.sallyport.mcp.testing.LendingVault;
import dev.sallyport.mcp.testing.TestingBroker;
import dev.sallyport.vault.egress.EgressConfig;
import dev.sallyport.vault.egress.PooledEgressClient;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.sql.DataSource;

/** A registry with servers that a test writes. */
final class RegistryScene implements AutoCloseable {
  static final Duration PATIENCE = Duration.ofSeconds(30);

  /** Waits for nothing that a test does often. */
  private static final RegistryConfig EAGER =
      new RegistryConfig(
          Duration.ofMinutes(5),
          Duration.ofMillis(1),
          Duration.ofMillis(4),
          Duration.ofMillis(10),
          64 << 20);

  final TestingClock clock = new TestingClock();
  final RecordingEvidence evidence = new RecordingEvidence();
  final DataSource database;
  final ToolRegistry registry;
  private final PooledEgressClient egress = new PooledEgressClient(EgressConfig.defaults());
  private final Map<String, Resource> resources = new TreeMap<>();

  RegistryScene() {
    this(TestingBroker.database());
  }

  RegistryScene(DataSource database) {
    this.database = database;
    var listener =
        new ActionListener() {
          @Override
          public void ended(Action action, Outcome outcome, Duration took) {}
        };
    var vault = new LendingVault();
    var path = new ActionPath(FixedAuthority.allowingAll(), evidence, clock, listener);
    registry =
        new ToolRegistry(
            new ItemStore(database, clock),
            new RegistryActions(path, vault, TestingBroker.launcher()),
            egress,
            vault,
            EAGER,
            clock);
  }

  /** A server over HTTP. */
  static ObjectNode spec(URI url, String approval) {
    return TestingListing.JSON
        .createObjectNode()
        .put("transport", "streamable-http")
        .put("url", url.toString())
        .put("protocol", "2026-07-28")
        .put("approval", approval);
  }

  /** Registers a server, or sets it anew, and waits until it was seen. */
  void register(String name, ObjectNode spec) throws Exception {
    apply(name, spec);
    assertThat(registry.awaitInspected(name, PATIENCE)).isTrue();
  }

  void apply(String name, ObjectNode spec) throws InvalidResourcesException {
    var wanted = new TreeMap<>(resources);
    wanted.put(name, new Resource(Resource.API_VERSION, "McpServer", name, Map.of(), spec));
    registry.prepare(new ResourceSet(List.copyOf(wanted.values()))).activate();
    resources.clear();
    resources.putAll(wanted);
  }

  /** Approves all that waits of a server. */
  List<ItemKey> approveAll(String server) {
    return registry.approve(server, waiting(server), "ann");
  }

  Map<ItemKey, String> waiting(String server) {
    return registry.pending().stream()
        .filter(known -> known.server().equals(server))
        .collect(Collectors.toMap(ItemRecord::key, ItemRecord::digest));
  }

  /** Has a server asked again, as if it had hinted at a change. */
  void suspect(String server) {
    registry.suspect(server);
    assertThat(registry.settle(server, PATIENCE)).isTrue();
  }

  /** How the items that wait of a server became different, by key as text. */
  Map<String, String> drifts(String server) {
    return registry.reviews(server).stream()
        .filter(review -> review.item().record().waits())
        .collect(
            Collectors.toMap(
                review -> review.item().record().key().text(),
                review -> review.diff().map(diff -> diff.drift().label()).orElse("new")));
  }

  @Override
  public void close() {
    registry.close();
    egress.close();
  }
}
