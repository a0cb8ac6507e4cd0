package dev.sallyport.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.gateway.testing.TestingGateway;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every route has in common, byte for byte. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DataPlaneTest {
  private static final String TYPE = "Content-Type: application/json";
  private static final String PING = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}";

  @TempDir private static Path folder;
  private TestingGateway gateway;

  @BeforeAll
  void open() {
    gateway = TestingGateway.start(folder);
  }

  @AfterAll
  void close() {
    gateway.close();
  }

  /** Over a gateway of its own: many refusals in one minute are counted, not written one by one. */
  @Test
  void writesDownWithItsCodeWhatIsNotFoundOrNotTaken(@TempDir Path other) throws IOException {
    var codes = new ArrayList<String>();
    try (var own = TestingGateway.start(other)) {
      exchange(own, request(own, "PUT", "/mcp", "{}"));
      exchange(own, request(own, "POST", "/mcp", PING, TYPE, "Mcp-Session-Id: none"));
      exchange(own, request(own, "POST", "/v1/responses", "{}", TYPE, "Sallyport-Turn: none"));
      exchange(own, request(own, "GET", "/v1/models/none", ""));
      exchange(own, request(own, "PUT", "/v1/responses", ""));
      exchange(own, request(own, "GET", "/nowhere", ""));

      own.admin()
          .get("/admin/evidence?last=6")
          .orFail()
          .findParents("event")
          .forEach(record ->
              codes.add(record.path("event").asText() + " " + record.findPath("code").asText()));
    }
    assertThat(codes)
        .containsExactlyInAnyOrder(
            "request.refused method_not_allowed",
            "request.refused unknown_session",
            "request.refused unknown_turn",
            "request.refused unknown_model",
            "request.refused method_not_allowed",
            "request.refused unknown_path");
  }

  /** What stands before the routes or behind them refuses callers who are known. */
  @Test
  void writesDownWhoSentWhatNoRouteTook(@TempDir Path other) throws IOException {
    var records = new ArrayList<String>();
    try (var own = TestingGateway.start(other)) {
      exchange(own, request(own, "POST", "/mcp", PING, TYPE, "Content-Encoding: gzip"));
      exchange(own, request(own, "POST", "/v1/responses", "{}"));
      exchange(
          own, request(own, "POST", "/v1/responses", "{\"tools\":[{\"type\":\"mcp\"}]}", TYPE));
      exchange(own, request(own, "GET", "/nowhere", ""));

      own.admin()
          .get("/admin/evidence?last=4")
          .orFail()
          .findParents("event")
          .forEach(record -> {
            assertThat(record.findPath("turn").asText()).startsWith("turn_");
            records.add(
                record.findPath("code").asText()
                    + " "
                    + record.findPath("principal").asText()
                    + " "
                    + record.findPath("door").asText());
          });
    }
    var caller = " spiffe://prod/agent/ci ";
    assertThat(records)
        .containsExactlyInAnyOrder(
            "unsupported_media_type" + caller + "mcp",
            "unsupported_media_type" + caller + "model-api",
            "malformed_request" + caller + "model-api",
            "unknown_path" + caller);
  }

  @Test
  void namesTheMethodsThatMcpTakes() throws IOException {
    assertThat(exchange(gateway, request(gateway, "GET", "/mcp", "")))
        .startsWith("HTTP/1.1 405")
        .contains("Allow: POST, DELETE\r\n", "\"jsonrpc\":\"2.0\"", "method_not_allowed");
    assertThat(
            exchange(
                gateway, request(gateway, "GET", "/mcp/x", "", "MCP-Protocol-Version: 2026-07-28")))
        .contains("Allow: POST\r\n", "\"jsonrpc\":\"2.0\"", "method_not_allowed");
  }

  /** What the server refuses by itself, no filter sees. */
  @Test
  void letsPagesThatMayCallReadWhatTheServerRefuses() throws IOException {
    var large = "POST /mcp HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\nOrigin: ";

    assertThat(exchange(gateway, large + "http://localhost:6274\r\n\r\n"))
        .startsWith("HTTP/1.1 413")
        .contains("Access-Control-Allow-Origin: http://localhost:6274\r\n", "Vary: Origin\r\n");
    assertThat(exchange(gateway, large + "https://evil.example\r\n\r\n"))
        .startsWith("HTTP/1.1 413")
        .doesNotContain("Access-Control-");
    try (var socket = connect(gateway.gateway().admin())) {
      send(socket, large + "http://localhost:6274\r\n\r\n");
      assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
          .startsWith("HTTP/1.1 413")
          .doesNotContain("Access-Control-");
    }
  }

  /** A client that asks for it must see the end of the connection, not only of the answer. */
  @ParameterizedTest
  @ValueSource(strings = {"/health/live", "/v1/models", "/mcp", "/nowhere", "/v1/models/none"})
  void closesTheConnectionWhereTheClientSaysSo(String path) throws IOException {
    for (var address : List.of(gateway.data(), gateway.gateway().admin())) {
      try (var socket = connect(address)) {
        send(socket, request(gateway, "GET", path, "", "Connection: close"));

        var answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(answer).startsWith("HTTP/1.1 ").contains("Connection: close\r\n");
      }
    }
  }

  @Test
  void closesItAfterABodyThatIsNotTaken() throws IOException {
    var compressed = request(gateway, "POST", "/mcp", PING, TYPE, "Content-Encoding: gzip");

    assertThat(exchange(gateway, compressed))
        .startsWith("HTTP/1.1 415")
        .contains("Accept-Encoding: identity\r\n", "Connection: close\r\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/health/live", "/v1/models", "/mcp", "/nowhere", "/v1/models/none"})
  void answersHeadWithoutABodyAndGoesOn(String path) throws IOException {
    for (var address : List.of(gateway.data(), gateway.gateway().admin())) {
      try (var socket = connect(address)) {
        send(socket, request(gateway, "HEAD", path, ""));
        send(socket, request(gateway, "GET", "/second", "", "Connection: close"));

        var answers = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        var second = answers.indexOf("\r\n\r\n") + 4;
        assertThat(answers).startsWith("HTTP/1.1 4");
        assertThat(answers.substring(second)).startsWith("HTTP/1.1 4").contains("\"code\":");
      }
    }
  }

  private static String exchange(TestingGateway gateway, String request) throws IOException {
    try (var socket = connect(gateway.data())) {
      send(socket, request.replaceFirst("\r\n", "\r\nConnection: close\r\n"));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static String request(
      TestingGateway gateway, String method, String path, String body, String... headers) {
    var text = new StringBuilder(method + " " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\n");
    text.append("Authorization: Bearer ").append(gateway.svid("/agent/ci")).append("\r\n");
    List.of(headers).forEach(header -> text.append(header).append("\r\n"));
    return text.append("Content-Length: " + body.length() + "\r\n\r\n" + body).toString();
  }

  private static Socket connect(URI address) throws IOException {
    var socket = new Socket(address.getHost(), address.getPort());
    socket.setSoTimeout(30_000);
    return socket;
  }

  private static void send(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
  }
}
