package dev.sallyport.gateway.responses;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TurnSignsTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'tools':[{'type':'mcp'}]}",
        "{'tools':[1,{'type':'function'},{'x':[{'y':1}],'type':'mcp'}]}",
        "{'tools':[{'type':'\\u006dcp'}]}",
        "{'tools':[{'type':'function','type':'mcp'}]}",
        "{'tools':[],'tools':[{'type':'mcp'}]}",
        "{'input':[{'role':'user'},{'type':'mcp_approval_response'}],'tools':[]}",
        "{'input':[{'type':'mcp_call'}]}",
        "{'input':[{'type':'mcp_list_tools'}]",
      })
  void seesATurn(String body) {
    assertThat(in(body)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "no JSON",
        "{",
        "{'tools':'mcp','input':'mcp_call'}",
        "{'tools':[{'type':'function','name':'mcp'}],'input':[{'type':'mcp'}]}",
        "{'tools':[{'type':1},{'type':{'type':'mcp'}},[{'type':'mcp'}]]}",
        "{'tools':[{'x':{'type':'mcp'}}],'x':{'tools':[{'type':'mcp'}]}}",
        "{'input':[{'type':'function_call_output','output':[{'type':'mcp_call'}]}]}",
      })
  void seesNoneElsewhere(String body) {
    assertThat(in(body)).isFalse();
  }

  @Test
  void looksNoDeeperThanThereIsToLook() {
    assertThat(in("{'input':" + "[".repeat(100_000))).isFalse();
  }

  private static boolean in(String quoted) {
    return TurnSigns.in(quoted.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
  }
}
