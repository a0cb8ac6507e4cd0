package dev.sallyport.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.gateway.testing.TestingGateway;
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

  static Stream<Arguments> headers() {
    return Stream.of(
        arguments("ID-20 4 MB", "Bearer TOKEN" + "A".repeat(4 * 1024 * 1024)),
        arguments("ID-20 60 KB", "Bearer TOKEN" + "A".repeat(60 * 1024)),
        arguments("ID-21 line feed", "Bearer TOKEN\n"),
        arguments("ID-21 NUL", "Bearer TOKEN\0"),
        arguments("ID-21 folded", "Bearer TOKEN\r\n A"),
        arguments("ID-21 vertical tab", "Bearer TOKEN\u000b"),
        arguments("ID-21 no-break space", "Bearer\u00a0TOKEN"),
        arguments("ID-36 in other letters", "Bearer TOKEN\r\nAUTHORIZATION: Bearer TOKEN"),
        arguments("ID-36 with a comma", "Bearer TOKEN, Bearer TOKEN"),
        arguments("ID-37 tabs around", "\tBearer\tTOKEN\t"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource
  void headers(String name, String value) throws IOException {
    long before = records();

    var answer = exchange(value.replace("TOKEN", gateway.svid("/agent/ci")));

    assertThat(answer).doesNotContain("200 OK", "\"object\":\"list\"");
    if (!answer.isEmpty()) { // a server that closes early may take its answer back
      assertThat(answer).containsPattern("^HTTP/1.1 (400|401) ");
    }
    assertThat(records()).isEqualTo(before + 1);
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
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      socket.getInputStream().transferTo(answer);
    } catch (SocketException _) {
      return answer.toString(StandardCharsets.UTF_8);
    }
    return answer.toString(StandardCharsets.UTF_8);
  }

  /** How many requests the evidence says were refused. */
  private long records() {
    var evidence = gateway.admin().get("/admin/evidence?last=1000").orFail();
    return StreamSupport.stream(evidence.findParents("event").spliterator(), false)
        .map((JsonNode record) -> record.path("event").asText())
        .filter(List.of("authentication.refused", "request.refused")::contains)
        .count();
  }
}
