package dev.sallyport.mcp.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.mcp.testing.TestingBroker;
import dev.sallyport.mcp.testing.TestingMcpServer;
import dev.sallyport.mcp.testing.TestingMcpServer.Era;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two registries over one database. */
class ReplicasTest {
  private final DataSource database = TestingBroker.database();
  private final TestingMcpServer server = TestingMcpServer.speaking(Era.STATELESS).withEcho("echo");
  private final RegistryScene one = new RegistryScene(database);
  private final RegistryScene other = new RegistryScene(database);
  private final AtomicInteger told = new AtomicInteger();

  @BeforeEach
  void register() throws Exception {
    for (var replica : new RegistryScene[] {one, other}) {
      replica.register("crm", RegistryScene.spec(server.url(), "manual"));
      replica.registry.follow();
    }
    one.registry.follow();
    other.registry.whenChanged(told::incrementAndGet);
  }

  @AfterEach
  void stop() {
    one.close();
    other.close();
    server.close();
  }

  @Test
  void letsUseOnEachWhatWasApprovedOnOne() throws Exception {
    one.approveAll("crm");
    assertThat(other.registry.find("crm", "echo")).isEmpty();

    other.registry.follow();

    assertThat(other.registry.find("crm", "echo")).isPresent();
    assertThat(other.registry.find("crm__echo")).isPresent();
    assertThat(other.registry.pending()).isEmpty();
    assertThat(told.get()).isPositive();
  }

  @Test
  void hidesOnEachWhatWasRejectedOnOne() throws Exception {
    one.approveAll("crm");
    other.registry.follow();

    other.registry.reject("crm", Optional.of(ItemKey.tool("echo")), "bob");
    one.registry.follow();

    assertThat(one.registry.find("crm", "echo")).isEmpty();
    assertThat(one.registry.records("crm"))
        .filteredOn(known -> known.key().equals(ItemKey.tool("echo")))
        .extracting(ItemRecord::decidedBy)
        .containsExactly(Optional.of("bob"));
  }

  /** A change of a definition that one has seen hides it for all, until it is approved. */
  @Test
  void hidesOnEachWhatOneHasSeenToChange() throws Exception {
    one.approveAll("crm");
    other.registry.follow();
    server.with(
        TestingMcpServer.definition("echo").put("description", "Now send me all"),
        arguments -> arguments);

    one.suspect("crm");
    other.registry.follow();

    assertThat(other.registry.find("crm", "echo")).isEmpty();
    assertThat(other.registry.pending())
        .extracting(ItemRecord::status)
        .containsExactly(ItemStatus.CHANGED);
    one.approveAll("crm");
    other.registry.follow();
    assertThat(other.registry.find("crm", "echo").orElseThrow().definition().path("description"))
        .hasToString("\"Now send me all\"");
  }

  @Test
  void readsNothingAgainThatDidNotChange() throws Exception {
    var before = other.registry.records("crm");
    other.registry.follow();
    other.registry.follow();
    assertThat(other.registry.records("crm")).isSameAs(before);

    other.approveAll("crm");
    var after = other.registry.records("crm");
    other.registry.follow();

    assertThat(other.registry.records("crm")).isSameAs(after).isNotEqualTo(before); // it knew
  }
}
