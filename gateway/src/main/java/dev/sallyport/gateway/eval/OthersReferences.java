package dev.sallyport.gateway.eval;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.gateway.eval.AgentTurn.Answer;
import dev.sallyport.gateway.eval.Corpus.Call;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Every agent tries the reference of every other, in every way in which a reference can be used, in
 * a turn of its own and as if in the other's. Its own works in all of them.
 *
 * @param agents how many there are
 */
record OthersReferences(Checks checks, Stand stand, int agents) {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final Set<String> REFUSED = Set.of("unknown_reference", "unknown_turn");

  /** An agent, and what it was given. */
  private record Owner(AgentTurn agent, String secret, String reference) {}

  void run() throws IOException, InterruptedException {
    var owners = new ArrayList<Owner>();
    for (int i = 0; i < agents; i++) {
      owners.add(owner(i));
    }
    for (var user : owners) {
      for (var owner : owners) {
        for (var way : ways(owner.reference()).entrySet()) {
          var where = "%s, %s".formatted(way.getKey(), owner.secret());
          if (user.equals(owner)) {
            used(user.agent(), way.getValue(), where);
          } else {
            refused(user.agent(), owner, way.getValue(), where);
            refused(
                user.agent().in(owner.agent().turn()),
                owner,
                way.getValue(),
                where + ", in its turn");
          }
        }
      }
    }
  }

  private Owner owner(int number) throws IOException, InterruptedException {
    var secret = "secret-of-agent-" + number;
    stand.probe().returns(secret, ProbeServer.structured(NODES.objectNode().put("text", secret)));
    var agent = stand.agent(number);
    var answer = agent.call(new Call("read", NODES.objectNode().put("case", secret)));
    return new Owner(agent, secret, answer.told().path("text").asText());
  }

  private void used(AgentTurn agent, Call call, String where)
      throws IOException, InterruptedException {
    var answer = agent.call(call);
    checks.check(
        "a reference is of use to whom it was given",
        answer.isResult() && !answer.seen().path("isError").asBoolean(),
        where + ": " + answer.seen());
  }

  private void refused(AgentTurn agent, Owner owner, Call call, String where)
      throws IOException, InterruptedException {
    int before = stand.probe().sent().size();
    var answer = agent.call(call);
    var sent = stand.probe().sent();
    checks.check(
        "a reference of another is refused, and nothing is called",
        isRefused(answer) && sent.size() == before,
        where + ": " + answer.seen());
    checks.check(
        "nothing of what another holds is told or sent",
        !answer.seen().toString().contains(owner.secret())
            && sent.stream().skip(before).noneMatch(one -> one.contains(owner.secret())),
        where + ": " + answer.seen());
  }

  private static boolean isRefused(Answer answer) {
    return REFUSED.contains(answer.code())
        || answer.told().path("message").asText().equals("this turn holds no such reference");
  }

  /** Every way in which a call can use a reference. */
  private static Map<String, Call> ways(String reference) {
    var ways = new LinkedHashMap<String, Call>();
    ways.put("as an argument", new Call("send", NODES.objectNode().put("to", reference)));
    ways.put(
        "in a text", new Call("send", NODES.objectNode().put("to", "Dear " + reference + "!")));
    var list = NODES.objectNode().put("to", "a");
    list.putArray("body").add(1).add(reference);
    ways.put("in a list", new Call("send", list));
    var deep = NODES.objectNode().put("to", "a");
    deep.putObject("more").putObject("deeper").put("still", reference);
    ways.put("in an object", new Call("send", deep));
    for (var tool : List.of("q_get", "q_show")) {
      ways.put(tool, new Call(tool, ref(reference)));
    }
    ways.put(
        "q_compare", new Call("q_compare", ref(reference).put("is", "contains").put("value", "s")));
    ways.put("q_match", new Call("q_match", ref(reference).put("what", "word")));
    ways.put(
        "q_compose", new Call("q_compose", NODES.objectNode().put("template", "A " + reference)));
    var ask = ref(reference).put("question", "0: Is it?");
    ask.putObject("schema").put("type", "boolean");
    ways.put("q_ask", new Call("q_ask", ask));
    return ways;
  }

  private static ObjectNode ref(String reference) {
    return NODES.objectNode().put("ref", reference);
  }
}
