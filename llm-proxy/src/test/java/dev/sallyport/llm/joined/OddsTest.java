package dev.sallyport.llm.joined;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.llm.spi.Form;
import dev.sallyport.llm.testing.Wire;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code logprobs} are emptied where a form has them, and are nothing special elsewhere. */
final class OddsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "CHAT | {'choices':[{'logprobs':{'content':ODDS}},{'logprobs':{'refusal':ODDS}}]}"
            + " | {'choices':[{'logprobs':null},{'logprobs':null}]}",
        "CHAT | {'choices':[{'delta':{'content':'a'},'logprobs':{'content':ODDS}}]}"
            + " | {'choices':[{'delta':{'content':'a'},'logprobs':null}]}",
        "RESPONSES | {'output':[{'content':[{'text':'a','logprobs':ODDS}]}]}"
            + " | {'output':[{'content':[{'text':'a','logprobs':[]}]}]}",
        "RESPONSES | {'type':'response.output_text.delta','delta':'a','logprobs':ODDS}"
            + " | {'type':'response.output_text.delta','delta':'a','logprobs':[]}",
        "RESPONSES | {'type':'response.content_part.done','part':{'text':'a','logprobs':ODDS}}"
            + " | {'type':'response.content_part.done','part':{'text':'a','logprobs':[]}}",
        "RESPONSES | {'item':{'content':[{'text':'a','logprobs':ODDS}]}}"
            + " | {'item':{'content':[{'text':'a','logprobs':[]}]}}",
        "RESPONSES | {'response':{'output':[{'content':[{'text':'a','logprobs':ODDS}]}]}}"
            + " | {'response':{'output':[{'content':[{'text':'a','logprobs':[]}]}]}}"
      })
  void areEmptiedWhereWhatWasSaidHasThem(Form form, String told, String left) throws Exception {
    assertThat(Wire.object(Odds.without(form, bytes(told)))).isEqualTo(Wire.object(bytes(left)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "MESSAGES | {'content':[{'type':'tool_use','input':{'logprobs':ODDS}}]}",
        "MESSAGES | {'content_block':{'type':'tool_use','input':{'content':{'logprobs':ODDS}}}}",
        "CHAT |"
            + " {'choices':[{'message':{'tool_calls':[{'function':{'arguments':{'logprobs':ODDS}}}]}}]}",
        "RESPONSES | {'tools':[{'parameters':{'properties':{'logprobs':{'type':'array'}}}}]}",
        "RESPONSES | {'response':{'text':{'format':{'schema':{'properties':{'logprobs':ODDS}}}}}}",
        "RESPONSES |"
            + " {'output':[{'type':'mcp_list_tools','tools':[{'input_schema':{'logprobs':ODDS}}]}]}",
        "EMBEDDINGS | {'data':[{'embedding':[1]}]}"
      })
  void areLeftWhereTheNameMeansSomethingElse(Form form, String told) throws Exception {
    var body = bytes(told);
    assertThat(Odds.without(form, body)).isSameAs(body);
    assertThat(Odds.withoutInEvent(form, frame(body))).isEqualTo(frame(body));
  }

  @Test
  void areEmptiedBesideArgumentsThatHaveTheName() throws Exception {
    var tool = "{'type':'function_call','input':{'logprobs':ODDS}}";
    var told = "{'output':[%s,{'content':[{'logprobs':ODDS}]}]}".formatted(tool);
    var left = Wire.object(Odds.without(Form.RESPONSES, bytes(told)));
    assertThat(left.at("/output/0")).isEqualTo(Wire.object(bytes(tool)));
    assertThat(left.at("/output/1/content/0/logprobs")).isEmpty();
  }

  private static byte[] frame(byte[] data) {
    return bytes("data: " + new String(data, StandardCharsets.UTF_8) + "\n\n");
  }

  /** JSON whose quotes are single ones. */
  private static byte[] bytes(String text) {
    return text.replace("ODDS", "[{'token':'s','bytes':[115]}]")
        .replace('\'', '"')
        .getBytes(StandardCharsets.UTF_8);
  }
}
