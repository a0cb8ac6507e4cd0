package dev.sallyport.mcp.registry;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.mcp.registry.Definitions.Known;
import dev.sallyport.mcp.testing.LendingVault;
import dev.sallyport.mcp.upstream.Conversation;
import dev.sallyport.mcp.upstream.Guard;
import dev.sallyport.mcp.upstream.Interests;
import dev.sallyport.mcp.upstream.Listing;
import dev.sallyport.mcp.upstream.Upstream;
import dev.sallyport.mcp.upstream.UpstreamAnswer;
import dev.sallyport.mcp.upstream.UpstreamRequest;
import dev.sallyport.mcp.wire.Json;
import dev.sallyport.vault.Lent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Work is counted, not time: what is known is not looked at again, and what is not asked for is not
 * made.
 */
class LargeCatalogueTest {
  private static final Shadows NOBODY = new Shadows("crm", Map.of());
  private static final int TOOLS = 5_000;
  private static final int SERVERS = 100;
  private static final int TOOLS_A_SERVER = 1_000;

  private final TestingListing server = new TestingListing();
  private final RegistryScene scene = new RegistryScene();

  @AfterEach
  void close() {
    scene.close();
    server.close();
  }

  @Test
  void registersFiveThousandToolsOfOneServer() throws Exception {
    var lists = TestingListing.JSON.createObjectNode();
    lists.withArray("tools").addAll(tools(TOOLS));
    server.lists(lists);
    long began = System.nanoTime();
    scene.register("crm", RegistryScene.spec(server.url(), "auto"));
    long first = System.nanoTime() - began;
    began = System.nanoTime();
    scene.suspect("crm");
    long second = System.nanoTime() - began;

    assertThat(scene.registry.tools("crm")).hasSize(TOOLS);
    assertThat(scene.registry.tools()).isSameAs(scene.registry.tools());
    System.out.printf(
        "%d tools: first look %d ms, second %d ms%n", TOOLS, first / 1_000_000, second / 1_000_000);
  }

  @Test
  void looksOnlyAtWhatIsNew() {
    var settings = ItemStoreTest.settings(true);
    var tools = tools(TOOLS);
    var unusable = tool(TOOLS);
    unusable.putObject("inputSchema").put("type", "object").put("$ref", "#/none");
    var hidden = tool(TOOLS + 1).put("title", "a\u200bb");
    tools.addAll(List.of(unusable, hidden));
    var listing = new Listing(Json.object(), tools, List.of(), List.of(), List.of());

    var first = Definitions.check(settings, listing, Known.NOTHING, NOBODY);
    assertThat(first.fit()).hasSize(TOOLS);
    assertThat(first.unfit()).hasSize(2);

    // What is known is taken as it is; so whatever is not sound here was not looked at again.
    var digests =
        tools.stream()
            .map(tool -> Definitions.digest(settings.origin(), ItemKind.TOOL, tool))
            .collect(Collectors.toSet());
    assertThat(Definitions.check(settings, listing, new Known(digests, digests), NOBODY).fit())
        .hasSize(TOOLS + 2);
    assertThat(Definitions.check(settings, listing, new Known(Set.of(), digests), NOBODY).unfit())
        .containsOnlyKeys(hidden.path("name").asText());
  }

  @Test
  void makesOnlyWhatIsAskedForOfAHundredThousandTools() {
    var shelves = Shelves.empty();
    var entries = new ArrayList<RegisteredTool>();
    var json = Json.bytes(tool(1));
    var upstream = server();
    long began = System.nanoTime();
    for (int i = 0; i < SERVERS * TOOLS_A_SERVER; i++) {
      entries.add(new RegisteredTool(upstream, "tool_" + i, "pin" + i, json, shelves));
    }

    assertThat(shelves.definitions().made()).isZero();
    assertThat(shelves.schemas().made()).isZero();
    for (int round = 0; round < 3; round++) {
      entries.subList(0, 1_000).forEach(RegisteredTool::exposedDefinition);
      entries.subList(0, 100).forEach(RegisteredTool::inputSchema);
    }
    assertThat(shelves.definitions().made()).isEqualTo(1_000);
    assertThat(shelves.schemas().made()).isEqualTo(100);

    entries.forEach(RegisteredTool::definition);
    assertThat(shelves.definitions().kept()).isLessThanOrEqualTo(8_192);
    System.out.printf("100000 tools: %d ms%n", (System.nanoTime() - began) / 1_000_000);
  }

  /** A server that is never asked anything. */
  private static McpServer server() {
    var silent =
        new Upstream() {
          @Override
          public Listing inspect(Lent lent) {
            throw new AssertionError("not to be asked");
          }

          @Override
          public UpstreamAnswer ask(UpstreamRequest request, Lent lent, Conversation conversation) {
            throw new AssertionError("not to be asked");
          }

          @Override
          public void close() {}
        };
    return new McpServer(
        ItemStoreTest.settings(true),
        silent,
        new Guard("crm", 1, 1, Duration.ofSeconds(1)),
        new LendingVault(),
        new Watcher(
            RegistryConfig.DEFAULT, () -> Interests.NONE, () -> {}, () -> {}, _ -> {}, _ -> {}),
        new Watches());
  }

  private static List<ObjectNode> tools(int count) {
    var tools = new ArrayList<ObjectNode>();
    for (int i = 0; i < count; i++) {
      tools.add(tool(i));
    }
    return tools;
  }

  private static ObjectNode tool(int i) {
    var tool =
        TestingListing.JSON
            .createObjectNode()
            .put("name", "tool_" + Integer.toString(i, 7))
            .put("description", "Does what tool number " + i + " does, and says what came of it.");
    var schema = tool.putObject("inputSchema").put("type", "object");
    var properties = schema.putObject("properties");
    for (var name : List.of("account", "amount", "note")) {
      properties.putObject(name).put("type", "string").put("description", "The " + name + ".");
    }
    schema.putArray("required").add("account");
    return tool;
  }
}
