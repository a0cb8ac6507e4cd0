package dev.sallyport.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.gateway.testing.TestingGateway;
import dev.sallyport.identity.testing.SigningKey;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Tokens in headers that no well-behaved client can send. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RawTokensTest {
  private static final String MALFORMED = "malformed_request";
  private static final int MANY = 32 * 1024;

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

  /** Why a caller is not known; nothing where what came is no request any more. */
  static Stream<Arguments> headers() {
    return Stream.of(
        arguments("ID-20 4 MB", "Bearer TOKEN" + "A".repeat(4 * 1024 * 1024), ""),
        arguments("ID-20 60 KB", "Bearer TOKEN" + "A".repeat(60 * 1024), ""),
        arguments("ID-20 20,000 deep", "Bearer TOKEN." + deep(20_000), ""),
        arguments("ID-20 20,000 deep header", "Bearer " + deep(20_000) + ".TOKEN", ""),
        arguments("ID-21 line feed", "Bearer TOKEN\n", ""),
        arguments("ID-21 NUL", "Bearer TOKEN\0", ""),
        arguments("ID-21 folded", "Bearer TOKEN\r\n A", ""),
        arguments("ID-21 vertical tab", "Bearer TOKEN\u000b", ""),
        arguments("ID-21 no-break space", "Bearer\u00a0TOKEN", "not_bearer"),
        arguments(
            "ID-36 in other letters", "Bearer TOKEN\r\nAUTHORIZATION: Bearer TOKEN", "two_tokens"),
        arguments("ID-36 with a comma", "Bearer TOKEN, Bearer TOKEN", "not_bearer"),
        arguments("ID-37 tabs around", "\tBearer\tTOKEN\t", "not_bearer"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource
  void headers(String name, String value, String reason) throws IOException {
    int before = records().size();

    var answer = exchange(value.replace("TOKEN", gateway.svid("/agent/ci")));

    assertThat(answer).doesNotContain("200 OK", "\"object\":\"list\"");
    if (!answer.isEmpty() || value.length() < MANY) { // one that closes early may take it back
      assertThat(answer)
          .startsWith(reason.isEmpty() ? "HTTP/1.1 400 " : "HTTP/1.1 401 ")
          .contains("\"code\":\"" + (reason.isEmpty() ? MALFORMED : "unauthenticated") + "\"");
    }
    var written = records();
    assertThat(written).hasSize(before + 1);
    var record = written.getLast();
    assertThat(record.path("event").asText())
        .isEqualTo(reason.isEmpty() ? "request.refused" : "authentication.refused");
    assertThat(record.at("/facts/code").asText()).isEqualTo(reason.isEmpty() ? MALFORMED : "");
    assertThat(record.at("/facts/reason").asText()).isEqualTo(reason);
  }

  /** JSON of so many lists in one another, as a part of a token. */
  private static String deep(int lists) {
    return SigningKey.encode("{\"a\":" + "[".repeat(lists) + "]".repeat(lists) + "}");
  }

  private String exchange(String authorization) throws IOException {
    var address = gateway.data();
    var answer = new ByteArrayOutputStream();
    try (var socket = new Socket(address.getHost(), address.getPort())) {
      socket.setSoTimeout(20_000);
      var request =
          ("GET /v1/models HTTP/1.1\r\n"
                  + "Host: 127.0.0.1\r\n"
                  + "Connection: close\r\n"
                  + "Authorization: %s\r\n\r\n")
              .formatted(authorization);
      write(socket, request.getBytes(StandardCharsets.ISO_8859_1));
      socket.getInputStream().transferTo(answer);
    } catch (SocketException _) {
      return answer.toString(StandardCharsets.UTF_8);
    }
    return answer.toString(StandardCharsets.UTF_8);
  }

  private static void write(Socket socket, byte[] request) throws IOException {
    try {
      socket.getOutputStream().write(request);
    } catch (SocketException _) {
      return; // it was answered before all of it was sent
    }
  }

  /** The records of requests that were refused. */
  private List<JsonNode> records() {
    var evidence = gateway.admin().get("/admin/evidence?last=1000").orFail();
    return StreamSupport.stream(evidence.findParents("event").spliterator(), false)
        .filter(record ->
            List.of("authentication.refused", "request.refused")
                .contains(record.path("event").asText()))
        .toList();
  }
}
