package dev.sallyport.mcp.registry;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A resource beside an approved template that covers its URI, too. */
class WithheldTest {
  private final TestingListing server = new TestingListing();
  private final RegistryScene scene = new RegistryScene();
  private final ToolRegistry registry = scene.registry;
  private ObjectNode lists;

  @BeforeEach
  void register() throws Exception {
    lists =
        (ObjectNode)
            TestingListing.JSON.readTree(
                """
                {"resources": [{"uri": "file:///a.txt", "name": "a"},
                               {"uri": "file:///b.txt", "name": "b"}],
                 "resourceTemplates": [{"uriTemplate": "file:///{+path}", "name": "files"}]}
                """);
    server.lists(lists);
    scene.register("crm", RegistryScene.spec(server.url(), "manual"));
    scene.approveAll("crm");
  }

  @AfterEach
  void close() {
    scene.close();
    server.close();
  }

  @Test
  void isReadByItselfWhereItIsApprovedAndByTheTemplateWhereItIsNotListed() {
    assertThat(registry.findContent("crm", "file:///b.txt").orElseThrow())
        .isInstanceOf(RegisteredResource.class);
    assertThat(registry.findContent("crm", "file:///c.txt").orElseThrow())
        .isInstanceOf(RegisteredTemplate.class);
  }

  @Test
  void isReadByNoTemplateWhereItIsRejected() {
    reject("file:///b.txt");

    assertThat(registry.findContent("crm", "file:///b.txt")).isEmpty();
    assertThat(registry.findContent("crm", "file:///a.txt")).isPresent();
    assertThat(registry.findContent("crm", "file:///c.txt")).isPresent();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "file:///%62.txt",
        "file:///b.txt#part",
        "file:///%62.txt#part",
        "file:///%2562.txt",
        "file:///b%00.txt",
        "file:///b.txt%2F"
      })
  void isReadByNoTemplateUnderAnotherSpellingEither(String uri) {
    reject("file:///b.txt");

    assertThat(registry.findContent("crm", uri)).isEmpty();
  }

  @Test
  void isReadAgainOnceItIsApprovedAfterAll() {
    var digest = reject("file:///b.txt");

    registry.approve("crm", Map.of(resource("file:///b.txt"), digest), "ann");

    assertThat(registry.findContent("crm", "file:///b.txt").orElseThrow())
        .isInstanceOf(RegisteredResource.class);
  }

  @Test
  void isReadByNoTemplateWhileAChangeOfItWaits() {
    ((ObjectNode) lists.at("/resources/0")).put("description", "Now something else.");
    list();

    assertThat(registry.findContent("crm", "file:///a.txt")).isEmpty();
    scene.approveAll("crm");
    assertThat(registry.findContent("crm", "file:///a.txt")).isPresent();
  }

  @Test
  void isReadByNoTemplateWhileItIsNewAndWaits() {
    lists.withArray("resources").addObject().put("uri", "file:///new.txt").put("name", "new");
    list();

    assertThat(registry.findContent("crm", "file:///new.txt")).isEmpty();
  }

  @Test
  void isReadByNoTemplateWhereItIsUnfit() {
    ((ObjectNode) lists.at("/resources/0")).put("description", "read\u200b this");
    lists.withArray("resources").addObject().put("uri", "file:///\"odd\"").put("name", "odd");
    list();

    assertThat(registry.findContent("crm", "file:///a.txt")).isEmpty();
    assertThat(registry.findContent("crm", "file:///\"odd\"")).isEmpty();

    ((ObjectNode) lists.at("/resources/0")).remove("description");
    list();
    assertThat(registry.findContent("crm", "file:///a.txt")).isPresent();
  }

  @Test
  void staysRejectedWhenItIsNoLongerListed() {
    reject("file:///b.txt");
    lists.withArray("resources").removeAll();
    list();

    assertThat(registry.findContent("crm", "file:///b.txt")).isEmpty();
    assertThat(registry.findContent("crm", "file:///a.txt").orElseThrow())
        .isInstanceOf(RegisteredTemplate.class);
  }

  private void list() {
    server.lists(lists);
    scene.suspect("crm");
  }

  /** Rejects what is listed now; its digest. */
  private String reject(String uri) {
    assertThat(registry.reject("crm", Optional.of(resource(uri)), "ann"))
        .containsExactly(resource(uri));
    return registry.records("crm").stream()
        .filter(known -> known.key().equals(resource(uri)))
        .map(ItemRecord::digest)
        .findFirst()
        .orElseThrow();
  }

  private static ItemKey resource(String uri) {
    return new ItemKey(ItemKind.RESOURCE, uri);
  }
}
