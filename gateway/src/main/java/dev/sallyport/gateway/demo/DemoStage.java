package dev.sallyport.gateway.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.gateway.cli.AdminClient;
import dev.sallyport.gateway.config.ConfigKey;
import dev.sallyport.gateway.config.ConfigLoader;
import dev.sallyport.gateway.config.Environment;
import dev.sallyport.gateway.config.GatewayConfig;
import dev.sallyport.gateway.config.InvalidConfigException;
import dev.sallyport.gateway.demo.peer.CrmServer;
import dev.sallyport.gateway.demo.peer.NotesServer;
import dev.sallyport.gateway.demo.peer.ScriptedModel;
import dev.sallyport.gateway.server.Gateway;
import dev.sallyport.gateway.server.StartException;
import dev.sallyport.identity.audit.EvidenceReader;
import dev.sallyport.identity.audit.LedgerVerifier;
import dev.sallyport.identity.audit.Verification;
import dev.sallyport.sandbox.process.Isolation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** All the real parts of the demo, running: servers, model, gateway, and an agent. */
final class DemoStage implements AutoCloseable {
  private static final JsonMapper MAPPER = new JsonMapper();
  private static final String AUDIENCE = "sallyport-demo";
  private static final int INVALID = 422;
  private static final Duration LOOK_AGAIN = Duration.ofMillis(100);
  private static final Duration SETTLE = Duration.ofSeconds(30);

  private final HttpClient http = HttpClient.newHttpClient();
  private final InstantSource clock;
  private final Path data;
  private final List<AutoCloseable> parts = new ArrayList<>();
  private final DemoIdentity identity = DemoIdentity.create();
  private final Secrets secrets = Secrets.create();
  private final SecretSearch search = new SecretSearch();
  private final Isolation isolation = Isolation.detect();
  private final URI crm;
  private final long crmProcess;
  private DemoModel model;
  private String problem = "";
  private final Gateway gateway;
  private final AdminClient admin;
  private final AgentClient agent;

  private DemoStage(Environment environment, InstantSource clock, Ports ports)
      throws IOException, StartException {
    this.clock = clock;
    this.data = Files.createTempDirectory("sallyport-demo-");
    try {
      var server =
          part(
              DemoProcess.start(
                  DemoProcess.command(CrmServer.class), Map.of("CRM_TOKEN", secrets.crm())));
      this.crm = address(server);
      this.crmProcess = server.pid();
      this.model = model(environment);
      this.gateway = part(Gateway.start(config(ports), environment, clock, "demo"));
      var token = Files.readString(gateway.adminTokenFile()).strip();
      this.admin = new AdminClient(gateway.admin(), token);
      this.agent = new AgentClient(http, gateway.data(), svid(), search::keep);
      search.lent("crm", secrets.crm());
      search.lent("notes", secrets.notes());
      apply();
    } catch (IOException | StartException | RuntimeException e) {
      close();
      throw e;
    }
  }

  static DemoStage open(Environment environment, InstantSource clock, Ports ports)
      throws IOException, StartException {
    return new DemoStage(environment, clock, ports);
  }

  private <T extends AutoCloseable> T part(T part) {
    parts.add(part);
    return part;
  }

  private static URI address(DemoProcess process) throws IOException {
    var line = process.firstLine();
    return URI.create(line.substring(line.lastIndexOf(' ') + 1));
  }

  private DemoModel model(Environment environment) throws IOException {
    var real = DemoModel.fromEnvironment(environment);
    return real.isPresent() ? real.get() : scriptedModel();
  }

  private DemoModel scriptedModel() throws IOException {
    var process =
        part(
            DemoProcess.start(
                DemoProcess.command(ScriptedModel.class), Map.of("MODEL_KEY", secrets.model())));
    return DemoModel.scripted(address(process), secrets.model());
  }

  /** Puts the scripted model in the place of one that does not answer. */
  void useScriptedModel() throws IOException {
    model = scriptedModel();
    keep(admin.post("/admin/apply", new DemoResources().model(model).documents()));
    search.lent("the model", model.key());
  }

  private GatewayConfig config(Ports ports) {
    var flags =
        Map.of(
            ConfigKey.DATA,
            data.toString(),
            ConfigKey.LISTEN_PORT,
            String.valueOf(ports.data()),
            ConfigKey.ADMIN_PORT,
            String.valueOf(ports.admin()),
            ConfigKey.AUDIENCE,
            AUDIENCE,
            ConfigKey.QUARANTINE_MODEL,
            DemoResources.MODEL_ALIAS,
            ConfigKey.LOG_LEVEL,
            "error");
    try {
      return ConfigLoader.load(Optional.empty(), new Environment(Map.of()), flags);
    } catch (InvalidConfigException e) {
      throw new IllegalStateException("the demo's own settings are wrong", e);
    }
  }

  private ArrayNode documents(DemoModel served) {
    var isolated = isolation.problem().isEmpty();
    return new DemoResources()
        .trustDomain(identity.bundle())
        .httpServer("crm", crm, secrets.crm(), "strict")
        .stdioServer(
            "notes",
            DemoProcess.command(NotesServer.class),
            DemoProcess.readable(),
            secrets.notes(),
            isolated ? "bwrap" : "none")
        .model(served)
        .policy()
        .documents();
  }

  private void apply() throws IOException {
    var reply = admin.post("/admin/apply", documents(model));
    if (reply.status() == INVALID && !model.bundled()) {
      problem =
          model.variable()
              + " holds no usable key. The demo goes on with the scripted model; mend or unset it.";
      model = scriptedModel();
      reply = admin.post("/admin/apply", documents(model));
    }
    keep(reply);
    search.lent(model.bundled() ? "the model" : model.variable(), model.key());
    gateway.awaitServers(SETTLE);
  }

  private JsonNode keep(AdminClient.Reply reply) {
    search.keep(reply.body().toString());
    return reply.orFail();
  }

  /** Says how the server's output is to reach the agent. */
  void setQuarantine(String mode) {
    var stored = (ObjectNode) keep(admin.get("/admin/McpServer/crm"));
    ((ObjectNode) stored.path("spec")).put("quarantine", mode);
    var document = JsonNodeFactory.instance.objectNode();
    for (var field : List.of("apiVersion", "kind", "metadata", "spec")) {
      document.set(field, stored.get(field));
    }
    keep(admin.put("/admin/McpServer/crm", document));
    gateway.awaitServers(SETTLE);
  }

  /** What administrators have decided about a tool of the CRM server. */
  String statusOf(String tool) {
    for (var item : keep(admin.get("/admin/tools")).path("items")) {
      if (item.path("server").asText().equals("crm") && item.path("tool").asText().equals(tool)) {
        return item.path("status").asText();
      }
    }
    return "unknown";
  }

  /** An agent who says that it is ours, by a token that another key signed. */
  AgentClient impostor() {
    var token = DemoIdentity.create().svid(DemoResources.AGENT_PATH, AUDIENCE, clock.instant());
    return new AgentClient(http, gateway.data(), token, search::keep);
  }

  /** How many exports the CRM server has carried out. */
  int exports() throws IOException, InterruptedException {
    var request = HttpRequest.newBuilder(crm.resolve("/exports")).build();
    return MAPPER
        .readTree(http.send(request, BodyHandlers.ofString()).body())
        .path("exports")
        .size();
  }

  /** The record in which the order was planted, as its server sends it. */
  JsonNode plantedRecord() throws IOException, InterruptedException {
    var call =
        MAPPER.readTree(
            """
            {"jsonrpc":"2.0","id":1,"method":"tools/call",
             "params":{"name":"get_account","arguments":{"id":"A-1003"}}}
            """);
    var request =
        HttpRequest.newBuilder(crm)
            .header("Authorization", "Bearer " + secrets.crm())
            .header("Content-Type", "application/json")
            .header("Accept", "application/json, text/event-stream")
            .POST(BodyPublishers.ofString(call.toString()))
            .build();
    var answer = MAPPER.readTree(http.send(request, BodyHandlers.ofString()).body());
    return answer.at("/result/structuredContent");
  }

  String svid() {
    return identity.svid(DemoResources.AGENT_PATH, AUDIENCE, clock.instant());
  }

  /** A key for clients that have no SVID, with the agent's rights. */
  String key() {
    var key = JsonNodeFactory.instance.objectNode().put("workload", DemoResources.AGENT);
    var document =
        JsonNodeFactory.instance
            .objectNode()
            .put("apiVersion", "sallyport.dev/v1")
            .put("kind", "VirtualKey");
    document.putObject("metadata").put("name", "demo");
    key.put("expiresAt", clock.instant().plus(Duration.ofDays(1)).toString());
    document.set("spec", key);
    return admin.put("/admin/VirtualKey/demo", document).orFail().findPath("key").asText();
  }

  /** Looks for the lent secrets in all answers so far, and in the gateway's data. */
  SecretSearch.Found searchForSecrets() throws IOException {
    return search.in(data);
  }

  /** Verifies the evidence, once the last of it is signed, which takes about a second. */
  Verification verifyEvidence() throws IOException, InterruptedException {
    var keys = List.of(admin.get("/admin/evidence/key").orFail().path("key").asText());
    var found = LedgerVerifier.verify(evidence(), keys);
    for (int looks = 0; looks < 30; looks++) {
      if (!(found instanceof Verification.Verified verified)
          || verified.signedRecords() == verified.records()) {
        break;
      }
      Thread.sleep(LOOK_AGAIN);
      found = LedgerVerifier.verify(evidence(), keys);
    }
    return found;
  }

  /** The last records of the evidence, as they are on the disk now. */
  DemoRecords lastEvidence(int count) throws IOException {
    return new DemoRecords(new EvidenceReader(evidence()).last(count));
  }

  private Path evidence() {
    return data.resolve("evidence");
  }

  AgentClient agent() {
    return agent;
  }

  DemoModel model() {
    return model;
  }

  /** Why the user's own model was not taken from the start; empty if nothing was wrong. */
  String modelProblem() {
    return problem;
  }

  long crmProcess() {
    return crmProcess;
  }

  /** How the notes server is held. */
  String isolation() {
    return isolation.problem().isEmpty()
        ? "in a bubblewrap sandbox without network"
        : "NOT isolated: bubblewrap cannot be used here (apt-get install -y bubblewrap)";
  }

  URI gatewayUri() {
    return gateway.data();
  }

  URI adminUri() {
    return gateway.admin();
  }

  Path adminTokenFile() {
    return gateway.adminTokenFile();
  }

  /** Ends all parts, also where an interrupt is why. */
  @Override
  public void close() {
    boolean interrupted = Thread.interrupted();
    endParts();
    deleteData();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void endParts() {
    for (var part : parts.reversed()) {
      try {
        part.close();
      } catch (Exception e) {
        System.err.println("a part of the demo did not end: " + e.getMessage());
      }
    }
    parts.clear();
  }

  private void deleteData() {
    try (var files = Files.walk(data)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException | UncheckedIOException e) {
      System.err.println("the demo's data was left at " + data + ": " + e.getMessage());
    }
  }

  /** Which ports to take; 0 for any free one. */
  record Ports(int data, int admin) {}

  /** What is lent in the demo: made anew each time, so that finding one anywhere is a leak. */
  private record Secrets(String crm, String notes, String model) {
    static Secrets create() {
      return new Secrets(random("crm"), random("notes"), random("model"));
    }

    private static String random(String name) {
      var bytes = new byte[16];
      new SecureRandom().nextBytes(bytes);
      return "canary-" + name + "-" + HexFormat.of().formatHex(bytes);
    }

    @Override
    public String toString() {
      return "Secrets";
    }
  }
}
