package dev.sallyport.gateway.resource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.gateway.document.DocumentReader;
import dev.sallyport.gateway.document.InvalidDocumentsException;
import dev.sallyport.identity.resource.Resource;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ResourceDocumentsTest {
  private static final Resource.Key CRM = new Resource.Key("McpServer", "crm");

  @Test
  void readsTheFrameOfEveryDocument() throws InvalidDocumentsException {
    var resources =
        ResourceDocuments.read(
            DocumentReader.yaml(
                "a.yaml",
                """
                apiVersion: sallyport.dev/v1
                kind: McpServer
                metadata: {name: crm, labels: {team: sales}}
                spec: {url: "http://127.0.0.1/mcp"}
                ---
                apiVersion: access.envisionai.dev/v1
                kind: AgentPolicy
                metadata: {name: analyst}
                spec: {}
                """));

    assertThat(resources).extracting(Resource::name).containsExactly("crm", "analyst");
    assertThat(resources.getFirst().labels()).isEqualTo(Map.of("team", "sales"));
    assertThat(resources.getFirst().spec().path("url").asText()).isEqualTo("http://127.0.0.1/mcp");
  }

  @Test
  void needsNoFrameWhereThePathTellsIt() throws InvalidDocumentsException {
    var document = DocumentReader.json("request", "{\"spec\":{\"a\":1}}");

    var resource = ResourceDocuments.read(document, CRM);

    assertThat(resource.key()).isEqualTo(CRM);
    assertThat(resource.apiVersion()).isEqualTo(Resource.API_VERSION);
  }

  @Test
  void refusesADocumentThatContradictsItsPath() throws InvalidDocumentsException {
    var document =
        DocumentReader.json(
            "request", "{\"kind\":\"Provider\",\"metadata\":{\"name\":\"erp\"},\"spec\":{}}");

    assertThatThrownBy(() -> ResourceDocuments.read(document, CRM))
        .hasMessageContaining("/kind: must be McpServer, as in the path")
        .hasMessageContaining("/metadata/name: must be crm, as in the path");
  }

  @ParameterizedTest
  @MethodSource
  void refuses(String text, String mistake) {
    assertThatThrownBy(() -> ResourceDocuments.read(DocumentReader.yaml("a.yaml", text)))
        .isInstanceOf(InvalidDocumentsException.class)
        .hasMessageContaining(mistake);
  }

  static Stream<Arguments> refuses() {
    var frame = "apiVersion: sallyport.dev/v1\nkind: McpServer\nmetadata: {name: crm}\n";
    return Stream.of(
        Arguments.of("- a\n- b\n", "a.yaml:1: must be an object with apiVersion"),
        Arguments.of("text", "a.yaml:1: must be an object with apiVersion"),
        Arguments.of(frame, "a.yaml:1: /spec: must be an object with fields"),
        Arguments.of(frame + "spec: []\n", "a.yaml:4: /spec: must be an object with fields"),
        Arguments.of(
            frame + "spce: {}\n", "a.yaml:4: /spce: is not a field here; did you mean spec?"),
        Arguments.of(frame + "spec: {}\nstatus: {}\n", "a.yaml:5: /status: is not a field here"),
        Arguments.of(
            "apiVersion: sallyport.dev/v2\nkind: McpServer\nmetadata: {name: crm}\nspec: {}\n",
            "a.yaml:1: /apiVersion: must be sallyport.dev/v1"),
        Arguments.of(
            "apiVersion: access.envisionai.dev/v1\nkind: McpServer\nmetadata: {name: a}\nspec: {}",
            "a.yaml:1: /apiVersion: must be sallyport.dev/v1"),
        Arguments.of(
            "kind: McpServer\nmetadata: {name: crm}\nspec: {}\n", "/apiVersion: must be a text"),
        Arguments.of(
            "apiVersion: sallyport.dev/v1\nkind: 7\nmetadata: {name: crm}\nspec: {}\n",
            "a.yaml:2: /kind: must be a text"),
        Arguments.of(
            "apiVersion: sallyport.dev/v1\nkind: McpServer\nmetadata: {name: CRM}\nspec: {}\n",
            "a.yaml:3: /metadata/name: a name is 1 to 63 of a-z 0-9"),
        Arguments.of(
            "apiVersion: sallyport.dev/v1\nkind: McpServer\nmetadata: {nmae: crm}\nspec: {}\n",
            "a.yaml:3: /metadata/nmae: is not a field here; did you mean name?"),
        Arguments.of(
            "apiVersion: sallyport.dev/v1\nkind: McpServer\nspec: {}\n",
            "/metadata: must be an object with a name"),
        Arguments.of(
            "apiVersion: sallyport.dev/v1\nkind: A\nmetadata: {name: a, labels: {b: 1}}\nspec: {}",
            "a.yaml:3: /metadata/labels/b: must be a text"));
  }

  @Test
  void tellsTheMistakesOfAllDocuments() {
    assertThatThrownBy(
            () -> ResourceDocuments.read(DocumentReader.yaml("a.yaml", "kind: A\n---\nkind: B\n")))
        .hasMessageContaining("a.yaml:1:")
        .hasMessageContaining("a.yaml:3:");
  }
}
