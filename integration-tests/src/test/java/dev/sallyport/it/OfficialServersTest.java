package dev.sallyport.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.gateway.testing.TestingGateway;
import dev.sallyport.it.McpPeer.Call;
import dev.sallyport.it.McpPeer.Told;
import dev.sallyport.sandbox.process.Isolation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The MCP reference servers, as they are published, behind the running product. */
@Timeout(600)
class OfficialServersTest {
  private static final Duration SETTLE = Duration.ofSeconds(90);
  private static final String SECRET = "canary-stdio-2f6a9e10";
  private static final String READ_ME = "The harbour opens at dawn.";

  /** What server-everything lists to no client that cannot be asked. */
  private static final List<String> FOR_ABLE_CLIENTS =
      List.of(
          "trusted__get-roots-list",
          "trusted__trigger-elicitation-request",
          "trusted__trigger-sampling-request",
          "trusted__trigger-url-elicitation");

  @TempDir private Path folder;

  @Test
  void serverEverythingOverHttpIsCalledThroughTheGateway() {
    try (var server = NodeServer.everything();
        var gateway = TestingGateway.start(folder)) {
      for (var quarantine : List.of("trusted", "strict")) {
        register(
            gateway,
            quarantine,
            "transport: streamable-http, url: '%s', quarantine: %s"
                .formatted(server.uri(), quarantine));
      }
      grant(gateway, "trusted", "strict");

      var told =
          call(
              gateway,
              McpPeer.TYPESCRIPT_2,
              new Call("trusted__echo", Map.of("message", READ_ME)),
              new Call("strict__echo", Map.of("message", READ_ME)),
              new Call("trusted__get-sum", Map.of("a", 2, "b", 40)),
              new Call("trusted__get-structured-content", Map.of("location", "Chicago")),
              new Call("trusted__get-sum", Map.of("a", "not a number", "b", 40)));

      assertThat(told.tools())
          .contains("trusted__echo", "strict__echo", "trusted__get-sum")
          .containsAll(FOR_ABLE_CLIENTS);
      assertThat(text(told, 0)).isEqualTo("Echo: " + READ_ME);
      assertThat(text(told, 1)).matches("\\{\"text\":\"\\{\\{txt#[0-9]+\\.[a-z0-9]+}}\"}");
      assertThat(text(told, 2)).isEqualTo("The sum of 2 and 40 is 42.");
      assertThat(told.answer(3).at("/result/structuredContent/temperature").isNumber()).isTrue();
      assertThat(told.answer(4).at("/result/isError").asBoolean()).isTrue();
      assertThat(text(told, 4)).startsWith("invalid_arguments: ");
    }
  }

  @Test
  void serverEverythingOverStandardInputIsCalledThroughTheGateway() {
    try (var gateway = TestingGateway.start(folder)) {
      gateway.apply(
          """
          apiVersion: sallyport.dev/v1
          kind: Credential
          metadata: {name: stdio}
          spec: {kind: secret, value: %s, servers: [trusted, strict]}
          """
              .formatted(SECRET));
      for (var quarantine : List.of("trusted", "strict")) {
        register(
            gateway,
            quarantine,
            child("server-everything", "'stdio'", "")
                + ", env: {SERVER_TOKEN: {credential: stdio}}, quarantine: "
                + quarantine);
      }
      grant(gateway, "trusted", "strict");

      var told =
          call(
              gateway,
              McpPeer.TYPESCRIPT_1,
              new Call("trusted__echo", Map.of("message", READ_ME)),
              new Call("strict__echo", Map.of("message", READ_ME)),
              new Call("trusted__get-env", Map.of()));

      assertThat(told.tools())
          .contains("trusted__echo", "strict__echo", "trusted__get-env")
          .doesNotContainAnyElementsOf(FOR_ABLE_CLIENTS);
      assertThat(text(told, 0)).isEqualTo("Echo: " + READ_ME);
      assertThat(told.answer(1).toString()).contains("{{txt#").doesNotContain("harbour");
      assertThat(TestingGateway.read(text(told, 2)).path("SERVER_TOKEN").asText())
          .isEqualTo("[REDACTED:stdio]");
      assertThat(told.answers().toString()).doesNotContain(SECRET);
    }
  }

  @Test
  void serverFilesystemReadsOnlyItsFolder() throws IOException {
    var shared = Files.createDirectory(folder.resolve("shared")).toRealPath();
    var letter = Files.writeString(shared.resolve("letter.txt"), READ_ME);
    var diary = Files.writeString(folder.resolve("diary.txt"), "Nobody may read this.");
    try (var gateway = TestingGateway.start(folder)) {
      for (var quarantine : List.of("trusted", "strict")) {
        register(
            gateway,
            quarantine,
            child("server-filesystem", "'" + shared + "'", ", writable: ['" + shared + "']")
                + ", quarantine: "
                + quarantine);
      }
      grant(gateway, "trusted", "strict");

      var told =
          call(
              gateway,
              McpPeer.JAVA,
              new Call("trusted__read_text_file", Map.of("path", letter.toString())),
              new Call("strict__read_text_file", Map.of("path", letter.toString())),
              new Call("trusted__read_text_file", Map.of("path", diary.toString())),
              new Call(
                  "strict__write_file",
                  Map.of("path", shared.resolve("answer.txt").toString(), "content", "Thanks.")));

      assertThat(told.tools()).contains("trusted__read_text_file", "strict__write_file");
      assertThat(text(told, 0)).isEqualTo(READ_ME);
      assertThat(told.answer(1).toString()).contains("{{txt#").doesNotContain("harbour");
      assertThat(told.answer(2).at("/result/isError").asBoolean()).isTrue();
      assertThat(told.answer(2).toString()).doesNotContain("Nobody may read this.");
      assertThat(told.answer(3).at("/result/isError").asBoolean()).isFalse();
      assertThat(shared.resolve("answer.txt")).hasContent("Thanks.");
    }
  }

  @Test
  void serverMemoryAndServerSequentialThinkingAreCalledThroughTheGateway() throws IOException {
    var kept = Files.createDirectory(folder.resolve("kept")).toRealPath();
    try (var gateway = TestingGateway.start(folder)) {
      register(
          gateway,
          "memory",
          child("server-memory", "''", ", writable: ['" + kept + "']")
              + ", quarantine: trusted, env: {MEMORY_FILE_PATH: {value: '%s'}}"
                  .formatted(kept.resolve("memory.jsonl")));
      register(
          gateway,
          "thinking",
          child("server-sequential-thinking", "''", "") + ", quarantine: trusted");
      grant(gateway, "memory", "thinking");

      var boat = Map.of("name", "Ada", "entityType", "boat", "observations", List.of(READ_ME));
      var told =
          call(
              gateway,
              McpPeer.LANGCHAIN,
              new Call("memory__create_entities", Map.of("entities", List.of(boat))),
              new Call("memory__search_nodes", Map.of("query", "harbour")),
              new Call("memory__search_nodes", Map.of("query", "airport")),
              new Call("memory__search_nodes", Map.of("question", "where")),
              new Call(
                  "thinking__sequentialthinking",
                  Map.of(
                      "thought",
                      READ_ME,
                      "nextThoughtNeeded",
                      true,
                      "thoughtNumber",
                      1,
                      "totalThoughts",
                      2)));

      assertThat(told.tools()).contains("memory__read_graph", "thinking__sequentialthinking");
      assertThat(told.answer(1).path("result").toString()).contains("Ada", READ_ME);
      assertThat(told.failed(2)).isFalse();
      assertThat(told.answer(2).toString()).doesNotContain("Ada");
      assertThat(told.failed(3)).isTrue();
      assertThat(told.answer(4).path("result").toString()).contains("thoughtHistoryLength");
      assertThat(kept.resolve("memory.jsonl")).content().contains(READ_ME);
    }
  }

  /** A server in a process of its own: in a sandbox where this machine has one. */
  private static String child(String server, String argument, String mounts) {
    var isolated = Isolation.detect().problem().isEmpty();
    var line =
        "transport: stdio, command: ['%s', '%s', %s], runtime: %s"
            .formatted(Peers.node(), Peers.server(server), argument, isolated ? "bwrap" : "none");
    return isolated ? line + ", readOnly: [" + readOnly() + "]" + mounts : line;
  }

  private static String readOnly() {
    var modules = Peers.file("mcp-servers", "node_modules").toString();
    return Stream.of(Peers.node().toString(), modules)
        .filter(path -> !path.startsWith("/usr/"))
        .map(path -> "'" + path + "'")
        .reduce((one, other) -> one + ", " + other)
        .orElse("");
  }

  private static void register(TestingGateway gateway, String name, String spec) {
    gateway.apply(
        """
        apiVersion: sallyport.dev/v1
        kind: McpServer
        metadata: {name: %s}
        spec: {%s, approval: auto}
        """
            .formatted(name, spec));
  }

  private static void grant(TestingGateway gateway, String... servers) {
    var rules =
        Stream.of(servers)
            .map(server -> "{resource: " + server + ", actions: ['*']}")
            .reduce((one, other) -> one + ", " + other)
            .orElse("");
    gateway.apply(
        """
        apiVersion: sallyport.dev/v1
        kind: AgentPolicy
        metadata: {name: guest}
        spec:
          identity: {workload: spiffe://prod/agent/guest}
          tools: [%s]
        """
            .formatted(rules));
    if (!gateway.gateway().awaitServers(SETTLE)) {
      throw new AssertionError("the servers were not inspected in time");
    }
  }

  private static Told call(TestingGateway gateway, McpPeer client, Call... calls) {
    return client.call(gateway.data().resolve("/mcp"), gateway.svid("/agent/guest"), calls);
  }

  /** The first text of the answer to a call. */
  private static String text(Told told, int call) {
    return told.answer(call).at("/result/content/0/text").asText();
  }
}
