package dev.sallyport.mcp.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RpcMessageTest {
  @ParameterizedTest
  @ValueSource(strings = {"1", "\"1\"", "0", "-5", "9223372036854775808", "\"\"", "1.0", "1E+2"})
  void keepsTheIdAsItWasSent(String id) throws Exception {
    var message = read("{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"method\":\"ping\",\"x\":1}");

    assertThat(message)
        .isInstanceOfSatisfying(
            RpcMessage.Request.class, request -> assertThat(request.id().toString()).isEqualTo(id));
  }

  @Test
  void tellsTheFourKindsApart() throws Exception {
    assertThat(read("{\"jsonrpc\":\"2.0\",\"method\":\"m\"}"))
        .isInstanceOf(RpcMessage.Notification.class);
    assertThat(read("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"later\":true}}"))
        .isInstanceOf(RpcMessage.Response.class);
    assertThat(read("{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-1,\"message\":\"m\"}}"))
        .isInstanceOf(RpcMessage.Failure.class);
  }

  /** AZ-04: batches, and the rest of what is no message. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "[{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}]",
        "1",
        "\"ping\"",
        "{}",
        "{\"jsonrpc\":\"1.0\",\"id\":1,\"method\":\"ping\"}",
        "{\"jsonrpc\":\"2.0\",\"id\":1}",
        "{\"jsonrpc\":\"2.0\",\"id\":null,\"method\":\"ping\"}",
        "{\"jsonrpc\":\"2.0\",\"id\":1.5,\"method\":\"ping\"}",
        "{\"jsonrpc\":\"2.0\",\"id\":{},\"method\":\"ping\"}",
        "{\"jsonrpc\":\"2.0\",\"id\":true,\"method\":\"ping\"}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":7}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"params\":[]}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"params\":null}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"result\":{}}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{},\"error\":{\"code\":1,\"message\":\"m\"}}",
        "{\"jsonrpc\":\"2.0\",\"result\":{}}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":[]}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"message\":\"m\"}}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":1.5,\"message\":\"m\"}}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":\"1\",\"message\":\"m\"}}",
      })
  void refusesWhatIsNoMessage(String json) {
    assertThatThrownBy(() -> read(json)).isInstanceOf(InvalidRpcException.class);
  }

  private static RpcMessage read(String json) throws Exception {
    return RpcMessage.of(Json.parseRequest(json.getBytes(UTF_8)));
  }
}
