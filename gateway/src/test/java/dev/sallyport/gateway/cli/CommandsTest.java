package dev.sallyport.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.gateway.testing.TestingGateway;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CommandsTest {
  @TempDir private static Path data;
  @TempDir private Path folder;
  private TestingGateway gateway;
  private StringWriter out = new StringWriter();
  private StringWriter err = new StringWriter();

  @BeforeAll
  void start() {
    gateway = TestingGateway.start(data);
  }

  @AfterAll
  void stop() {
    gateway.close();
  }

  @BeforeEach
  void clear() {
    out = new StringWriter();
    err = new StringWriter();
  }

  @Test
  void appliesAFolderThenFindsNothingToChange() throws IOException {
    write("policies/a.yaml", policy("a") + "---\n" + policy("b"));
    write("policies/more/c.yml", policy("c"));

    assertThat(run("apply", "-f", folder.resolve("policies").toString())).isZero();
    assertThat(out.toString())
        .isEqualTo(
            """
            created   AgentPolicy/a
            created   AgentPolicy/b
            created   AgentPolicy/c
            """);
    clear();
    assertThat(run("diff", "-f", folder.resolve("policies").toString())).isZero();
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void showsTheDifferencesInADryRun() throws IOException {
    run("apply", "-f", write("p.yaml", policy("dry")));
    var changed = write("p.yaml", policy("dry").replace("fast", "slow"));
    clear();

    assertThat(run("apply", "--dry-run", "-f", changed)).isZero();

    assertThat(out.toString())
        .isEqualTo(
            """
            updated   AgentPolicy/dry
                ~ /spec/models/allow/0: "fast" -> "slow"
            """);
  }

  @Test
  void namesFileLineAndPlaceOfEveryMistakeOfForm() throws IOException {
    var file = write("p.yaml", policy("x").replace("spec:", "spce:") + "---\nkind: 7\n");

    assertThat(run("apply", "-f", file)).isEqualTo(1);

    assertThat(err.toString())
        .contains(file + ":4: /spce: is not a field here; did you mean spec?")
        .contains(file + ":8: /kind: must be a text");
  }

  @Test
  void namesFileLineAndPlaceOfEveryMistakeThatTheGatewayFinds() throws IOException {
    var file =
        write(
            "p.yaml",
            policy("good")
                + "---\n"
                + policy("bad").replace("allow", "alow")
                + "---\n"
                + policy("odd").replace("kind: AgentPolicy", "kind: AgentPolcy"));

    assertThat(run("apply", "-f", file)).isEqualTo(1);

    assertThat(err.toString())
        .contains(file + ":16: /kind: there is no kind AgentPolcy; did you mean AgentPolicy?");
    clear();
    var second =
        write("q.yaml", policy("bad").replace("{allow: [fast]}", "{allow: [fast], alow: []}"));
    assertThat(run("apply", "-f", second)).isEqualTo(1);
    assertThat(err.toString()).contains(second + ":6: /spec/models/alow: is not a field here");
  }

  @Test
  void refusesAPolicyThatWouldShowCredentialsWithFileAndLine() throws IOException {
    var file = write("p.yaml", policy("shown") + "  credentials: {expose_to_agent: true}\n");

    assertThat(run("apply", "-f", file)).isEqualTo(1);

    assertThat(err.toString()).contains(file + ":7: /spec/credentials");
  }

  @Test
  void readsFilesThatDocumentsNameBesideTheirOwnFile() throws IOException {
    write("trust/bundle.jwks", gateway.trustDomain().bundle());
    var file =
        write(
            "trust/domain.yaml",
            """
            apiVersion: sallyport.dev/v1
            kind: TrustDomain
            metadata: {name: beside}
            spec: {trustDomain: beside, bundleFile: bundle.jwks}
            """);

    assertThat(run("apply", "-f", file)).as(err.toString()).isZero();
  }

  @Test
  void namesThePlaceOfAMistakeInADocumentThatAServerIsMadeOf() throws IOException {
    var described =
        write("api/api.yaml", "openapi: 3.1.0\nservers: [{url: /v1}]\npaths: {/a: {get: {}}}\n");
    var server =
        """
        apiVersion: sallyport.dev/v1
        kind: McpServer
        metadata: {name: described}
        spec:
          transport: openapi
          documentFile: api.yaml
        """;
    var file = write("api/server.yml", server);

    assertThat(run("apply", "-f", file)).isEqualTo(1);
    assertThat(err.toString())
        .contains(file + ":6: /spec/documentFile: " + described + " /servers/0/url: ")
        .contains("set baseUrl");
    clear();
    write("api/server.yml", server + "  baseUrl: https://api.example/v1\n");
    assertThat(run("apply", "-f", file)).as(err.toString()).isZero();
    assertThat(run("delete", "mcpserver", "described")).isZero();
  }

  @Test
  void printsYamlThatCanBeAppliedAgain() throws IOException {
    run("apply", "-f", write("p.yaml", policy("again")));
    clear();
    assertThat(run("get", "agentpolicy", "again", "-o", "yaml")).isZero();
    var file = write("again.yaml", out.toString());
    clear();

    assertThat(run("apply", "-f", file)).isZero();

    assertThat(out.toString()).isEqualTo("unchanged AgentPolicy/again\n");
  }

  @Test
  void listsAndDeletes() throws IOException {
    run("apply", "-f", write("p.yaml", policy("gone")));
    assertThat(run("get", "agentpolicies")).isZero();
    assertThat(out.toString()).contains("gone");

    assertThat(run("delete", "agentpolicy", "gone")).isZero();
    assertThat(run("delete", "agentpolicy", "gone")).isEqualTo(1);

    assertThat(err.toString()).contains("There is no resource of that kind and name.");
  }

  @Test
  void makesAKeyAndShowsItAlone() {
    assertThat(run("key", "--org", "acme", "--team", "dev", "--expires-at", "2036-01-01T00:00:00Z"))
        .isZero();

    assertThat(out.toString().strip()).startsWith("spk_").doesNotContain(" ");
    assertThat(gateway.get("/v1/models", out.toString().strip()).statusCode()).isEqualTo(200);
  }

  @Test
  void verifiesAndShowsTheEvidenceOfARunningGateway() {
    assertThat(run("audit", "verify")).isZero();
    assertThat(out.toString())
        .startsWith("evidence verified")
        .contains("checked with the key that this gateway's vault holds");
    clear();

    assertThat(run("audit", "show", "--last", "1")).isZero();

    assertThat(out.toString().lines()).hasSize(1);
  }

  @Test
  void findsAFlippedByteInTheEvidence() throws IOException {
    var copy = Files.createDirectories(folder.resolve("copy/evidence"));
    try (var files = Files.list(gateway.dataDirectory().resolve("evidence"))) {
      for (var file : files.toList()) {
        Files.copy(file, copy.resolve(file.getFileName()));
      }
    }
    var segment = copy.resolve("00000000000000000000.records");
    var bytes = Files.readAllBytes(segment);
    bytes[200] ^= 1;
    Files.write(segment, bytes);

    assertThat(run("audit", "verify", "--data", folder.resolve("copy").toString())).isEqualTo(1);

    assertThat(out.toString()).contains("evidence NOT verified").contains("at record");
  }

  /** AU-03: whoever can write the evidence can put a key beside it. */
  @Test
  void doesNotTrustAKeyThatLiesBesideTheEvidence() throws IOException {
    var copy = Files.createDirectories(folder.resolve("moved/evidence"));
    try (var files = Files.list(gateway.dataDirectory().resolve("evidence"))) {
      for (var file : files.toList()) {
        Files.copy(file, copy.resolve(file.getFileName()));
      }
    }
    var data = folder.resolve("moved").toString();
    run("audit", "verify", "--data", data);
    assertThat(out.toString()).contains("signed by keys found beside the evidence");
    clear();

    var other = "sallyport.dev/evidence+6a0e0a3c+AYqsHQ0WyDVhcvDDAiDwBMAd0YnV3jVDnSbQUe0mXR3A";
    assertThat(run("audit", "verify", "--data", data, "--key", other)).isEqualTo(1);
    clear();

    var key = copy.resolve("keys").toString();
    var checkpoints = copy.resolve("checkpoints").toString();
    run("audit", "verify", "--data", data, "--key", key, "--checkpoint", checkpoints);
    assertThat(out.toString()).contains("checked with the keys that --key names");
  }

  @Test
  void saysThatNothingWaitsForApproval() {
    assertThat(run("approve")).isZero();
    assertThat(out.toString()).isEqualTo("Nothing waits.\n");
    assertThat(run("approve", "none")).isEqualTo(1);
    assertThat(err.toString()).contains("There is no McpServer none");
  }

  @Test
  void namesTheServersThatHaveNotAnswered() throws IOException {
    run(
        "apply",
        "-f",
        write(
            "far.yaml",
            """
            apiVersion: sallyport.dev/v1
            kind: McpServer
            metadata: {name: far}
            spec: {transport: streamable-http, url: "http://127.0.0.1:1/mcp"}
            """));
    clear();

    assertThat(run("approve")).isZero();
    assertThat(out.toString()).containsPattern("^Nothing waits.\n(inspecting|unreachable)  far");
    clear();
    assertThat(run("approve", "far")).isEqualTo(1);
    assertThat(err.toString()).contains("so what it has is not known: far");

    assertThat(run("delete", "mcpserver", "far")).isZero();
  }

  @Test
  void takesNoKilledGatewayForARunningOne() throws IOException {
    write("killed/addresses.json", "{\"pid\": 2147483647}");

    run("doctor", "--data", folder.resolve("killed").toString());

    assertThat(out.toString()).contains("gateway      not running");
  }

  @Test
  void showsAWholeResourceThatIsNew() throws IOException {
    run("diff", "-f", write("p.yaml", policy("new")));

    assertThat(out.toString())
        .startsWith("created   AgentPolicy/new\n    + {\"apiVersion\":\"sallyport.dev/v1\"");
  }

  @Test
  void looksWhetherTheMachineHasWhatIsNeeded() {
    run("doctor");

    assertThat(out.toString())
        .contains("java", "clock", "data", "running on this directory", "evidence verified");
  }

  @Test
  void saysHowToStartAGatewayWhereNoneRuns() {
    var nowhere = folder.resolve("none").toString();

    assertThat(run("get", "--data", nowhere)).isEqualTo(1);

    assertThat(err.toString())
        .contains("No gateway runs on the data directory " + nowhere)
        .contains("sallyport up");
  }

  @Test
  void saysWhichConfigurationItCannotStartWith() throws IOException {
    var file = write("gateway.yaml", "listen:\n  prt: 1\n");

    assertThat(run("up", "--config", file, "--admin-port", "x")).isEqualTo(1);

    assertThat(err.toString())
        .contains(file + ":2: listen.prt is not a key; did you mean listen.port?")
        .contains("--admin-port: admin.port is \"x\", must be a whole number from 0 to 65535")
        .doesNotContain("\tat ");
  }

  @Test
  void saysInOneSentenceWhyItCannotStart() {
    assertThat(run("up", "--port", "0", "--admin-port", "0")).isEqualTo(1);

    assertThat(err.toString().lines())
        .containsExactly(
            "Another gateway is running on the data directory "
                + gateway.dataDirectory()
                + "; stop it, or give this one a directory of its own with --data.");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "up",
        "apply",
        "get",
        "diff",
        "delete",
        "approve",
        "key",
        "audit",
        "audit verify",
        "audit show",
        "doctor"
      })
  void hasHelpWithAnExample(String command) {
    assertThat(run((command + " --help").split(" "))).isZero();

    assertThat(out.toString()).contains("Usage: sallyport " + command).contains("Example:");
  }

  @Test
  void tellsItsVersionAndItsCommands() {
    assertThat(run("--version")).isZero();
    assertThat(run()).isZero();
    assertThat(out.toString()).contains("sallyport testing").contains("Commands:");
  }

  private int run(String... arguments) {
    return TestingCommands.run(gateway.dataDirectory(), out, err, arguments);
  }

  private String write(String name, String text) throws IOException {
    var file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text).toString();
  }

  private static String policy(String name) {
    return """
    apiVersion: sallyport.dev/v1
    kind: AgentPolicy
    metadata: {name: %s}
    spec:
      identity: {workload: "spiffe://prod/agent/%s"}
      models: {allow: [fast]}
    """
        .formatted(name, name);
  }
}
