package dev.sallyport.gateway.turn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TurnRequestReaderTest {
  private static TurnRequest read(String body) {
    try {
      return TurnRequestReader.read(new ObjectMapper().readTree(body.replace('\'', '"')));
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void isOfTheSessionThatItNamesItselfBeforeAnother() {
    var named = read("{'model':'m','input':'x','session_id':'s'}");
    assertThat(named.in("h").session()).contains("s");
    assertThat(named.dropped()).isEmpty();
    var tooLong = read("{'model':'m','input':'x','session_id':'%s'}".formatted("s".repeat(257)));
    assertThat(tooLong.session()).isEmpty();
    assertThat(tooLong.in("h").session()).contains("h");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[]|must be a JSON object",
        "{'input':'x'}|'model'",
        "{'model':7,'input':'x'}|'model' must be a text",
        "{'model':'m'}|'input'",
        "{'model':'m','input':[]}|'input'",
        "{'model':'m','input':7}|'input'",
        "{'model':'m','input':[{'type':'computer_call'}]}|unknown type",
        "{'model':'m','input':[{'role':'tool','content':'x'}]}|unknown role",
        "{'model':'m','input':[{'role':'user','content':7}]}|'content'",
        "{'model':'m','input':[{'role':'user','content':[{'type':'input_file'}]}]}|unknown type",
        "{'model':'m','input':[{'type':'function_call','name':'f'}]}|an id and a name",
        "{'model':'m','input':'x','stream':'yes'}|'stream' must be true or false",
        "{'model':'m','input':'x','store':true}|keeps no responses",
        "{'model':'m','input':'x','background':true}|'background'",
        "{'model':'m','input':'x','previous_response_id':'r'}|keeps no responses",
        "{'model':'m','input':'x','conversation':'c'}|keeps no responses",
        "{'model':'m','input':'x','prompt':{'id':'p'}}|keeps no responses",
        "{'model':'m','input':'x','max_tool_calls':-1}|'max_tool_calls'",
        "{'model':'m','input':'x','tool_choice':{'type':'mcp'}}|'tool_choice'",
        "{'model':'m','input':'x','tools':{}}|'tools' must be a list",
        "{'model':'m','input':'x','tools':[{'type':'web_search'}]}|other than 'mcp' and 'function'",
        "{'model':'m','input':'x','tools':[{'type':'function'}]}|'name'",
        "{'model':'m','input':'x','tools':[{'type':'mcp'}]}|'server_label'",
        "{'model':'m','input':'x','tools':[{'type':'mcp','server_label':'../etc'}]}|'server_label'",
        "{'model':'m','input':'x','tools':[{'type':'mcp','server_label':'a'},{'type':'mcp','server_label':'a'}]}|twice",
        "{'model':'m','input':'x','tools':[{'type':'mcp','server_label':'a','server_url':'https://evil.example/mcp/b'}]}|'server_url'",
        "{'model':'m','input':'x','tools':[{'type':'mcp','server_label':'a','server_url':'::'}]}|'server_url'",
        "{'model':'m','input':'x','tools':[{'type':'mcp','server_label':'a','authorization':'t'}]}|'authorization'",
        "{'model':'m','input':'x','tools':[{'type':'mcp','server_label':'a','headers':{'x':'y'}}]}|'headers'",
        "{'model':'m','input':'x','tools':[{'type':'mcp','server_label':'a','require_approval':'always'}]}|'require_approval'",
        "{'model':'m','input':'x','tools':[{'type':'mcp','server_label':'a','allowed_tools':[]}]}|'allowed_tools'",
        "{'model':'m','input':'x','tools':[{'type':'mcp','server_label':'a','allowed_tools':[1]}]}|'allowed_tools'"
      })
  void refusesWhatItCannotDoAndNamesTheField(String body, String named) {
    assertThatThrownBy(() -> read(body))
        .isInstanceOfSatisfying(
            Refusal.class,
            refusal -> {
              assertThat(refusal.code()).isEqualTo(RefusalCode.MALFORMED_REQUEST);
              assertThat(refusal.advice()).contains(named);
            });
  }

  @Test
  void carriesTheSettingsOfTheModelUnderTheirNamesInChat() {
    var request =
        read(
            """
            {'model':'m','input':'x','temperature':0.5,'max_output_tokens':7,
             'reasoning':{'effort':'low'},'tool_choice':{'type':'function','name':'f'},
             'text':{'format':{'type':'json_schema','name':'n','schema':{'type':'object'}}}}
            """);

    assertThat(request.settings().toString())
        .contains("\"temperature\":0.5")
        .contains("\"max_completion_tokens\":7")
        .contains("\"reasoning_effort\":\"low\"")
        .contains("\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"f\"}}")
        .contains(
            "\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"n\","
                + "\"schema\":{\"type\":\"object\"}}}");
  }

  @Test
  void namesTheFieldsThatItDidNothingWith() {
    assertThat(read("{'model':'m','input':'x','zebra':1,'metadata':{}}").dropped())
        .containsExactly("zebra");
  }
}
