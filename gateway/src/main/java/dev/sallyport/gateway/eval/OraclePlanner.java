package dev.sallyport.gateway.eval;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.gateway.eval.AgentTurn.Answer;
import dev.sallyport.gateway.eval.Corpus.Call;
import dev.sallyport.gateway.eval.Corpus.Step;
import dev.sallyport.gateway.eval.Corpus.Suite;
import dev.sallyport.gateway.eval.Corpus.Task;
import dev.sallyport.sandbox.quarantine.HumanText;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Does tasks as an agent that never errs would: it knows which calls are right, but has to make
 * their arguments of what it has. Where it cannot, it is told them, so that what comes after can
 * still be measured; the task has failed then. For one thread.
 */
final class OraclePlanner {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final int MOST_SHOWN = 4;

  private final Stage stage;
  private final CorpusServer tools;
  private final OracleModel oracle;
  private final AtomicLong scenes = new AtomicLong();

  OraclePlanner(Stage stage, CorpusServer tools, OracleModel oracle) {
    this.stage = stage;
    this.tools = tools;
    this.oracle = oracle;
  }

  /**
   * An argument, or a part of one.
   *
   * @param place the task, the tool and the JSON pointer into its arguments
   * @param wanted what it must be
   */
  record Leaf(String place, JsonNode wanted, How how) {}

  /**
   * How a task went.
   *
   * @param rendered whether what the last call gave can be shown to the person
   * @param visible how many values of results were shown, of all that were shown or held
   * @param approved the tools of the calls that a person had to approve
   * @param refusals the codes of the refusals that say what to do instead, and of those that do not
   */
  record Went(
      Suite suite,
      Task task,
      List<Leaf> leaves,
      boolean rendered,
      Proportion visible,
      List<String> approved,
      List<Refused> refusals) {
    boolean isComplete() {
      return rendered && refusals.isEmpty() && leaves.stream().allMatch(leaf -> leaf.how().works());
    }
  }

  /** A call of a task that the gateway refused. */
  record Refused(String code, boolean hasRemedy) {}

  Went play(String server, Suite suite, Task task) throws IOException, InterruptedException {
    var name = "oracle-" + scenes.incrementAndGet();
    var scene = new Scene(suite, task);
    tools.begin(name, scene);
    try {
      return new Play(scene, stage.turn(server, name)).through();
    } finally {
      tools.end(name);
    }
  }

  /** One task. */
  private final class Play {
    private final Scene scene;
    private final AgentTurn agent;
    private final Crossed crossed;
    private final Maker maker;
    private final List<Leaf> leaves = new ArrayList<>();
    private final List<Refused> refusals = new ArrayList<>();
    private final List<String> approved = new ArrayList<>();

    Play(Scene scene, AgentTurn agent) {
      this.scene = scene;
      this.agent = agent;
      crossed = new Crossed(agent);
      maker = new Maker(new TaskWords(scene.task().prompt()), crossed, agent, oracle);
    }

    Went through() throws IOException, InterruptedException {
      boolean rendered = true;
      for (var step : scene.task().steps()) {
        var sent = CorpusServer.result(Attack.untouched(step, scene.suite()), Attack.Place.NOWHERE);
        var answer = called(step);
        if (answer.isRefusal()) {
          note(answer);
        } else {
          crossed.learn(answer.seen(), sent);
        }
        rendered = isShown(step);
      }
      return new Went(
          scene.suite(), scene.task(), leaves, rendered, crossed.visible(), approved, refusals);
    }

    private void note(Answer answer) {
      var told = answer.seen().path("structuredContent");
      var code = told.path("code").asText(answer.seen().at("/error/data/code").asText("unknown"));
      refusals.add(new Refused(code, !told.path("remedies").isEmpty() || told.has("approval")));
    }

    /** Makes a call; a person who is asked about it approves, since it is right. */
    private Answer approved(Call call) throws IOException, InterruptedException {
      var answer = agent.call(call);
      if (!answer.code().equals("approval_required")) {
        return answer;
      }
      approved.add(call.tool());
      var id = answer.seen().findPath("approvalId").asText();
      var _ = stage.product().administer("POST", "/admin/calls/" + id + "/approve", "{}");
      return agent.call(call);
    }

    private Answer called(Step step) throws IOException, InterruptedException {
      var made = new ArrayList<Leaf>();
      var call = step.call();
      var schema =
          scene.suite().tools().stream()
              .filter(tool -> tool.path("name").asText().equals(call.tool()))
              .findFirst()
              .map(tool -> tool.path("inputSchema"))
              .orElse(NODES.objectNode());
      var place = scene.task().id() + " " + call.tool() + " ";
      maker.begin(call.tool());
      var arguments = (ObjectNode) make(call.arguments(), "", schema, place, made);
      var answer = approved(new Call(call.tool(), arguments));
      boolean same = scene.last().filter(call::equals).isPresent();
      for (var leaf : made) {
        boolean otherwise = !same && leaf.how().works() && !answer.isRefusal();
        leaves.add(otherwise ? new Leaf(leaf.place(), leaf.wanted(), How.SENT_OTHERWISE) : leaf);
      }
      return answer;
    }

    private JsonNode make(
        JsonNode wanted, String called, JsonNode schema, String place, List<Leaf> into)
        throws IOException, InterruptedException {
      if (wanted instanceof ObjectNode object) {
        var made = NODES.objectNode();
        for (var member : object.properties()) {
          var name = member.getKey();
          var of = schema.path("properties").path(name);
          made.set(name, make(member.getValue(), name, of, place + "/" + name, into));
        }
        return made;
      }
      if (wanted instanceof ArrayNode array) {
        var made = NODES.arrayNode();
        for (int i = 0; i < array.size(); i++) {
          made.add(make(array.get(i), called, schema.path("items"), place + "/" + i, into));
        }
        return made;
      }
      var made = maker.make(wanted, called, schema);
      into.add(new Leaf(place, wanted, made.how()));
      return made.how().works() ? made.value() : wanted;
    }

    /** Has the longest texts of a result shown, and looks whether the person gets them. */
    private boolean isShown(Step step) throws IOException, InterruptedException {
      if (!step.equals(scene.task().steps().getLast())) {
        return true;
      }
      var returned = Attack.untouched(step, scene.suite());
      var texts =
          crossed.texts().entrySet().stream()
              .filter(text -> returned.text().contains(text.getKey()))
              .sorted(
                  Comparator.comparingInt(
                          (Map.Entry<String, String> text) -> text.getKey().length())
                      .reversed())
              .limit(MOST_SHOWN)
              .toList();
      for (var text : texts) {
        Answer _ = agent.call(new Call("q_show", Crossed.about(text.getValue())));
      }
      var path = "/admin/turns/" + agent.id() + "/shown";
      var shown = texts.isEmpty() ? "" : stage.product().administer("GET", path, "").toString();
      return texts.stream()
          .map(text -> NODES.textNode(HumanText.sanitise(text.getKey())).toString())
          .allMatch(text -> shown.contains(text.substring(1, text.length() - 1)));
    }
  }
}
