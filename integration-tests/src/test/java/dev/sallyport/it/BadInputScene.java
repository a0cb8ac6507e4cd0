package dev.sallyport.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.gateway.config.ConfigKey;
import dev.sallyport.gateway.testing.TestingGateway;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Sends what should not be sent, and looks at the answer and at the evidence. Each group of at most
 * 20 requests has a gateway of its own: so many are written down in full each minute, and more only
 * as counts.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class BadInputScene {
  static final int REQUEST_BYTES = 65_536;
  static final String JSON = "Content-Type: application/json";
  private static final int TIMEOUT_MILLIS = 30_000;

  @TempDir static Path folder;
  private String group = "";
  private @Nullable TestingGateway gateway;

  /** Sets a new gateway up. */
  abstract void prepare(TestingGateway fresh);

  /** Where requests are sent to. */
  abstract URI listener(TestingGateway running);

  @AfterAll
  void closeGateway() {
    var running = gateway;
    if (running != null) {
      running.close();
    }
  }

  /**
   * A bad request and its answer.
   *
   * @param group of those that have a gateway together
   * @param code what the answer must hold
   */
  record Bad(
      String group,
      String name,
      String method,
      String target,
      List<String> headers,
      String body,
      int status,
      String code) {
    @Override
    public String toString() {
      return group + ": " + name;
    }

    /** What a record of it holds; its type, where the answer has no code of ours. */
    String recorded() {
      if (status == 401) {
        return "authentication.refused";
      }
      var plain = code.replaceAll(".*\":\"|\"", "");
      return plain.matches("[a-z]+_[a-z_]+") ? plain : "refused";
    }
  }

  void assertAnsweredAndWrittenDown(Bad bad) throws IOException {
    var running = gatewayOf(bad.group());
    var before = evidence(running);

    var answer = send(running, bad);

    assertThat(answer).startsWith("HTTP/1.1 " + bad.status() + " ").contains(bad.code());
    assertThat(answer)
        .doesNotContain("Exception", "\tat ", "helidon", "jackson", "dev.sallyport.", "java.");
    assertThat(answer).doesNotContain(folder.toString());
    var after = evidence(running);
    assertThat(after.subList(before.size(), after.size()))
        .as("a record of it")
        .extracting(JsonNode::toString)
        .anySatisfy(record -> assertThat(record).contains(bad.recorded()));
  }

  private TestingGateway gatewayOf(String wanted) throws IOException {
    var running = gateway;
    if (running != null && group.equals(wanted)) {
      return running;
    }
    closeGateway();
    var own = Files.createDirectory(folder.resolve(wanted));
    var limit = Map.of(ConfigKey.REQUEST_BYTES, String.valueOf(REQUEST_BYTES));
    var fresh = TestingGateway.start(own, limit, Map.of());
    gateway = fresh;
    group = wanted;
    prepare(fresh);
    return fresh;
  }

  private static List<JsonNode> evidence(TestingGateway running) {
    var records = running.admin().get("/admin/evidence?last=10000").orFail();
    return StreamSupport.stream(records.path("items").spliterator(), false).toList();
  }

  private String send(TestingGateway running, Bad bad) throws IOException {
    var svid = running.svid("/agent/ci");
    var body = bad.body().getBytes(StandardCharsets.UTF_8);
    var head = new StringBuilder(bad.method() + " " + bad.target() + " HTTP/1.1\r\n");
    head.append("Host: 127.0.0.1\r\nConnection: close\r\n");
    bad.headers().forEach(header -> head.append(header).append("\r\n"));
    head.append("Content-Length: " + body.length + "\r\n\r\n");
    var tokens = head.toString().replace("$SVID", svid).replace("$ADMIN", running.adminToken());
    var to = listener(running);
    try (var socket = new Socket(to.getHost(), to.getPort())) {
      socket.setSoTimeout(TIMEOUT_MILLIS);
      var out = socket.getOutputStream();
      out.write(tokens.getBytes(StandardCharsets.US_ASCII));
      out.write(body);
      out.flush();
      socket.shutdownOutput();
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
