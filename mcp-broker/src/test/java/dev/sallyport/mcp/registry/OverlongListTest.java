package dev.sallyport.mcp.registry;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.testing.Warnings;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of a server of which one list is longer than there is room for. */
class OverlongListTest {
  private static final Logger LOG = Logger.getLogger(Inspector.class.getName());
  private static final String WORDS =
      "nothing of resources/list is used: more than 10000 items, or more than 64 MiB with the other"
          + " lists; have it list less";

  private final TestingListing server = new TestingListing();
  private final RegistryScene scene = new RegistryScene();
  private final Warnings warnings = new Warnings();

  @BeforeEach
  void listen() {
    LOG.addHandler(warnings);
  }

  @AfterEach
  void close() {
    scene.close();
    server.close();
    LOG.removeHandler(warnings);
  }

  @Test
  void hasItsOtherListsAndSaysOnceWhatIsLeftOut() throws Exception {
    server.lists(lists(10_001));
    scene.register("crm", RegistryScene.spec(server.url(), "auto"));
    var seen = scene.registry.status("crm").orElseThrow();

    assertThat(seen.state()).isEqualTo(ServerStatus.State.READY);
    assertThat(seen.trouble()).contains(WORDS);
    assertThat(seen.unfit()).containsEntry("resources/list", "list_too_long");
    assertThat(seen.items()).containsEntry(ItemKind.TOOL, 1).doesNotContainKey(ItemKind.RESOURCE);
    assertThat(scene.registry.tools("crm")).hasSize(1);

    var more = lists(10_002);
    more.withArray("tools").add(tool("read"));
    server.lists(more);
    scene.suspect("crm");
    assertThat(scene.registry.tools("crm")).hasSize(2);
    assertThat(warnings.all()).containsExactly("server crm: " + WORDS);

    server.lists(lists(3));
    scene.suspect("crm");
    var mended = scene.registry.status("crm").orElseThrow();
    assertThat(mended.trouble()).isEmpty();
    assertThat(mended.items()).containsEntry(ItemKind.RESOURCE, 3);
  }

  private static ObjectNode lists(int resources) {
    var lists = TestingListing.JSON.createObjectNode();
    lists.putArray("tools").add(tool("write"));
    var all = lists.putArray("resources");
    for (int i = 0; i < resources; i++) {
      all.addObject().put("uri", "note://" + i).put("name", "note " + i);
    }
    lists
        .putArray("resourceTemplates")
        .addObject()
        .put("uriTemplate", "note://{n}")
        .put("name", "n");
    return lists;
  }

  private static ObjectNode tool(String name) {
    var tool = TestingListing.JSON.createObjectNode().put("name", name);
    tool.putObject("inputSchema").put("type", "object");
    return tool;
  }
}
