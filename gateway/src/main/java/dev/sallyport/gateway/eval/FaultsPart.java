package dev.sallyport.gateway.eval;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sallyport.gateway.eval.Corpus.Call;
import dev.sallyport.gateway.trial.TrialFolder;
import dev.sallyport.identity.audit.EvidenceReader;
import java.io.IOException;
import java.util.HashMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** Whether everything that can fail fails closed: a table of faults and of where they happen. */
final class FaultsPart implements Part {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final String DIED = "the gateway dies: ";
  private static final int PATIENCE_SECONDS = 20;

  @Override
  public String name() {
    return "faults";
  }

  @Override
  public String says() {
    return "whether everything that can fail fails closed";
  }

  @Override
  public PartReport run(Setting setting) throws IOException, InterruptedException {
    var checks = new Checks(name());
    var held = new HeldModel();
    int most = setting.cases().orElse(Integer.MAX_VALUE);
    try (var folder = TrialFolder.create();
        var stand = new Stand(folder.path(), setting.clock(), new ProbeServer(), held.start())) {
      var fine = NODES.objectNode().put("text", "fine");
      stand.probe().returns("fine", ProbeServer.structured(fine));
      setting.progress().accept("faults, of references, turns and approvals");
      new TurnFaults(checks, stand).run();
      setting.progress().accept("faults, of servers");
      new UpstreamFaults(checks, stand, most).run();
      setting.progress().accept("faults, of the quarantined model");
      new BrokenModel(checks, held, stand, most, 1).run();
      setting.progress().accept("faults, of the gateway itself");
      died(checks, stand);
      complete(checks, stand);
    }
    return checks;
  }

  /** Kills the gateway while a call is under way, and starts it again. */
  private static void died(Checks checks, Stand stand) throws IOException, InterruptedException {
    var reached = new CountDownLatch(1);
    stand
        .probe()
        .spoils(
            "dying",
            sent -> {
              reached.countDown();
              return sent.after(1_500);
            });
    var agent = stand.agent(0);
    var read = new Call("read", NODES.objectNode().put("case", "fine"));
    var reference = agent.call(read).told().path("text").asText();
    var dying = new Call("send", NODES.objectNode().put("to", reference).put("case", "dying"));
    try (var players = Executors.newSingleThreadExecutor()) {
      var calling = players.submit(() -> agent.call(dying));
      checks.check(
          DIED + "a call under way", reached.await(PATIENCE_SECONDS, TimeUnit.SECONDS), "");
      stand.restart();
      checks.check(DIED + "its caller gets no answer", isBroken(calling::get), "");
    }
    int sent = stand.probe().sent().size();
    var again = stand.agent(0).in(agent.turn());
    var told = again.call(new Call("send", NODES.objectNode().put("to", reference)));
    checks.check(
        DIED + "a turn and a reference of before",
        (told.code().equals("unknown_turn") || told.code().equals("unknown_reference"))
            && stand.probe().sent().size() == sent,
        String.valueOf(told.seen()));
    var fresh = stand.agent(0).call(read);
    checks.check(DIED + "a new call", fresh.code().isEmpty(), String.valueOf(fresh.seen()));
  }

  private static boolean isBroken(Callable<?> calling) {
    try {
      var _ = calling.call();
      return false;
    } catch (Exception _) {
      return true;
    }
  }

  /** Every call that was begun has one outcome, and the one that broke off an unknown one. */
  private static void complete(Checks checks, Stand stand) throws IOException {
    var open = new HashMap<String, JsonNode>();
    var unknown = new int[1];
    new EvidenceReader(stand.evidence())
        .forEach(record -> {
          var call = record.path("call_id").asText();
          switch (record.path("type").asText()) {
            case "intent" -> open.put(call, record);
            case "outcome" -> {
              boolean begun = open.remove(call) != null;
              checks.check(
                  "an outcome is of a call that was begun, or of one that was held",
                  begun || record.path("code").asText().startsWith("approval_"),
                  record.toString());
              unknown[0] += record.path("outcome").asText().equals("unknown") ? 1 : 0;
              checks.check(
                  "evidence holds nothing of what was sent",
                  !record.toString().contains(UpstreamFaults.CANARY)
                      && !record.toString().contains(BrokenModel.CANARY),
                  record.toString());
            }
            default -> {}
          }
        });
    checks.check("every call that was begun has an outcome", open.isEmpty(), open.toString());
    checks.check(DIED + "its outcome is unknown", unknown[0] == 1, unknown[0] + " are");
  }

  @Override
  public String toString() {
    return name();
  }
}
