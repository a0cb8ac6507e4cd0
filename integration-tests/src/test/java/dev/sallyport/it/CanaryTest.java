package dev.sallyport.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.sallyport.gateway.server.DataDirectory;
import dev.sallyport.gateway.testing.TestingGateway;
import dev.sallyport.it.ProductProcess.Addresses;
import dev.sallyport.sandbox.process.Isolation;
import dev.sallyport.vault.testing.Received;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * CV-04, CV-16, CV-17: secrets that were lent to servers and a model which say them wherever they
 * can, and what callers prove themselves with, are nowhere but in their homes: not in an answer, a
 * metric, the name of a thread, what commands and administrators are shown, or a file. A backup of
 * the store is a copy of the data directory, so what is searched there is searched of it.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CanaryTest {
  /** A text that is no secret, and is to be found in all places that are searched. */
  private static final String WITNESS = "witness-4r8kz2qv";

  /** How much of a key is not secret. */
  private static final int KEY_ID_LENGTH = "spk_abcdefghijkl_".length();

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Canary HEADER = new Canary("the header", "hdr-7Qx/9z\"Zk+Tw%4~b=Lm\\2");
  private static final Canary VARIABLE = new Canary("the variable", "env-Pd5+hY\"r/8=wKs%2~\\Jv");
  private static final Canary MODEL = new Canary("the model's key", "sk-Vn3/uB\"e+6%x=Gt~\\9Rc");
  private static final List<String> SERVERS = List.of("far", "near", "old", "closed", "open");

  private static final boolean ISOLATED = Isolation.detect().problem().isEmpty();

  private static final List<String> PAGES =
      List.of(
          "/admin/resources",
          "/admin/Credential",
          "/admin/Credential/header",
          "/admin/Credential/variable",
          "/admin/Credential/model",
          "/admin/VirtualKey/ci",
          "/admin/servers",
          "/admin/tools",
          "/admin/status",
          "/admin/evidence?last=1000",
          "/metrics",
          "/openapi",
          "/");

  @TempDir private static Path folder;
  private final CanaryServers servers = new CanaryServers(HEADER);
  private final CanaryModel model = new CanaryModel(MODEL);
  private final CanarySearch search = new CanarySearch();

  @AfterAll
  void close() {
    servers.close();
    model.close();
  }

  @Test
  void findsWhatWasPlantedInAFileInEverySpelling() throws IOException {
    var control = new CanarySearch();
    var planted = Files.createDirectories(folder.resolve("planted"));
    for (var spelling : HEADER.spellings().entrySet()) {
      var text = "\u00ff\0\n" + spelling.getValue() + "\0";
      Files.writeString(planted.resolve(spelling.getKey()), text, StandardCharsets.ISO_8859_1);
    }
    control.keepFiles(folder.resolve("planted"));

    assertThat(control.find(List.of(HEADER)))
        .extracting(CanarySearch.Found::spelling)
        .containsAll(HEADER.spellings().keySet());
    assertThat(control.find(List.of(VARIABLE, MODEL))).isEmpty();
  }

  @Test
  void isNowhereButAtHome() throws Exception {
    var data = folder.resolve("data");
    var canaries = new ArrayList<>(List.of(HEADER, VARIABLE, MODEL));
    try (var product = ProductProcess.up(data, "--log-level", "debug")) {
      var addresses = product.ready();
      var token = Files.readString(DataDirectory.adminToken(data)).strip();
      canaries.add(new Canary("the admin token", token));
      addresses.apply(data, scene());
      var key = key(addresses, data);
      canaries.add(new Canary("the virtual key", key.substring(KEY_ID_LENGTH)));

      awaitTools(agent(addresses, key));
      search.keep("arguments", product.commandLines());
      useTools(addresses, key);
      useModels(addresses, key);
      sendNonsense(addresses, canaries, key, token);
      administer(addresses, data, token);
      search.keep("threads", product.threads());
      assertThat(product.end()).isZero();
      search.keep("standard output", product.output());
      search.keep("standard error", product.errors());
    }
    search.keepFiles(data);

    assertThatAllWasLent();
    assertThatAllIsSearched();
    assertThat(search.find(canaries))
        .extracting(CanarySearch.Found::canary, CanarySearch.Found::where)
        .as("%s", search.find(canaries))
        .containsExactly(tuple("the admin token", "file admin-token"));
  }

  /** What the upstreams recorded holds the canaries, so there was something to leak. */
  private void assertThatAllWasLent() {
    for (var tool : CanaryServers.HTTP_TOOLS) {
      assertThat(servers.heard(tool))
          .as(tool)
          .isNotEmpty()
          .allMatch(call -> call.header("Authorization").equals("Bearer " + HEADER.value()));
    }
    for (var way : CanaryModel.WAYS) {
      assertThat(model.heard())
          .filteredOn(
              request -> TestingGateway.read(request.body()).path("model").asText().equals(way))
          .as(way)
          .extracting(Received::target)
          .contains("/v1/chat/completions", "/v1/messages");
    }
    assertThat(model.heard()).allMatch(request -> request.head().contains(MODEL.value()));
    assertThat(search.all("answer to POST /mcp"))
        .contains("[REDACTED:header]", "[REDACTED:variable]");
    assertThat(search.all("answer to POST /v1/"))
        .contains("[REDACTED:model]", "response.completed");
  }

  /** What is no secret is found in each of the places that are searched. */
  private void assertThatAllIsSearched() {
    for (var place :
        List.of(
            "file store.mv.db",
            "answer to GET /admin/resources",
            "answer to GET /admin/Credential/header",
            "command get Credential",
            "command diff")) {
      assertThat(search.all(place).contains(WITNESS)).as(place).isTrue();
    }
    assertThat(search.all("file evidence/")).contains("spiffe://prod/agent/ci", "near");
    assertThat(search.all("command audit show")).contains("spiffe://prod/agent/ci");
    assertThat(search.all("answer to GET /metrics")).contains("sallyport_");
    assertThat(search.all("threads")).contains("spawner", "egress-timer");
    assertThat(search.all("command apply")).contains(".yaml:5: ");
    assertThat(search.all("standard error")).contains(" INFO ", " DEBUG ");
    assertThat(search.all("arguments")).contains(ISOLATED ? "bwrap" : "sh", "--data");
  }

  private void useTools(Addresses addresses, String key) throws IOException {
    var agent = agent(addresses, key);
    for (var server : SERVERS) {
      agent.stateless("/mcp/" + server, "tools/list", "", "");
      for (var tool : toolsOf(server)) {
        agent.call("/mcp", server + "__" + tool);
        agent.call("/mcp/" + server, tool);
      }
      agent.inSession("/mcp/" + server, toolsOf(server));
    }
    agent.inSession("/mcp", List.of("far__headers", "near__headers", "open__environment"));
  }

  private void useModels(Addresses addresses, String key) throws IOException {
    var agent = agent(addresses, key);
    for (var way : CanaryModel.WAYS) {
      for (var stream : List.of("true", "false")) {
        for (var alias : List.of("openai-", "anthropic-")) {
          agent.post(
              "/v1/chat/completions",
              """
              {"model": "%s", "stream": %s, "messages": [{"role": "user", "content": "hi"}]}
              """
                  .formatted(alias + way, stream));
          agent.post(
              "/v1/responses",
              """
              {"model": "%s", "stream": %s, "input": "hi",
               "tools": [{"type": "mcp", "server_label": "sallyport"}]}
              """
                  .formatted(alias + way, stream));
        }
      }
    }
    agent.get("/v1/models");
  }

  private void sendNonsense(Addresses addresses, List<Canary> canaries, String key, String token)
      throws IOException {
    for (var canary : canaries) {
      var secret = canary.value();
      for (var caller : List.of(agent(addresses, key), admin(addresses, token))) {
        caller.nonsense(secret);
      }
    }
    agent(addresses, token).get("/v1/models");
    admin(addresses, key).get("/admin/status");
  }

  private void administer(Addresses addresses, Path data, String token) throws Exception {
    var admin = admin(addresses, token);
    for (var page : PAGES) {
      admin.get(page);
    }
    for (var broken : CanaryDocuments.brokenJson(HEADER)) {
      admin.post("/admin/apply", broken);
      admin.put("/admin/Credential/header", broken);
    }
    for (var broken : CanaryDocuments.brokenYaml(HEADER)) {
      command(data, "apply", "-f", write(broken));
    }
    command(data, "diff", "-f", write(scene().replace(WITNESS, WITNESS + "-2")));
    command(data, "get", "Credential", "-o", "yaml");
    command(data, "audit", "show", "--last", "1000");
    command(data, "doctor");
  }

  private static String write(String document) throws IOException {
    var file = Files.createTempFile(folder, "document", ".yaml");
    return Files.writeString(file, document).toString();
  }

  private void command(Path data, String... words) throws Exception {
    var arguments = new ArrayList<>(List.of(words));
    arguments.addAll(List.of("--data", data.toString()));
    try (var process = ProductProcess.start(arguments.toArray(String[]::new))) {
      var name = "command " + String.join(" ", words);
      search.keep("arguments of " + name, process.commandLines());
      search.keep(name, process.output());
      process.awaitEnd();
      search.keep(name + " (errors)", process.errors());
    }
  }

  private String scene() {
    return CanaryDocuments.scene(HEADER, VARIABLE, MODEL, WITNESS)
        + CanaryDocuments.server("far", servers.stateless(), "strict")
        + CanaryDocuments.server("near", servers.stateless(), "trusted")
        + CanaryDocuments.server("old", servers.sessions(), "trusted")
        + CanaryDocuments.command("closed", CanaryServers.COMMAND, "strict", ISOLATED)
        + CanaryDocuments.command("open", CanaryServers.COMMAND, "trusted", ISOLATED)
        + CanaryDocuments.provider("openai", model.uri())
        + CanaryDocuments.provider("anthropic", model.uri());
  }

  private static List<String> toolsOf(String server) {
    return server.equals("open") || server.equals("closed")
        ? CanaryServers.STDIO_TOOLS
        : CanaryServers.HTTP_TOOLS;
  }

  /** Makes the key, in the one answer that shows it. */
  private static String key(Addresses addresses, Path data) throws IOException {
    var document =
        TestingGateway.read(
            """
            {"apiVersion": "sallyport.dev/v1", "kind": "VirtualKey", "metadata": {"name": "ci"},
             "spec": {"workload": "spiffe://prod/agent/ci", "expiresAt": "2036-07-22T00:00:00Z"}}
            """);
    return addresses
        .client(data)
        .put("/admin/VirtualKey/ci", document)
        .orFail()
        .findPath("key")
        .asText();
  }

  private CanaryCaller agent(Addresses addresses, String key) {
    return new CanaryCaller(addresses.data(), List.of("Authorization: Bearer " + key), search);
  }

  private CanaryCaller admin(Addresses addresses, String token) {
    return new CanaryCaller(addresses.admin(), List.of("Authorization: Bearer " + token), search);
  }

  private static void awaitTools(CanaryCaller agent) throws IOException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    for (var server : SERVERS) {
      var name = server + "__" + toolsOf(server).getFirst();
      while (!agent.stateless("/mcp", "tools/list", "", "").contains(name)) {
        assertThat(System.nanoTime()).as("never listed: " + name).isLessThan(deadline);
      }
    }
  }
}
