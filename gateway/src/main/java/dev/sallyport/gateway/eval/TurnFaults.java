package dev.sallyport.gateway.eval;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.gateway.eval.AgentTurn.Answer;
import dev.sallyport.gateway.eval.Corpus.Call;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** What an agent can get wrong about references, turns and approvals: nothing is called. */
record TurnFaults(Checks checks, Stand stand) {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final String SECRET = "HELD-93be";

  void run() throws IOException, InterruptedException {
    stand.probe().returns("held", ProbeServer.structured(NODES.objectNode().put("text", SECRET)));
    references();
    turns();
    approvals();
  }

  private void references() throws IOException, InterruptedException {
    var other = given(stand.agent(4));
    var agent = stand.agent(4);
    var own = given(agent);
    for (var wrong : wrong(own, other).entrySet()) {
      for (var step : steps(wrong.getValue()).entrySet()) {
        refused(wrong.getKey(), step.getKey(), agent, step.getValue(), "unknown_reference");
      }
    }
    var inName = NODES.objectNode().put("to", "a");
    inName.putObject("more").put(own, "b");
    refused(
        "a reference in a name",
        "an argument",
        agent,
        new Call("send", inName),
        "unknown_reference");
  }

  private static Map<String, String> wrong(String own, String other) {
    var number = own.substring(own.indexOf('#') + 1, own.indexOf('.'));
    var all = new LinkedHashMap<String, String>();
    all.put("a reference of another turn", other);
    all.put("a reference in capitals", own.toUpperCase(Locale.ROOT).replace("TXT", "txt"));
    all.put("a reference with spaces", own.replace("{{", "{{ "));
    all.put("a reference of another kind", own.replace("txt", "addr"));
    all.put("a reference of no kind", own.replace("txt", "txt "));
    all.put("a reference without its nonce", own.replaceAll("\\..*}}", "}}"));
    all.put("a reference of a number not given", own.replace("#" + number, "#999"));
    all.put("a reference of number zero", own.replace("#" + number, "#0"));
    all.put("a reference that is cut", own.substring(0, own.length() - 1));
    return all;
  }

  private static Map<String, Call> steps(String reference) {
    var all = new LinkedHashMap<String, Call>();
    all.put("an argument", new Call("send", NODES.objectNode().put("to", reference)));
    all.put("a text", new Call("send", NODES.objectNode().put("to", "Dear " + reference)));
    all.put("q_get", new Call("q_get", NODES.objectNode().put("ref", reference)));
    all.put("q_compose", new Call("q_compose", NODES.objectNode().put("template", reference)));
    return all;
  }

  private void turns() throws IOException, InterruptedException {
    var agent = stand.agent(4);
    var own = given(agent);
    var another = stand.agent(5);
    var _ = given(another);
    var send = new Call("send", NODES.objectNode().put("to", own));
    var read = new Call("read", NODES.objectNode().put("case", "held"));
    refused("no turn", "a call with a reference", agent.in(""), send, "unknown_reference");
    for (var call : Map.of("a call with a reference", send, "a call", read).entrySet()) {
      var invented = agent.in("turn_" + "a".repeat(26));
      refused("an invented turn", call.getKey(), invented, call.getValue(), "unknown_turn");
      refused(
          "a turn that is no name",
          call.getKey(),
          agent.in("../a"),
          call.getValue(),
          "unknown_turn");
      refused(
          "a turn of another",
          call.getKey(),
          agent.in(another.turn()),
          call.getValue(),
          "unknown_turn");
    }
  }

  private void approvals() throws IOException, InterruptedException {
    var agent = stand.agent(6);
    var own = given(agent);
    var first = pay(own, "one");
    var held = agent.call(first);
    checks.check(
        "a held call -> approval_required", held.code().equals("approval_required"), said(held));
    refused("a held call", "made again", agent, first, "approval_required");
    UpstreamFaults.approve(stand, held);
    refused("an approved call of other arguments", "", agent, pay(own, "two"), "approval_required");
    refused(
        "an approved call of another caller",
        "",
        stand.agent(7),
        pay("a", "one"),
        "approval_required");
    int before = stand.probe().sent().size();
    var made = agent.call(first);
    checks.check(
        "an approved call, the very same -> made once",
        made.code().isEmpty() && stand.probe().sent().size() == before + 1,
        said(made));
    refused("an approved call, made twice", "", agent, first, "approval_required");
    var unwanted = pay(own, "three");
    var id = agent.call(unwanted).seen().findPath("approvalId").asText();
    var _ = stand.product().administer("POST", "/admin/calls/" + id + "/reject", "{}");
    refused("a rejected call", "made again", agent, unwanted, "approval_rejected");
    var elsewhere = pay(own, "four");
    UpstreamFaults.approve(stand, agent.call(elsewhere));
    refused("an approved call in another turn", "", stand.agent(6), elsewhere, "unknown_reference");
  }

  private static Call pay(String to, String name) {
    return new Call("pay", NODES.objectNode().put("to", to).put("case", name));
  }

  private static String given(AgentTurn agent) throws IOException, InterruptedException {
    var read = new Call("read", NODES.objectNode().put("case", "held"));
    return agent.call(read).told().path("text").asText();
  }

  private void refused(String fault, String step, AgentTurn agent, Call call, String code)
      throws IOException, InterruptedException {
    int before = stand.probe().sent().size();
    var answer = agent.call(call);
    checks.check(
        fault + " -> " + code,
        (answer.code().equals(code) || isToldByTheQuarantine(answer))
            && stand.probe().sent().size() == before,
        step + ": " + said(answer));
    checks.check(
        "nothing that is held is told by a refusal",
        !said(answer).contains(SECRET),
        fault + " at " + step);
  }

  /** The quarantine's own tools say in words what was wrong. */
  private static boolean isToldByTheQuarantine(Answer answer) {
    return answer.told() instanceof ObjectNode told
        && told.path("error").asText().equals("refused")
        && told.path("message").asText().contains("reference");
  }

  private static String said(Answer answer) {
    return String.valueOf(answer.seen());
  }
}
