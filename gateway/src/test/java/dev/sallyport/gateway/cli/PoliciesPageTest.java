package dev.sallyport.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.gateway.testing.TestingGateway;
import dev.sallyport.mcp.testing.TestingMcpServer;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** R4, R14: the page on policies, from its first command to its last, on a live gateway. */
class PoliciesPageTest {
  private static final String PAGE = page();
  private static final Duration SETTLE = Duration.ofSeconds(20);
  private static final String AGENT = "/agent/analyst";
  private static final Pattern VERSION = Pattern.compile("@[0-9a-f]{12}");
  private static final Pattern WORD = Pattern.compile("'([^']*)'|(\\S+)");

  @TempDir private Path folder;
  private final TestingMcpServer server =
      TestingMcpServer.speaking(TestingMcpServer.Era.STATELESS)
          .with(tool("query", "integer"), call -> answer())
          .with(tool("export", "string"), call -> answer());
  private TestingGateway gateway;

  @BeforeEach
  void open() throws IOException {
    gateway = TestingGateway.start(folder);
    for (var block : blocks("yaml")) {
      var name = block.lines().findFirst().orElseThrow().substring("# ".length());
      var text = block.replace("http://127.0.0.1:9000/mcp", server.url().toString());
      Files.writeString(folder.resolve(name), text);
    }
  }

  @AfterEach
  void close() {
    gateway.close();
    server.close();
  }

  @Test
  void everyCommandRunsAndSaysWhatThePageShows() throws IOException {
    var commands = commands();
    assertThat(commands).hasSizeGreaterThan(10);
    var said = new ArrayList<String>();
    for (var command : commands) {
      said.add(run(command));
      if (said.size() == 1) {
        work();
      }
    }
    var all = VERSION.matcher(String.join("\n", said)).replaceAll("@…");
    for (var block : blocks("text")) {
      assertThat(block.lines()).allSatisfy(line -> assertThat(all).contains(line));
    }
    assertThat(said.get(1)).startsWith("allow");
    assertThat(said.get(3)).startsWith("allow");
    assertThat(said.get(4)).startsWith("deny");
  }

  @Test
  void askingAndReplayingIsOnRecordAndCallsNothing() throws IOException {
    run(commands().getFirst());
    work();
    int before = server.seen("tools/call").size();

    for (var command : commands().subList(1, commands().size())) {
      run(command);
    }

    assertThat(server.seen("tools/call")).hasSize(before);
    var verbs = new ArrayList<String>();
    gateway
        .admin()
        .get("/admin/evidence?last=200")
        .orFail()
        .path("items")
        .forEach(record -> verbs.add(record.at("/target/verb").asText()));
    assertThat(verbs).contains("explain", "replay", "suggest", "shadow");
  }

  @Test
  void aReportIsTheSameEachTimeAndItsExitCodeSaysWhatWasFound() throws IOException {
    run(commands().getFirst());
    work();
    var diff = "./sallyport diff -f strict.yaml --against-evidence";

    assertThat(run(diff)).isEqualTo(run(diff));
    assertThat(status(diff + " --fail-on denied", new StringWriter())).isEqualTo(1);
    assertThat(status(diff + " --fail-on allowed,limited,undecided", new StringWriter())).isZero();
    assertThat(status("./sallyport diff -f strict.yaml --since 7d", new StringWriter()))
        .isEqualTo(1);
    assertThat(status("./sallyport explain", new StringWriter())).isEqualTo(1);
  }

  /** Two calls that strict.yaml allows, one that it holds, and one that it denies. */
  private void work() {
    assertThat(gateway.gateway().awaitServers(SETTLE)).isTrue();
    call("query", "\"limit\": 5");
    call("query", "\"limit\": 100");
    call("query", "\"limit\": 250");
    call("export", "\"limit\": \"all\"");
  }

  private void call(String tool, String arguments) {
    var given = (ObjectNode) TestingGateway.read("{" + arguments + "}");
    var answer = gateway.agent(AGENT).call("crm__" + tool, given).json();
    assertThat(answer.at("/result/isError").asBoolean()).as(answer.toString()).isFalse();
    assertThat(answer.has("result")).as(answer.toString()).isTrue();
  }

  private String run(String command) throws IOException {
    var out = new StringWriter();
    assertThat(status(command, out)).as(command + "\n" + out).isZero();
    return out.toString();
  }

  /** Runs a command of the page in the folder of its files. */
  private int status(String command, StringWriter out) throws IOException {
    var words = new ArrayList<String>();
    var matcher = WORD.matcher(command);
    while (matcher.find()) {
      words.add(matcher.group(1) == null ? matcher.group(2) : matcher.group(1));
    }
    int redirected = words.indexOf(">");
    var arguments = words.subList(1, redirected < 0 ? words.size() : redirected);
    arguments.replaceAll(word -> word.endsWith(".yaml") ? folder.resolve(word).toString() : word);
    var given = List.copyOf(arguments).toArray(String[]::new);
    int status = TestingCommands.run(gateway.dataDirectory(), out, out, given);
    if (redirected > 0) {
      Files.writeString(folder.resolve(words.getLast()), out.toString());
    }
    if (out.toString().contains(folder.toString())) {
      var shown = out.toString().replace(folder + "/", "");
      out.getBuffer().setLength(0);
      out.append(shown);
    }
    return status;
  }

  private static ObjectNode tool(String name, String type) {
    var definition = TestingMcpServer.definition(name);
    var schema = definition.putObject("inputSchema").put("type", "object");
    schema.putObject("properties").putObject("limit").put("type", type);
    return definition;
  }

  private static ObjectNode answer() {
    var result = new JsonMapper().createObjectNode();
    result.putArray("content").addObject().put("type", "text").put("text", "done");
    return result;
  }

  private static List<String> commands() {
    return PAGE.lines().map(String::strip).filter(line -> line.startsWith("./sallyport ")).toList();
  }

  private static List<String> blocks(String language) {
    return Pattern.compile("(?ms)^```" + language + "\n(.*?)^```$")
        .matcher(PAGE)
        .results()
        .map(block -> block.group(1))
        .toList();
  }

  private static String page() {
    try {
      return Files.readString(
          Path.of(System.getProperty("basedir", ".")).resolve("../docs/policies.md"));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
