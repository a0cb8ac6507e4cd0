package dev.sallyport.gateway.turn;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.gateway.turn.ChatAssembler.Call;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ChatAssemblerTest {
  @ParameterizedTest
  @ValueSource(strings = {"", "other"})
  void keepsTheIdAndTheNameThatACallBeganWith(String again) {
    var answer = new ChatAssembler();
    answer.add(chunk("a", "f", "{"));
    answer.add(chunk(again, "", "}"));

    assertThat(answer.calls()).containsExactly(new Call("a", "f", "{}"));
  }

  private static ObjectNode chunk(String id, String name, String arguments) {
    var chunk = JsonNodeFactory.instance.objectNode();
    var delta = chunk.putArray("choices").addObject().putObject("delta");
    var call = delta.putArray("tool_calls").addObject().put("index", 0).put("id", id);
    call.putObject("function").put("name", name).put("arguments", arguments);
    return chunk;
  }
}
