package dev.sallyport.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.gateway.config.ConfigKey;
import dev.sallyport.gateway.testing.EveryByte;
import dev.sallyport.gateway.testing.TestingGateway;
import dev.sallyport.identity.audit.LedgerVerifier;
import dev.sallyport.identity.audit.Verification;
import dev.sallyport.llm.kit.FakeProvider;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GatewayTest {
  @TempDir private Path folder;

  @Test
  void answersAModelCallAfterTheFourCommandsOfTheDesign() throws IOException {
    try (var provider = new FakeProvider();
        var gateway = TestingGateway.start(folder)) {
      var admin = gateway.admin();
      admin
          .post(
              "/admin/providers",
              json(
                  "{'name':'main','protocol':'openai','credential':'sk-canary-7Qp2xLm9','baseUrl':'"
                      + provider.base()
                      + "'}"))
          .orFail();
      admin
          .post(
              "/admin/deployments",
              json("{'alias':'fast','provider':'main','upstreamModel':'gpt-test'}"))
          .orFail();
      var key =
          admin
              .post(
                  "/admin/keys",
                  json("{'orgId':'acme','teamId':'platform','expiresAt':'2036-07-22T00:00:00Z'}"))
              .orFail();

      var answer = gateway.post("/v1/chat/completions", key.path("key").asText(), chat("fast"));

      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(read(answer).at("/choices/0/message/content").asText()).isNotEmpty();
      assertThat(provider.last().toString()).contains("sk-canary-7Qp2xLm9");
      assertThat(answer.body() + answer.headers()).doesNotContain("sk-canary");
      assertThat(gateway.post("/v1/chat/completions", key.path("key").asText(), chat("slow")))
          .extracting(HttpResponse::statusCode)
          .isEqualTo(404);
    }
    assertThat(EveryByte.below(folder)).doesNotContain("sk-canary-7Qp2xLm9");
  }

  @Test
  void keepsEverythingOverARestart() throws IOException {
    String key;
    try (var gateway = TestingGateway.start(folder)) {
      key =
          gateway
              .admin()
              .post(
                  "/admin/keys",
                  json("{'orgId':'a','teamId':'b','expiresAt':'2036-07-22T00:00:00Z'}"))
              .orFail()
              .path("key")
              .asText();
    }

    try (var gateway = TestingGateway.start(folder)) {
      assertThat(gateway.get("/v1/models", key).statusCode()).isEqualTo(200);
      assertThat(gateway.get("/v1/models", gateway.svid("/agent/ci")).statusCode()).isEqualTo(200);
    }
    assertThat(LedgerVerifier.verify(folder.resolve("data/evidence")))
        .isInstanceOf(Verification.Verified.class);
  }

  @Test
  void keepsItsDataFromOtherUsers() throws IOException {
    try (var gateway = TestingGateway.start(folder)) {
      assertThat(mode(gateway.dataDirectory())).isEqualTo("rwx------");
      assertThat(mode(DataDirectory.adminToken(gateway.dataDirectory()))).isEqualTo("rw-------");
    }
  }

  @Test
  void refusesADataDirectoryThatIsOpenToOthers() throws IOException {
    var data = Files.createDirectory(folder.resolve("data"));
    Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwxr-xr-x"));

    assertThatThrownBy(() -> TestingGateway.open(folder, Map.of(), Map.of()))
        .isInstanceOf(StartException.class)
        .hasMessage(
            "The data directory %s is open to other users; close it with: chmod 700 %s"
                .formatted(data, data));
  }

  @Test
  void refusesADataDirectoryThatCannotBeWritten() throws IOException {
    Files.writeString(folder.resolve("data"), "a file");

    assertThatThrownBy(() -> TestingGateway.open(folder, Map.of(), Map.of()))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("is not a directory");
    assertThatThrownBy(() ->
            TestingGateway.open(folder, Map.of(ConfigKey.DATA, "/proc/nothing/data"), Map.of()))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("cannot be written; make it writable, or name another with --data");
  }

  /** ST-08. */
  @Test
  void refusesASecondGatewayOnTheSameData() {
    try (var gateway = TestingGateway.start(folder)) {
      assertThatThrownBy(() -> TestingGateway.open(folder, Map.of(), Map.of()))
          .isInstanceOf(StartException.class)
          .hasMessage(
              "Another gateway is running on the data directory "
                  + gateway.dataDirectory()
                  + "; stop it, or give this one a directory of its own with --data.");
      assertThat(gateway.get("/health/ready", "").statusCode()).isEqualTo(200);
    }
  }

  @ParameterizedTest
  @CsvSource({"LISTEN_PORT, --port (listen.port)", "ADMIN_PORT, --admin-port (admin.port)"})
  void namesThePortThatIsInUseAndTheKeyToChange(ConfigKey key, String named) throws IOException {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var port = String.valueOf(taken.getLocalPort());

      assertThatThrownBy(() -> TestingGateway.open(folder, Map.of(key, port), Map.of()))
          .isInstanceOf(StartException.class)
          .hasMessageContaining("Port " + port + " on 127.0.0.1 is in use")
          .hasMessageContaining(named);
    }
    TestingGateway.start(folder).close();
  }

  /** Putting what is stored in force starts the processes of servers. */
  @Test
  void findsWhatElseIsWrongBeforeItPutsInForceWhatIsStored() throws Exception {
    TestingGateway.start(folder).close();
    damageStoredResources();
    assertThatThrownBy(() -> TestingGateway.open(folder, Map.of(), Map.of()))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("nothing was put in force");

    var empty = Files.createFile(folder.resolve("empty.pem")).toString();
    var files = Map.of(ConfigKey.TLS_CERTIFICATE_FILE, empty, ConfigKey.TLS_KEY_FILE, empty);
    assertThatThrownBy(() -> TestingGateway.open(folder, files, Map.of()))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("The TLS certificate cannot be used");

    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var port = Map.of(ConfigKey.ADMIN_PORT, String.valueOf(taken.getLocalPort()));
      assertThatThrownBy(() -> TestingGateway.open(folder, port, Map.of()))
          .isInstanceOf(StartException.class)
          .hasMessageContaining("is in use");
    }

    var token = DataDirectory.adminToken(folder.resolve("data"));
    Files.setPosixFilePermissions(token, PosixFilePermissions.fromString("rw-r--r--"));
    assertThatThrownBy(() -> TestingGateway.open(folder, Map.of(), Map.of()))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("others may read the admin token");
  }

  @Test
  void refusesAStoreThatALaterVersionHasMigratedBeforeItChangesIt() throws Exception {
    TestingGateway.start(folder).close();
    change(
        """
        insert into "mcp_schema" ("installed_rank", "version", "description", "type", "script",
          "checksum", "installed_by", "execution_time", "success")
        values (999, '999', 'later', 'SQL', 'V999__later.sql', 1, 'later', 1, true)
        """);
    change("drop table \"llm_schema\""); // which a start would make

    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> TestingGateway.open(folder, Map.of(), Map.of()))
          .isInstanceOf(StartException.class)
          .hasMessage(
              "The store's tables of mcp are of a later version; start that one, or put the store"
                  + " back from your backup.");
    }
    assertThatThrownBy(() -> change("select 1 from \"llm_schema\""))
        .isInstanceOf(SQLException.class);
  }

  private void damageStoredResources() throws SQLException {
    change("update gateway_resource set spec = '['");
  }

  /** Does something to the store of a gateway that does not run. */
  private void change(String sql) throws SQLException {
    try (var connection =
            DriverManager.getConnection("jdbc:h2:file:" + folder.resolve("data/store"), "sa", "");
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @Test
  void saysThatAStoreCannotBeOpened() throws IOException {
    TestingGateway.start(folder).close();
    Files.writeString(folder.resolve("data/store.mv.db"), "damaged");

    assertThatThrownBy(() -> TestingGateway.open(folder, Map.of(), Map.of()))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("The store in the data directory cannot be opened. If it is damaged")
        .hasMessageContaining("store.mv.db");
  }

  @Test
  void tellsAStoreThatAnotherHasOpenFromADamagedOne() throws IOException {
    TestingGateway.start(folder).close();
    var store = folder.resolve("data/store.mv.db");
    try (var channel = FileChannel.open(store, StandardOpenOption.WRITE);
        var _ = channel.lock()) {
      assertThatThrownBy(() -> TestingGateway.open(folder, Map.of(), Map.of()))
          .isInstanceOf(StartException.class)
          .hasMessageContaining("another process has it open")
          .hasMessageNotContaining("damaged");
    }
    TestingGateway.start(folder).close();
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /nowhere, 404, unknown_path",
    "GET, /v1/nowhere, 404, unknown_path",
    "GET, /v1/chat/completions, 405, method_not_allowed",
    "GET, /v1/responses, 405, method_not_allowed",
    "DELETE, /v1/models, 405, method_not_allowed",
    "POST, /health/live, 405, method_not_allowed",
    "POST, /v1/responses, 400, malformed_request",
    "POST, /v1/chat/completions, 400, malformed_request"
  })
  void answersWhatNothingTakesInJson(String method, String path, int status, String code) {
    try (var gateway = TestingGateway.start(folder)) {
      var request =
          HttpRequest.newBuilder(gateway.data().resolve(path))
              .header("Authorization", "Bearer " + gateway.svid("/agent/ci"))
              .header("Content-Type", "application/json")
              .method(method, BodyPublishers.ofString(method.equals("POST") ? "{" : ""))
              .build();

      var answer = gateway.send(request);

      assertThat(answer.statusCode()).isEqualTo(status);
      assertThat(answer.body()).contains("\"code\":\"" + code + "\"");
      assertThat(answer.body()).doesNotContain("Exception", "io.helidon");
      if (status == 404) {
        assertThat(answer.body()).contains("MCP is at /mcp and /mcp/SERVER, models are under /v1.");
      }
      if (status == 405) {
        assertThat(answer.headers().firstValue("Allow")).isPresent();
      }
    }
  }

  @Test
  void answersABodyThatIsTooLarge() {
    var small = Map.of(ConfigKey.REQUEST_BYTES, "2048");
    try (var gateway = TestingGateway.start(folder, small, Map.of())) {
      var answer = gateway.post("/v1/responses", gateway.svid("/agent/ci"), "x".repeat(4_096));

      assertThat(answer.statusCode()).isEqualTo(413);
      assertThat(answer.body()).contains("\"code\":\"request_too_large\"");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'nonsense\r\n\r\n'",
    "'GET / HTTP/9.9\r\nHost: x\r\n\r\n'",
    "'GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n'",
    "'GET / HTTP/1.1\r\nHost: x\r\nBad Header: 1\r\n\r\n'"
  })
  void answersWhatIsNotHttpInJsonWithoutInternals(String raw) throws IOException {
    try (var gateway = TestingGateway.start(folder)) {
      var answer = exchange(gateway.data(), raw);

      assertThat(answer).startsWith("HTTP/1.1 4").contains("\"code\":\"malformed_request\"");
      assertThat(answer).doesNotContain("Exception", "helidon", "Helidon");
      var recorded = gateway.admin().get("/admin/evidence?last=5").orFail().toString();
      assertThat(recorded).contains("request.refused").contains("malformed_request");
    }
  }

  @Test
  void isReadyOnlyAsLongAsEveryPartWorks() {
    try (var gateway = TestingGateway.start(folder)) {
      var ready = read(gateway.get("/health/ready", ""));

      assertThat(ready.path("status").asText()).isEqualTo("ready");
      assertThat(ready.path("checks").properties())
          .extracting(check -> check.getKey() + " " + check.getValue().asText())
          .containsExactlyInAnyOrder("store ok", "evidence ok", "identities ok", "accepting ok");
      assertThat(read(gateway.get("/health/live", "")).path("status").asText()).isEqualTo("live");
    }
  }

  @Test
  void leavesWordOfItsAddressesWhileItRuns() throws IOException {
    var file = folder.resolve("data/addresses.json");
    try (var gateway = TestingGateway.start(folder)) {
      var left = TestingGateway.read(Files.readString(file));
      assertThat(left.path("admin").asText()).isEqualTo(gateway.gateway().admin().toString());
    }
    assertThat(file).doesNotExist();
  }

  private static String exchange(URI address, String raw) throws IOException {
    try (var socket = new Socket(address.getHost(), address.getPort())) {
      socket.setSoTimeout(30_000);
      socket.getOutputStream().write(raw.getBytes(StandardCharsets.ISO_8859_1));
      socket.shutdownOutput();
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static String mode(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  private static String chat(String model) {
    return "{\"model\":\"" + model + "\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";
  }

  private static JsonNode json(String text) {
    return TestingGateway.read(text.replace('\'', '"'));
  }

  private static JsonNode read(HttpResponse<String> answer) {
    return TestingGateway.read(answer.body());
  }
}
