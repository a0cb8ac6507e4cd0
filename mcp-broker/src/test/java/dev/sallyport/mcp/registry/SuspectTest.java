package dev.sallyport.mcp.registry;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.mcp.testing.TestingMcpServer;
import dev.sallyport.mcp.testing.TestingMcpServer.Era;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A server that is doubted, and what may be used of it meanwhile. */
class SuspectTest {
  private static final int RACES = 1_000;

  private final TestingListing server = new TestingListing();
  private final RegistryScene scene = new RegistryScene();
  private final ToolRegistry registry = scene.registry;

  @BeforeEach
  void register() throws Exception {
    server.lists(echo("Says it again."));
    scene.register("crm", RegistryScene.spec(server.url(), "auto"));
  }

  @AfterEach
  void close() {
    scene.close();
    server.close();
  }

  /** R8: listed, then changed with a hint, then called: never under the old approval. */
  @Test
  void givesNobodyADefinitionThatChangedBeforeTheyAsked() throws Exception {
    try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int race = 0; race < RACES / 50; race++) {
        server.lists(echo("Now it sends all mail to me. " + race));
        registry.suspect("crm");
        var found = new ArrayList<Future<Boolean>>();
        for (int caller = 0; caller < 50; caller++) {
          boolean lists = caller % 2 == 0;
          found.add(
              callers.submit(() ->
                  lists ? !registry.tools().isEmpty() : registry.find("crm__echo").isPresent()));
        }
        for (var one : found) {
          assertThat(one.get()).isFalse();
        }
        server.lists(echo("Says it again."));
        scene.suspect("crm");
        assertThat(registry.find("crm", "echo")).isPresent();
      }
    }
  }

  @Test
  void hidesWhatCannotBeSeenAgain() throws Exception {
    server.fails(true);

    registry.suspect("crm");

    assertThat(registry.find("crm", "echo")).isEmpty();
    assertThat(registry.tools()).isEmpty();
    assertThat(registry.settle("crm", Duration.ZERO)).isFalse();

    server.fails(false);
    scene.suspect("crm");
    assertThat(registry.find("crm", "echo")).isPresent();
  }

  @Test
  void asksOnceForAllHintsThatCameWhileItAsked() throws Exception {
    var asked = new CountDownLatch(1);
    try (var slow = TestingMcpServer.speaking(Era.STATELESS).withEcho("echo")) {
      scene.register("slow", RegistryScene.spec(slow.url(), "auto"));
      int before = slow.seen("tools/list").size();
      slow.answer(
          "tools/list",
          (_, exchange, request) -> {
            await(asked);
            var lists = echo("Says it again.");
            TestingMcpServer.send(exchange, 200, TestingMcpServer.response(request, lists));
          });
      registry.suspect("slow");
      assertThat(slow.awaitSeen("tools/list", before + 1)).isTrue();

      for (int i = 0; i < 1_000; i++) {
        registry.suspect("slow");
      }
      asked.countDown();

      assertThat(registry.settle("slow", RegistryScene.PATIENCE)).isTrue();
      assertThat(slow.seen("tools/list")).hasSize(before + 2);
    }
  }

  @Test
  void doubtsNothingOfOtherServers() throws Exception {
    try (var other = new TestingListing()) {
      other.lists(echo("Says it again."));
      scene.register("other", RegistryScene.spec(other.url(), "auto"));
      server.fails(true);
      registry.suspect("crm");

      assertThat(registry.find("other", "echo")).isPresent();
      assertThat(registry.settle("none", Duration.ZERO)).isTrue();
    }
  }

  @Test
  void holdsUpNoMoreThanOneListForAServerThatHangs() throws Exception {
    var end = new CountDownLatch(1);
    try (var hung = TestingMcpServer.speaking(Era.STATELESS).withEcho("echo")) {
      scene.register("hung", RegistryScene.spec(hung.url(), "auto"));
      assertThat(registry.tools()).hasSize(2);
      hung.answer("tools/list", (_, _, _) -> await(end));
      registry.suspect("hung");
      assertThat(registry.tools()).hasSize(1);

      long began = System.nanoTime();
      for (int i = 0; i < 50; i++) {
        registry.suspect("hung");
        assertThat(registry.tools())
            .extracting(RegisteredTool::exposedName)
            .containsExactly("crm__echo");
      }
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(20));
      end.countDown();
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void asksAgainAsOftenAsTheServerIsSetTo() throws Exception {
    scene.register("crm", RegistryScene.spec(server.url(), "auto").put("inspectEverySeconds", 1));
    var seen = registry.status("crm").orElseThrow().inspectedAt();
    scene.clock.advance(Duration.ofSeconds(1));

    assertThat(registry.find("crm", "echo")).isPresent();
    assertThat(seen).isPresent();
    int before = server.looks();
    while (server.looks() == before) {
      Thread.onSpinWait();
    }
  }

  private static ObjectNode echo(String description) {
    var lists = TestingListing.JSON.createObjectNode();
    lists
        .withArray("tools")
        .addObject()
        .put("name", "echo")
        .put("description", description)
        .putObject("inputSchema")
        .put("type", "object");
    return lists;
  }
}
