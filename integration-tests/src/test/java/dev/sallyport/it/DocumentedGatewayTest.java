package dev.sallyport.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sallyport.gateway.document.DocumentReader;
import dev.sallyport.gateway.document.InvalidDocumentsException;
import dev.sallyport.gateway.testing.TestingGateway;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What the documents say of a gateway is what a running one does. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DocumentedGatewayTest {
  private static final String CHAT =
      "{\"model\": \"%s\", \"messages\": [{\"role\": \"user\", \"content\": \"x\"}]}";
  private static final String API = Documents.read("docs/api.md");

  @TempDir private static Path folder;
  private TestingGateway gateway;
  private String key;

  /** Begins as the README does, then makes a record and a metric of each form. */
  @BeforeAll
  void begin() {
    gateway = TestingGateway.start(folder);
    var applied = gateway.apply(Documents.read("examples/quickstart.yaml"));
    key = applied.at("/shownOnce/VirtualKey~1quickstart/key").asText();
    assertThat(gateway.post("/v1/chat/completions", key, CHAT.formatted("assistant")).statusCode())
        .isEqualTo(503);
    assertThat(gateway.post("/v1/chat/completions", key, CHAT.formatted("none")).statusCode())
        .isEqualTo(404);
    assertThat(gateway.get("/nowhere", key).statusCode()).isEqualTo(404);
    assertThat(gateway.get("/v1/models", "nothing").statusCode()).isEqualTo(401);
  }

  @AfterAll
  void end() {
    gateway.close();
  }

  @Test
  void everyExampleIsAccepted() throws Exception {
    for (var file : Documents.files("examples", ".yaml")) {
      assertAccepted(file, Files.readString(file));
    }
  }

  @Test
  void everyResourceInADocumentIsAccepted() throws Exception {
    for (var file : Documents.all()) {
      var resources =
          Documents.blocks(Files.readString(file), "yaml").stream()
              .filter(block -> block.startsWith("apiVersion:"))
              .toList();
      if (!resources.isEmpty()) {
        assertAccepted(file, String.join("---\n", resources));
      }
    }
  }

  private void assertAccepted(Path file, String yaml) throws InvalidDocumentsException {
    var documents = JsonNodeFactory.instance.arrayNode();
    DocumentReader.yaml(file.toString(), yaml).forEach(read -> documents.add(read.tree()));

    var reply = gateway.admin().post("/admin/apply?dryRun=true", documents);

    assertThat(reply.status()).as(file + " " + reply.body()).isEqualTo(200);
  }

  @Test
  void everyRouteForAgentsIsThere() {
    var routes = Documents.rows(Documents.section(API, "## Data plane"));

    assertThat(routes).hasSizeGreaterThan(10);
    for (var route : routes) {
      var method = Documents.code(route.get(0)).getFirst();
      var path = Documents.code(route.get(1)).getFirst();
      var real = path.replace("{server}", "notes").replace("{id}", "assistant");
      assertThat(status(method, gateway.data().resolve(real), key))
          .as(method + " " + path)
          .isNotEqualTo(404);
    }
  }

  @Test
  void everyRouteForAdministratorsIsThereAndNoOther() {
    assertThat(
            Documents.rows(Documents.section(API, "## Control plane")).stream()
                .filter(row -> row.getFirst().matches("`[A-Z]+`"))
                .map(row ->
                    Documents.code(row.get(0)).getFirst()
                        + " "
                        + Documents.code(row.get(1)).getFirst()))
        .containsExactlyInAnyOrderElementsOf(gateway.gateway().adminRoutes());
  }

  @Test
  void everyCommandWithCurlCallsARoute() throws IOException {
    var routes = new ArrayList<String>();
    Documents.rows(API).stream()
        .filter(row -> row.getFirst().matches("`[A-Z]+`"))
        .forEach(row -> routes.add(Documents.code(row.get(1)).getFirst()));
    for (var file : Documents.all()) {
      for (var call :
          Documents.matches("curl .*?http://127\\.0\\.0\\.1:808[01]([^\\s\"'?]*)", file(file))
              .toList()) {
        assertThat(routes)
            .as(call.group())
            .anyMatch(route -> call.group(1).matches(route.replaceAll("\\{[a-z]+}", "[^/]+")));
      }
    }
  }

  /** Of TLS and of bundles that are fetched, of which this gateway has none. */
  private static final Set<String> OF_OTHERS =
      Set.of("sallyport_tls_certificate_expiry_seconds", "sallyport_bundle_age_seconds");

  @Test
  void everyMetricIsListedWithItsTypeAndItsLabels() {
    var scraped = metrics();
    var listed =
        Documents.rows(Documents.section(Documents.read("docs/operation.md"), "## Metrics"))
            .stream()
            .filter(row -> row.size() == 4)
            .filter(row -> !OF_OTHERS.contains(Documents.code(row.getFirst()).getFirst()))
            .map(row ->
                Documents.code(row.get(0)).getFirst()
                    + " "
                    + row.get(1)
                    + " "
                    + new TreeSet<>(Documents.code(row.get(2))))
            .toList();

    assertThat(listed)
        .containsExactlyInAnyOrderElementsOf(
            Documents.matches("(?m)^# TYPE (\\S+) (\\S+)$", scraped)
                .map(type ->
                    type.group(1) + " " + type.group(2) + " " + labels(type.group(1), scraped))
                .toList());
  }

  private static Set<String> labels(String metric, String scraped) {
    Set<String> labels = new TreeSet<>();
    Documents.matches("(?m)^" + metric + "(?:_[a-z]+)?\\{(.*)}", scraped)
        .flatMap(sample -> Documents.matches("([a-z_]+)=\"", sample.group(1)))
        .forEach(label -> labels.add(label.group(1)));
    labels.remove("le");
    return labels;
  }

  /** Fields of calls of tools and of approvals, of which this gateway has none. */
  private static final Set<String> OF_CALLS =
      Set.of(
          "acr",
          "approval",
          "approved_by",
          "chain",
          "demanded",
          "on_behalf_of",
          "pin",
          "scopes",
          "shadow",
          "signed_in_at",
          "user_authority",
          "user_rule");

  @Test
  void everyFieldOfEvidenceIsListed() {
    var found = new HashSet<String>();
    gateway
        .admin()
        .get("/admin/evidence?last=10000")
        .orFail()
        .path("items")
        .forEach(record -> record.fieldNames().forEachRemaining(found::add));

    assertThat(
            Documents.rows(
                    Documents.section(Documents.read("docs/security.md"), "## Evidence records"))
                .stream()
                .map(row -> Documents.code(row.getFirst()).getFirst())
                .filter(field -> !OF_CALLS.contains(field)))
        .containsExactlyInAnyOrderElementsOf(found);
  }

  private String metrics() {
    var request =
        HttpRequest.newBuilder(gateway.gateway().admin().resolve("/metrics"))
            .header("Authorization", "Bearer " + gateway.adminToken());
    return gateway.send(request.build()).body();
  }

  private int status(String method, URI uri, String token) {
    var body = method.equals("POST") ? BodyPublishers.ofString("{}") : BodyPublishers.noBody();
    return gateway
        .send(
            HttpRequest.newBuilder(uri)
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .method(method, body)
                .build())
        .statusCode();
  }

  private static String file(Path file) throws IOException {
    return Files.readString(file);
  }
}
