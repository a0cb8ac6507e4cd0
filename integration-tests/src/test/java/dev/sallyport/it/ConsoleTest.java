package dev.sallyport.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.gateway.testing.TestingGateway;
import dev.sallyport.mcp.testing.TestingMcpServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/**
 * R13: the address of a held call, opened in a browser. Where this machine has no Chromium, the
 * tests say so and look at nothing; in CI they fail.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(600)
class ConsoleTest {
  private static final Duration SETTLE = Duration.ofSeconds(20);
  private static final JsonMapper JSON = new JsonMapper();
  private static final String MARKUP = "<img src=x onerror=document.title='turned'>";
  private static final String UNKNOWN = "00000000-0000-7000-8000-000000000000";

  /** Where pictures are left, and what a browser remembers. */
  private static final Path TARGET = Path.of("target", "console");

  private final TestingMcpServer server =
      TestingMcpServer.speaking(TestingMcpServer.Era.STATELESS).withEcho("write");
  private TestingGateway gateway;
  private String token = "";
  private Optional<Browser> browser = Optional.empty();

  @BeforeAll
  void open(@TempDir Path folder) throws IOException {
    gateway = TestingGateway.start(folder);
    gateway.apply(
        """
        apiVersion: sallyport.dev/v1
        kind: AgentPolicy
        metadata: {name: ci}
        spec:
          identity: {workload: 'spiffe://prod/agent/ci'}
          tools: [{resource: far, actions: ['*'], approve: [write]}]
        ---
        apiVersion: sallyport.dev/v1
        kind: McpServer
        metadata: {name: far}
        spec: {transport: streamable-http, url: '%s', approval: auto, quarantine: trusted}
        """
            .formatted(server.url()));
    assertThat(gateway.gateway().awaitServers(SETTLE)).isTrue();
    token = Files.readString(gateway.dataDirectory().resolve("admin-token")).strip();
    browser = browser();
  }

  /** A browser of this machine, if there is one. */
  static Optional<Browser> browser() throws IOException {
    var program = Browser.program();
    assertThat(program.isPresent() || System.getenv("CI") == null)
        .as("a Chromium to look at the console with, which peers/install obtains")
        .isTrue();
    if (program.isEmpty()) {
      System.err.println("no Chromium is here; the console is not looked at in a browser");
      return Optional.empty();
    }
    var profile = Files.createTempDirectory(Files.createDirectories(TARGET), "profile-");
    return Optional.of(Browser.start(program.get(), profile.toAbsolutePath()));
  }

  @AfterAll
  void close() {
    browser.ifPresent(Browser::close);
    gateway.close();
    server.close();
  }

  /** What is looked at in a browser, if there is one. */
  @FunctionalInterface
  private interface Look {
    void at(Browser page) throws Exception;
  }

  private Stream<DynamicTest> looking(String name, Look look) {
    return browser.stream()
        .map(page -> {
          Executable test = () -> look.at(page);
          return DynamicTest.dynamicTest(name, test);
        });
  }

  @TestFactory
  List<DynamicTest> opensTheCallThatItsAddressNames() {
    return Stream.of(
            looking("read, then approved by hand", this::readsAndApproves),
            looking("what would turn or hide other characters", this::showsWhatIsUnseen),
            looking("nothing of it without a token", this::showsNothingWithoutAToken),
            looking("nothing of it with a wrong token", this::showsNothingWithAWrongToken),
            looking("one that is not there", this::saysThatThereIsNoSuchCall),
            looking("a name that is none", this::ignoresWhatIsNoName),
            looking("one that was decided", this::saysWhatWasDecided),
            looking("all of it, on a narrow screen too", this::hidesNothingBesideTheScreen))
        .flatMap(tests -> tests)
        .toList();
  }

  private void readsAndApproves(Browser page) {
    var id = held(MARKUP);
    var other = held("another");
    page.open(link(id));
    page.submit("token", token);
    page.await("document.querySelector('#calls pre') !== null");
    keep(page, "console-call.png");

    assertThat(page.text()).contains("far/write for spiffe://prod/agent/ci", id, MARKUP);
    assertThat(page.evaluate("document.querySelector('#calls img')").isNull()).isTrue();
    assertThat(page.evaluate("document.title").asText()).isEqualTo("Sallyport");
    assertThat(page.evaluate("document.querySelectorAll('#calls pre').length").asInt())
        .isEqualTo(1);
    assertThat(page.evaluate(box(other) + ".querySelector('button').textContent").asText())
        .isEqualTo("Read");
    assertThat(server.seen("tools/call")).isEmpty();

    page.evaluate(
        "[...%s.querySelectorAll('button')].find(b => b.textContent === 'Approve').click()"
            .formatted(box(id)));
    page.await(box(id) + ".innerText.includes('approved')");

    assertThat(call(MARKUP).at("/result/structuredContent/text").asText()).isEqualTo(MARKUP);
    assertThat(server.seen("tools/call")).hasSize(1);
  }

  private void showsWhatIsUnseen(Browser page) {
    page.open(link(held("pay \u202e0001\u2066 to \u200b\udb40\udc41bob\u0085")));
    page.submit("token", token);
    page.await("document.querySelector('#calls pre') !== null");

    assertThat(page.text())
        .contains("pay \\u202e0001\\u2066 to \\u200b\\udb40\\udc41bob\\u0085")
        .doesNotContain("\u202e", "\u2066", "\u200b");
  }

  /** Nobody approves what they have not read: no end of a line may need to be looked for. */
  private void hidesNothingBesideTheScreen(Browser page) {
    page.widen(390);
    page.open(link(held("harmless" + " ".repeat(300) + "-".repeat(300) + "the end")));
    page.submit("token", token);
    page.await("document.querySelector('#calls pre') !== null");
    keep(page, "console-narrow.png");

    for (var each : List.of("document.documentElement", "document.querySelector('#calls pre')")) {
      assertThat(page.evaluate(each + ".scrollWidth").asInt())
          .as(each)
          .isLessThanOrEqualTo(page.evaluate(each + ".clientWidth").asInt());
    }
  }

  private void showsNothingWithoutAToken(Browser page) {
    var id = held("secret words");
    page.open(link(id));

    assertThat(page.text()).contains("Admin token", "names a call").doesNotContain("secret words");
    assertThat(page.evaluate("document.getElementById('status').hidden").asBoolean()).isTrue();
    assertThat(
            page.evaluate(
                    "performance.getEntriesByType('resource')"
                        + ".filter(e => e.name.includes('/admin/')).length")
                .asInt())
        .isZero();
    keep(page, "console-enter.png");
  }

  private void showsNothingWithAWrongToken(Browser page) {
    var id = held("secret words");
    page.open(link(id));
    page.submit("token", "wrong");
    page.await("!document.getElementById('trouble').hidden");

    assertThat(page.text())
        .contains("That is not the admin token")
        .doesNotContain("secret words", "far/write");
    keep(page, "console-wrong.png");

    page.submit("token", token);
    page.await("document.querySelector('#calls pre') !== null");
    assertThat(page.text()).contains("secret words");
  }

  /** It stays there, and is not asked for again and again. */
  private void saysThatThereIsNoSuchCall(Browser page) {
    page.open(link(UNKNOWN));
    page.submit("token", token);
    page.await("document.getElementById('calls').innerText.includes('" + UNKNOWN + "')");
    keep(page, "console-unknown.png");

    assertThat(page.text()).contains(UNKNOWN + ": there is no such call");
    page.await("performance.getEntriesByName(location.origin + '/admin/status').length > 1");
    page.await(
        "performance.getEntriesByName(location.origin"
            + " + '/admin/calls?status=pending').length > 1");
    assertThat(page.text()).contains(UNKNOWN + ": there is no such call");
    assertThat(
            page.evaluate(
                    "performance.getEntriesByName(location.origin + '/admin/calls/%s').length"
                        .formatted(UNKNOWN))
                .asInt())
        .isEqualTo(1);
  }

  private void ignoresWhatIsNoName(Browser page) {
    page.open(gateway.gateway().admin().resolve("/#call=..%2Fstatus%3Cb%3E"));
    assertThat(page.text()).doesNotContain("names a call");
    page.submit("token", token);
    page.await("!document.getElementById('status').hidden");

    assertThat(page.evaluate("document.getElementById('trouble').hidden").asBoolean()).isTrue();
    assertThat(page.text()).doesNotContain("there is no such call");
  }

  private void saysWhatWasDecided(Browser page) {
    var id = held("decided");
    gateway.admin().post("/admin/calls/" + id + "/reject", JSON.createObjectNode()).orFail();
    page.open(link(id));
    page.submit("token", token);
    page.await(
        "document.getElementById('calls').innerText.includes('far/write, %s: rejected')"
            .formatted(id));

    assertThat(
            page.evaluate(
                    "document.querySelectorAll('#calls section[data-id=\"%s\"]').length"
                        .formatted(id))
                .asInt())
        .isZero();
  }

  private static String box(String id) {
    return "document.querySelector('#calls section[data-id=\"" + id + "\"]')";
  }

  private URI link(String id) {
    return gateway.gateway().admin().resolve("/#call=" + id);
  }

  /** A call that waits for a person. */
  private String held(String text) {
    var id = call(text).at("/result/structuredContent/approvalId").asText();
    assertThat(id).isNotEmpty();
    return id;
  }

  private JsonNode call(String text) {
    var params = JSON.createObjectNode().put("name", "far__write");
    params.putObject("arguments").put("text", text);
    var meta = params.putObject("_meta");
    meta.put("io.modelcontextprotocol/protocolVersion", "2026-07-28");
    meta.putObject("io.modelcontextprotocol/clientCapabilities");
    ObjectNode body =
        JSON.createObjectNode().put("jsonrpc", "2.0").put("id", 1).put("method", "tools/call");
    body.set("params", params);
    var request =
        HttpRequest.newBuilder(gateway.data().resolve("/mcp"))
            .timeout(SETTLE)
            .header("Authorization", "Bearer " + gateway.svid("/agent/ci"))
            .header("Content-Type", "application/json")
            .header("Accept", "application/json, text/event-stream")
            .header("MCP-Protocol-Version", "2026-07-28")
            .header("Mcp-Method", "tools/call")
            .header("Mcp-Name", "far__write")
            .POST(BodyPublishers.ofString(body.toString()))
            .build();
    return TestingGateway.read(gateway.send(request).body());
  }

  /** Keeps what the page looks like, for whoever wants to see it. */
  private static void keep(Browser page, String name) {
    try {
      Files.write(TARGET.resolve(name), page.picture());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
