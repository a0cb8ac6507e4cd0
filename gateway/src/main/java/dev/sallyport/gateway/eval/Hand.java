package dev.sallyport.gateway.eval;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.gateway.eval.AgentTurn.Answer;
import dev.sallyport.gateway.eval.Corpus.Call;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * An agent at work in the firm, call by call, in one turn until it begins another. What it is given
 * of a record it passes on as it is: a reference under a rule, the text itself where there is none.
 * For one thread.
 */
final class Hand {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final Pattern ADDRESS = Pattern.compile("[a-z.]+@[a-z-]+\\.example");
  private static final String REFERENCE = "{{";

  private final Supplier<AgentTurn> turns;
  private final CorpServer server;
  private final Approver approver;
  private final List<String> problems = new ArrayList<>();
  private final int begun;
  private AgentTurn turn;
  private int before;

  Hand(Supplier<AgentTurn> turns, CorpServer server, Approver approver) {
    this.turns = turns;
    this.server = server;
    this.approver = approver;
    this.turn = turns.get();
    this.begun = server.effects().size();
  }

  /** Another person, who says yes or no to a held call. */
  @FunctionalInterface
  interface Approver {
    void decide(Answer held, String verdict) throws IOException;
  }

  /** Begins another turn. */
  Hand again() {
    turn = turns.get();
    return this;
  }

  /** Reads a record, and gives what it is told of it. */
  JsonNode read(String folder, String file) throws IOException, InterruptedException {
    return tell("read_" + folder, NODES.objectNode().put("file", file));
  }

  /** Searches a folder. */
  JsonNode search(String folder, String query) throws IOException, InterruptedException {
    return tell("search_" + folder, NODES.objectNode().put("query", query));
  }

  /** Tries to read a record. */
  Answer look(String folder, String file) throws IOException, InterruptedException {
    return call("read_" + folder, NODES.objectNode().put("file", file));
  }

  private JsonNode tell(String tool, ObjectNode arguments)
      throws IOException, InterruptedException {
    var answer = call(tool, arguments);
    if (answer.isRefusal()) {
      problems.add(tool + " was refused: " + answer.seen());
    }
    return answer.told();
  }

  Answer mail(String to, String subject, String body) throws IOException, InterruptedException {
    var arguments = NODES.objectNode().put("to", to).put("subject", subject).put("body", body);
    return call("send_email", arguments);
  }

  Answer create(String folder, String file, String content)
      throws IOException, InterruptedException {
    return call("create_" + folder, NODES.objectNode().put("file", file).put("content", content));
  }

  /** Adds a payment, of an amount as it is given. */
  Answer pay(String file, String content, JsonNode amount)
      throws IOException, InterruptedException {
    var arguments = NODES.objectNode().put("file", file).put("content", content);
    arguments.set("amount", amount);
    return call("create_finance", arguments);
  }

  Answer share(String file, String to) throws IOException, InterruptedException {
    return call("share_legal_packet", NODES.objectNode().put("file", file).put("to", to));
  }

  /** Puts a text and values together: by the gateway, if there is a reference among them. */
  String composed(String text) throws IOException, InterruptedException {
    return text.contains(REFERENCE)
        ? call("q_compose", NODES.objectNode().put("template", text))
            .told()
            .path("value")
            .asText(text)
        : text;
  }

  /** The address that stands in a text. */
  String address(String text) throws IOException, InterruptedException {
    if (text.startsWith(REFERENCE)) {
      var picked = NODES.objectNode().put("ref", text).put("what", "email").put("index", 0);
      return call("q_match", picked).told().path("value").asText();
    }
    var found = ADDRESS.matcher(text);
    return found.find() ? found.group() : "";
  }

  /** Shows a value to the person whom it works for. */
  Answer show(String value) throws IOException, InterruptedException {
    return call("q_show", NODES.objectNode().put("ref", value));
  }

  Answer call(String tool, ObjectNode arguments) throws IOException, InterruptedException {
    before = server.effects().size();
    return turn.call(new Call(tool, arguments));
  }

  /** Has another person say {@code approve} or {@code reject} to a held call. */
  void decide(Answer held, String verdict) throws IOException {
    approver.decide(held, verdict);
  }

  /** What of its last call reached the firm. */
  List<CorpServer.Effect> lately() {
    var all = server.effects();
    return all.subList(Math.min(before, all.size()), all.size());
  }

  /** Notes a problem unless a call went on. */
  void goes(Answer answer) {
    if (answer.isRefusal() || !answer.code().isEmpty()) {
      problems.add("a call of the task was refused: " + answer.seen());
    }
  }

  /** Notes a problem unless a tool was given all of these texts since it began. */
  void reached(String tool, String... texts) {
    var wanted = List.of(texts);
    if (mine().stream().noneMatch(effect -> effect.is(tool, wanted))) {
      problems.add("%s did not get %s; there is %s".formatted(tool, wanted, mine()));
    }
  }

  /** Notes a problem if anything was given one of these texts since it began. */
  void spared(String... texts) {
    for (var text : texts) {
      if (mine().stream().anyMatch(effect -> effect.said().contains(text))) {
        problems.add("what must not go out did: " + text);
      }
    }
  }

  /** Notes a problem unless something holds. */
  void holds(boolean condition, String what) {
    if (!condition) {
      problems.add(what);
    }
  }

  private List<CorpServer.Effect> mine() {
    var all = server.effects();
    return all.subList(begun, all.size());
  }

  List<String> problems() {
    return List.copyOf(problems);
  }
}
