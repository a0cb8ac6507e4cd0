package dev.sallyport.gateway.eval;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.gateway.eval.Corpus.Call;
import java.io.IOException;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Has the quarantined model answer, extract and write for an agent, always through the gateway and
 * within schemas that are fixed before a text is read. For one thread.
 */
final class Inquiry {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  /** A window in which any day of daily life lies. */
  private static final String FIRST_DAY = "2000-01-01";

  private static final String LAST_DAY = "2049-12-31";
  private static final int LONGEST_PASSAGE = 2_000;

  private final AgentTurn agent;
  private final OracleModel oracle;
  private final Map<String, Boolean> told = new HashMap<>();

  Inquiry(AgentTurn agent, OracleModel oracle) {
    this.agent = agent;
    this.oracle = oracle;
  }

  /**
   * Whether a whole number is told, when a text is asked for it.
   *
   * @param ref the text
   * @param from what the text holds, from which the number is known
   */
  boolean whole(String ref, String from, long number, long least, long most)
      throws IOException, InterruptedException {
    var schema = NODES.objectNode().put("type", "integer");
    schema.put("minimum", least).put("maximum", most);
    var question = oracle.question(from, NODES.numberNode(number));
    return asked(ref + " " + number, ref, question, schema, String.valueOf(number));
  }

  /** Whether a day is told, when a text that says it, in whatever form, is asked for it. */
  boolean day(String ref, LocalDate day) throws IOException, InterruptedException {
    var schema = NODES.objectNode().put("type", "string").put("format", "date");
    schema.put("formatMinimum", FIRST_DAY).put("formatMaximum", LAST_DAY);
    var question = oracle.question("", NODES.textNode(day.toString()));
    return asked(ref + " " + day, ref, question, schema, day.toString());
  }

  private boolean asked(String key, String ref, String question, ObjectNode schema, String wanted)
      throws IOException, InterruptedException {
    var known = told.get(key);
    if (known != null) {
      return known;
    }
    var arguments = Crossed.about(ref).put("question", question);
    arguments.set("schema", schema);
    boolean isTold =
        agent.call(new Call("q_ask", arguments)).told().path("answer").asText().equals(wanted);
    told.put(key, isTold);
    return isTold;
  }

  /** A reference to a passage of a text, which the model copies out of it. */
  Optional<String> passage(String ref, String passage) throws IOException, InterruptedException {
    var name = oracle.passage(passage);
    var schema = NODES.objectNode().put("type", "object");
    schema
        .putObject("properties")
        .putObject(name)
        .put("type", "string")
        .put("maxLength", LONGEST_PASSAGE);
    var arguments = Crossed.about(ref);
    arguments.set("schema", schema);
    var value = agent.call(new Call("q_extract", arguments)).told().path("value").path(name);
    return Optional.ofNullable(value.textValue());
  }

  /** A reference to a text that the model writes of what some texts say. */
  Optional<String> written(List<String> refs, String text)
      throws IOException, InterruptedException {
    var about = refs.getFirst();
    if (refs.size() > 1) {
      var template = NODES.objectNode().put("template", String.join("\n", refs));
      about = agent.call(new Call("q_compose", template)).told().path("value").asText();
    }
    var arguments = Crossed.about(about).put("instruction", oracle.instruction(text));
    var value = agent.call(new Call("q_map", arguments)).told().path("value");
    return Optional.ofNullable(value.textValue());
  }
}
