package dev.sallyport.mcp.fault;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sallyport.identity.audit.EvidenceLedger;
import dev.sallyport.identity.audit.EvidenceReader;
import dev.sallyport.identity.audit.LedgerConfig;
import dev.sallyport.identity.audit.LedgerVerifier;
import dev.sallyport.identity.audit.Verification;
import dev.sallyport.identity.resource.Resource;
import dev.sallyport.identity.testing.FixedAuthority;
import dev.sallyport.identity.testing.TestingClock;
import dev.sallyport.identity.testing.TestingSigningKeys;
import dev.sallyport.mcp.testing.Fault;
import dev.sallyport.mcp.testing.FaultyHttpServer;
import dev.sallyport.mcp.testing.FaultyProcess;
import dev.sallyport.mcp.testing.FaultyServer;
import dev.sallyport.mcp.testing.McpCaller;
import dev.sallyport.mcp.testing.McpCaller.Answer;
import dev.sallyport.mcp.testing.TestingBroker;
import dev.sallyport.mcp.testing.TestingMcpServer;
import dev.sallyport.mcp.testing.TestingMcpServer.Era;
import dev.sallyport.mcp.upstream.Guard;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A broker behind its door, with a ledger, a good server, and one that goes wrong at a time. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class FaultScene {
  /** How long a server may take for an answer where a test waits for the end of that. */
  static final Duration SOON = Duration.ofSeconds(3);

  /** The same where a process is to start meanwhile. */
  static final Duration LATE = Duration.ofSeconds(10);

  static final int MOST = 8;
  static final int SHARE = 6;

  private static final JsonMapper JSON = new JsonMapper();
  private static final String GOOD = "good";
  private static final int WARMING = 100;
  private static final int MEASURED = 9;
  private static final int FACTOR = 10;
  private static final Duration FLOOR = Duration.ofSeconds(1);

  @TempDir private static Path folder;
  private final TestingMcpServer good = TestingMcpServer.speaking(Era.SESSIONS).withEcho("echo");
  final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private EvidenceLedger ledger;
  TestingBroker broker;
  McpCaller alice;
  McpCaller bob;
  private int registered;

  /** How a server is reached. */
  enum Reach {
    /** Over HTTP, in sessions of 2025-11-25. */
    HTTP_IN_SESSIONS,
    /** Over HTTP, without sessions, as 2026-07-28 has it. */
    HTTP_WITHOUT_SESSIONS,
    /** Over standard input and output. */
    STDIO;

    FaultyServer start() {
      return switch (this) {
        case HTTP_IN_SESSIONS -> new FaultyHttpServer(Era.SESSIONS);
        case HTTP_WITHOUT_SESSIONS -> new FaultyHttpServer(Era.STATELESS);
        case STDIO -> new FaultyProcess();
      };
    }
  }

  @BeforeAll
  void open() throws IOException {
    var clock = new TestingClock();
    ledger = EvidenceLedger.open(LedgerConfig.in(folder), new TestingSigningKeys(), clock);
    broker = new TestingBroker(FixedAuthority.allowingAll(), ledger);
    broker.register(GOOD, good, "trusted");
    alice = broker.client("alice");
    bob = broker.client("bob");
    for (int i = 0; i < WARMING; i++) {
      callGood();
    }
  }

  @AfterAll
  void close() throws IOException {
    broker.close();
    good.close();
    threads.close();
    ledger.close();
    assertThat(LedgerVerifier.verify(folder))
        .isInstanceOfSatisfying(
            Verification.Verified.class,
            verified -> assertThat(verified.signedRecords()).isEqualTo(verified.records()));
    assertThat(records().toString()).doesNotContain(Fault.LEAK);
  }

  /** Registers a server under a name of its own. */
  String register(FaultyServer server, Duration deadline) {
    registered++;
    var name = "bad" + registered;
    var spec = server.spec().put("approval", "auto").put("quarantine", "trusted");
    spec.put("maxConcurrent", MOST).put("maxConcurrentPerPrincipal", SHARE);
    spec.put("timeoutSeconds", deadline.toSeconds());
    broker.register(name, spec);
    return name;
  }

  void remove(String server) {
    broker.remove(new Resource.Key("McpServer", server));
  }

  /** An answer, and how long it took. */
  record Timed(Answer answer, Duration took) {
    JsonNode result() {
      return answer.json().path("result");
    }

    /** What a model reads of it. */
    String text() {
      return result().at("/content/0/text").asText();
    }

    /** Why it was refused; empty if it was not. */
    String code() {
      return result().at("/structuredContent/code").asText();
    }

    /** All of it that a caller can see. */
    String all() {
      return answer.response().headers().map() + answer.response().body();
    }
  }

  static Timed timed(Supplier<Answer> call) {
    long began = System.nanoTime();
    var answer = call.get();
    return new Timed(answer, Duration.ofNanos(System.nanoTime() - began));
  }

  Timed callFaulty(McpCaller caller, String server, Fault fault) {
    var arguments = JSON.createObjectNode().put("fault", fault.name());
    return timed(() -> caller.call(server + "__faulty", arguments));
  }

  CompletableFuture<Timed> beginFaulty(McpCaller caller, String server, Fault fault) {
    return CompletableFuture.supplyAsync(() -> callFaulty(caller, server, fault), threads);
  }

  Timed callSteady(McpCaller caller, String server) {
    return timed(() -> caller.call(server + "__steady", JSON.createObjectNode()));
  }

  /** Calls the steady tool until the server is there again. */
  void awaitSteady(McpCaller caller, String server) {
    while (!callSteady(caller, server).text().equals("steady")) {
      Thread.onSpinWait();
    }
  }

  void assertSteady(McpCaller caller, String server) {
    var answer = callSteady(caller, server);
    assertThat(answer.text()).as(answer.all()).isEqualTo("steady");
    assertThat(answer.result().path("isError").asBoolean()).isFalse();
  }

  private Duration callGood() {
    var said = timed(() -> alice.call(GOOD + "__echo", JSON.createObjectNode().put("text", "hi")));
    assertThat(said.result().path("structuredContent").toString()).isEqualTo("{\"text\":\"hi\"}");
    return said.took();
  }

  /** The median of what some calls of the good server take. */
  Duration latencyOfTheGood() {
    var took = new ArrayList<Duration>();
    for (int i = 0; i < MEASURED; i++) {
      took.add(callGood());
    }
    return took.stream().sorted().toList().get(MEASURED / 2);
  }

  static void assertSame(Duration before, Duration during) {
    assertThat(during).isLessThan(before.multipliedBy(FACTOR).plus(FLOOR));
  }

  Guard.State load(String server) {
    return Objects.requireNonNull(broker.registry.loads().get(server));
  }

  /** All records, of which every one is as it was written. */
  List<JsonNode> records() {
    try {
      assertThat(LedgerVerifier.verify(folder)).isInstanceOf(Verification.Verified.class);
      var records = new ArrayList<JsonNode>();
      new EvidenceReader(folder).forEach(records::add);
      return records;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The records of all calls of the faulty tool of a server, in order. */
  List<JsonNode> recordsOfFaulty(String server) {
    var calls = new ArrayList<String>();
    var found = new ArrayList<JsonNode>();
    for (var record : records()) {
      var target = record.path("target");
      if (target.path("server").asText().equals(server)
          && target.path("tool").asText().equals("faulty")) {
        calls.add(record.path("call_id").asText());
      }
      if (calls.contains(record.path("call_id").asText())) {
        found.add(record);
      }
    }
    return found;
  }
}
