package dev.sallyport.mcp.registry;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.mcp.wire.Json;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Definitions that a client would refuse, and with them the list that they stand in. */
class ShapeTest {
  private static final String WHOLE =
      """
      {"tools": [
         {"name": "7", "title": "Pay", "description": "Pays.",
          "icons": [{"src": "https://a.example/i.png", "mimeType": "image/png",
                     "sizes": ["48x48"], "theme": "dark"}],
          "inputSchema": {"type": "object", "properties": {"to": true}, "required": ["to"]},
          "outputSchema": {"type": "object", "$schema": "https://json-schema.org/draft/2020-12/schema"},
          "annotations": {"title": "Pay", "readOnlyHint": false, "destructiveHint": true,
                          "idempotentHint": true, "openWorldHint": false},
          "execution": {"taskSupport": "optional"},
          "_meta": {"a": 1}, "later": 7},
         {"name": "least", "inputSchema": {"type": "object"}}],
       "prompts": [
         {"name": "7", "title": "Sum", "description": "Sums.", "icons": [], "_meta": {},
          "arguments": [{"name": "of", "title": "Of", "description": "What.", "required": true}]},
         {"name": "least"}],
       "resources": [
         {"uri": "crm://a", "name": "a", "title": "A", "description": "A.", "icons": [],
          "mimeType": "text/plain", "size": 12, "_meta": {},
          "annotations": {"audience": ["user", "assistant"], "priority": 0.5,
                          "lastModified": "2026-01-01T00:00:00Z"}},
         {"uri": "crm://least", "name": "least"}],
       "resourceTemplates": [
         {"uriTemplate": "7", "name": "t", "title": "T", "description": "T.", "icons": [],
          "mimeType": "text/plain", "annotations": {"priority": 1}, "_meta": {}},
         {"uriTemplate": "crm://least/{id}", "name": "least"}]}
      """;

  private final TestingListing server = new TestingListing();
  private final RegistryScene scene = new RegistryScene();

  @AfterEach
  void close() {
    scene.close();
    server.close();
  }

  @Test
  void isThatOfWhatMcpSaysWithAllMembersOrTheLeast() throws Exception {
    server.lists(whole());

    scene.register("crm", RegistryScene.spec(server.url(), "auto"));

    assertThat(scene.registry.status("crm").orElseThrow().unfit()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      textBlock =
          """
          /tools/0/name|7
          /tools/0/title|7
          /tools/0/title|null
          /tools/0/description|7
          /tools/0/description|null
          /tools/0/icons|"i.png"
          /tools/0/icons|null
          /tools/0/icons/0|"i.png"
          /tools/0/icons/0|{}
          /tools/0/icons/0/src|7
          /tools/0/icons/0/mimeType|7
          /tools/0/icons/0/sizes|"48x48"
          /tools/0/icons/0/sizes/0|48
          /tools/0/icons/0/theme|"red"
          /tools/0/inputSchema/type|"array"
          /tools/0/inputSchema/type|["object"]
          /tools/0/inputSchema|{}
          /tools/0/outputSchema|true
          /tools/0/outputSchema|null
          /tools/0/annotations|"safe"
          /tools/0/annotations|null
          /tools/0/annotations/title|7
          /tools/0/annotations/readOnlyHint|"true"
          /tools/0/annotations/destructiveHint|1
          /tools/0/annotations/idempotentHint|null
          /tools/0/annotations/openWorldHint|[]
          /tools/0/execution|"optional"
          /tools/0/execution/taskSupport|"always"
          /tools/0/_meta|7
          /tools/0/_meta|null
          /prompts/0/name|7
          /prompts/0/title|7
          /prompts/0/description|7
          /prompts/0/icons|7
          /prompts/0/_meta|[]
          /prompts/0/arguments|"of"
          /prompts/0/arguments|null
          /prompts/0/arguments/0|"of"
          /prompts/0/arguments/0|{}
          /prompts/0/arguments/0/name|7
          /prompts/0/arguments/0/title|7
          /prompts/0/arguments/0/description|7
          /prompts/0/arguments/0/required|"true"
          /resources/0/name|7
          /resources/0/title|7
          /resources/0/description|7
          /resources/0/icons|7
          /resources/0/mimeType|7
          /resources/0/size|"12"
          /resources/0/size|null
          /resources/0/annotations|"old"
          /resources/0/annotations/audience|"user"
          /resources/0/annotations/audience/0|"nobody"
          /resources/0/annotations/priority|"1"
          /resources/0/annotations/priority|1.5
          /resources/0/annotations/priority|-0.5
          /resources/0/annotations/lastModified|7
          /resources/0/_meta|7
          /resourceTemplates/0/uriTemplate|7
          /resourceTemplates/0/name|7
          /resourceTemplates/0/title|7
          /resourceTemplates/0/description|7
          /resourceTemplates/0/icons|7
          /resourceTemplates/0/mimeType|7
          /resourceTemplates/0/annotations|"old"
          /resourceTemplates/0/_meta|7
          """,
      delimiter = '|')
  void hidesWhatIsOfAnotherFormAndNothingBesideIt(String at, String value) throws Exception {
    var lists = whole();
    set(lists, at, value);
    server.lists(lists);

    scene.register("crm", RegistryScene.spec(server.url(), "auto"));

    assertThat(scene.registry.status("crm").orElseThrow().unfit())
        .hasSize(1)
        .containsValue("malformed_definition");
    assertThat(scene.registry.tools("crm")).extracting(RegisteredTool::name).contains("least");
  }

  @ParameterizedTest
  @CsvSource({"/resources/0,crm://a", "/resourceTemplates/0,7"})
  void hidesWhatHasNoName(String at, String key) throws Exception {
    var lists = whole();
    ((ObjectNode) lists.at(at)).remove("name");
    server.lists(lists);

    scene.register("crm", RegistryScene.spec(server.url(), "auto"));

    assertThat(scene.registry.status("crm").orElseThrow().unfit())
        .hasSize(1)
        .hasEntrySatisfying(
            (at.contains("Templates") ? "template:" : "resource:") + key,
            why -> assertThat(why).isEqualTo("malformed_definition"));
  }

  /** The size of a resource is no part of what is pinned. */
  @Test
  void isLookedAtAlsoWhereWhatIsPinnedIsKnown() throws Exception {
    server.lists(whole());
    scene.register("crm", RegistryScene.spec(server.url(), "auto"));
    var lists = whole();
    set(lists, "/resources/0/size", "\"12\"");
    server.lists(lists);

    scene.suspect("crm");

    assertThat(scene.registry.resources("crm"))
        .extracting(RegisteredResource::uri)
        .containsExactly("crm://least");
  }

  private static ObjectNode whole() throws Exception {
    return (ObjectNode) TestingListing.JSON.readTree(WHOLE);
  }

  private static void set(ObjectNode lists, String at, String value) throws Exception {
    int slash = at.lastIndexOf('/');
    var holder = lists.at(at.substring(0, slash));
    var member = at.substring(slash + 1);
    var node = TestingListing.JSON.readTree(value);
    if (holder instanceof ObjectNode object) {
      object.set(member, node);
    } else {
      ((ArrayNode) holder).set(Integer.parseInt(member), node);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"type\":\"object\",\"required\":[\"a\"]} | true",
        "{\"type\":\"array\"} | false",
        "{} | false",
        "{\"type\":\"object\",\"$schema\":7} | false",
        "{\"type\":\"object\",\"properties\":[]} | false",
        "{\"type\":\"object\",\"required\":[7]} | false"
      })
  void tellsWhichSchemasOfResultsEveryClientTakes(String schema, boolean taken) throws Exception {
    var json = Json.parseResult(schema.getBytes(StandardCharsets.UTF_8));
    assertThat(Shape.isOfObjects(json)).isEqualTo(taken);
  }
}
