package dev.sallyport.sandbox.quarantine;

import static dev.sallyport.sandbox.quarantine.TestJson.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.sandbox.testing.ScriptedQuarantineModel;
import dev.sallyport.sandbox.testing.SeededRandom;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Containment 3.4: the order of options is permuted per call by a keyed function. */
class OptionOrderTest extends QuarantineToolsScene {
  private static final JsonNode SCHEMA =
      json("{'properties': {'enum': {'enum': ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']}}}");

  @Test
  void dependsOnTheKeyAndTheCallAndNothingElse() {
    var order = new OptionOrder(new SeededRandom(1));

    assertThat(order.permuted(SCHEMA, "1")).isEqualTo(order.permuted(SCHEMA, "1"));
    assertThat(order.permuted(SCHEMA, "1")).isNotEqualTo(order.permuted(SCHEMA, "2"));
    assertThat(new OptionOrder(new SeededRandom(2)).permuted(SCHEMA, "1"))
        .isNotEqualTo(order.permuted(SCHEMA, "1"));
  }

  @Test
  void putsEachOptionInEachPlaceAboutAsOften() {
    var order = new OptionOrder(new SeededRandom(1));
    var firsts = new int[8];
    for (var call = 0; call < 800; call++) {
      var words = order.permuted(SCHEMA, "call " + call).at("/properties/enum/enum");
      firsts[words.get(0).textValue().charAt(0) - 'a']++;
    }

    assertThat(IntStream.of(firsts).min().orElseThrow()).isGreaterThan(60);
    assertThat(IntStream.of(firsts).max().orElseThrow()).isLessThan(140);
  }

  @ParameterizedTest
  @ValueSource(strings = {"q_ask", "q_extract"})
  void givesTheModelTheSameOptionsInAnotherOrder(String tool) {
    var invalid = "{\"abstain\": false, \"answer\": \"none of these\"}";
    var enumeration = "{'type': 'string', 'enum': ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']}";
    var schema =
        tool.equals("q_ask")
            ? enumeration
            : "{'type': 'object', 'properties': {'f': " + enumeration + "}}";
    Set<String> orders = new HashSet<>();
    Set<Set<String>> options = new HashSet<>();
    for (var text = 0; text < 5; text++) {
      var model = new ScriptedQuarantineModel(invalid, invalid);
      var arguments = arguments(hold("'Text " + text + "'"), "What?", schema);
      if (tool.equals("q_extract")) {
        arguments.remove("question");
      }
      var _ = tools(model).call("t", tool, arguments);
      model
          .schemas()
          .forEach(sent -> {
            var words = sent.findValue("enum");
            orders.add(words.toString());
            options.add(words(words));
          });
    }

    assertThat(orders.size()).isGreaterThan(5);
    assertThat(options).hasSize(1);
  }

  private static Set<String> words(JsonNode words) {
    var all = new HashSet<String>();
    StreamSupport.stream(words.spliterator(), false).map(JsonNode::textValue).forEach(all::add);
    return all;
  }
}
