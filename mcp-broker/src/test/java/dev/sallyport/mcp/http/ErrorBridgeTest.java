package dev.sallyport.mcp.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.mcp.wire.Json;
import dev.sallyport.mcp.wire.Revision;
import java.math.BigDecimal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ErrorBridgeTest {
  @ParameterizedTest
  @CsvSource({
    "-32000, -32000, -32000",
    "-32001, -32001, -32001",
    "-32002, -32602, -32002", // a resource that is not found
    "-32019, -32019, -32019",
    "-32020, -32603, -32603", // header mismatch
    "-32021, -32021, -32603", // missing capability
    "-32022, -32603, -32603", // unsupported version
    "-32042, -32603, -32042", // URL elicitation, as sessions have it
    "-32099, -32603, -32603",
    "-32100, -32100, -32100",
    "-32600, -32603, -32603",
    "-32601, -32601, -32601",
    "-32602, -32602, -32602",
    "-32603, -32603, -32603",
    "-32700, -32603, -32603",
    "1, 1, 1"
  })
  void givesACodeItsMeaningOnTheCallersWire(int code, int stateless, int inSession) {
    var error = Json.object().put("code", code).put("message", "m");
    assertThat(ErrorBridge.onto(Revision.R2026_07_28, error))
        .isEqualTo(Json.object().put("code", stateless).put("message", "m"));
    assertThat(ErrorBridge.onto(Revision.R2025_11_25, error))
        .isEqualTo(Json.object().put("code", inSession).put("message", "m"));
    assertThat(error.path("code").intValue()).isEqualTo(code);
  }

  @ParameterizedTest
  @ValueSource(strings = {"-32020.0", "-3.2020E4", "-320200e-1", "-32700.00", "-32600e0"})
  void knowsAReservedCodeHoweverItIsWritten(String code) {
    var error = Json.object().put("code", new BigDecimal(code)).put("message", "m");

    assertThat(ErrorBridge.onto(Revision.R2026_07_28, error).path("code").intValue())
        .isEqualTo(-32_603);
  }

  @ParameterizedTest
  @ValueSource(strings = {"4294934276", "4294934596", "-1e30", "-32020.5"})
  void takesNoOtherNumberForAReservedCode(String code) {
    var error = Json.object().put("code", new BigDecimal(code)).put("message", "m");

    assertThat(ErrorBridge.onto(Revision.R2026_07_28, error)).isSameAs(error);
    assertThat(ErrorBridge.status(Revision.R2026_07_28, error)).isEqualTo(200);
  }

  @Test
  void leavesAnErrorWithoutACodeAsItIs() {
    var error = Json.object().put("code", "x");
    assertThat(ErrorBridge.onto(Revision.R2026_07_28, error)).isSameAs(error);
  }
}
