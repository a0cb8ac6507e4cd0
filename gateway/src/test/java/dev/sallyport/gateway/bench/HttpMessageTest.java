package dev.sallyport.gateway.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpMessageTest {
  private final HttpMessage message = new HttpMessage();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabcde",
        "HTTP/1.1 200 OK\r\ncontent-length:5\r\nX: y\r\n\r\nabcde",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n0\r\n\r\n",
        "HTTP/1.1 204 No Content\r\nX: y\r\n\r\n"
      })
  void isWholeWithItsLastByteAndNotBefore(String text) {
    var bytes = text.getBytes(StandardCharsets.US_ASCII);
    for (int i = 0; i < bytes.length - 1; i++) {
      assertThat(message.take(ByteBuffer.wrap(bytes, i, 1))).as("after byte %d", i).isFalse();
    }

    assertThat(message.take(ByteBuffer.wrap(bytes, bytes.length - 1, 1))).isTrue();
    assertThat(message.status()).isBetween(200, 204);
  }

  @Test
  void readsTheNextMessageAfterItIsCleared() {
    message.take(ascii("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na"));
    message.clear();

    assertThat(message.take(ascii("HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nbc")))
        .isTrue();
    assertThat(message.status()).isEqualTo(404);
    assertThat(message.body()).isEqualTo("bc");
  }

  @Test
  void refusesWhatItCannotHold() {
    var tooLong = ByteBuffer.allocate(HttpMessage.MAX_BYTES + 1);

    assertThatThrownBy(() -> message.take(tooLong)).hasMessageContaining("65536");
  }

  private static ByteBuffer ascii(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
  }
}
