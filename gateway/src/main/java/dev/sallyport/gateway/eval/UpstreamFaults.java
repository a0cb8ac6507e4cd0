package dev.sallyport.gateway.eval;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.gateway.eval.AgentTurn.Answer;
import dev.sallyport.gateway.eval.Corpus.Call;
import dev.sallyport.gateway.eval.WireServer.Sent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.zip.GZIPOutputStream;

/**
 * What a server can get wrong, on the wire and in what it says, at each call at which it can: each
 * time the agent is told a documented code or given a reference, and never what the server sent.
 *
 * @param most how many faults are tried
 */
record UpstreamFaults(Checks checks, Stand stand, int most) {
  /** What stands in all that the server sends, and may not stand in anything an agent is told. */
  static final String CANARY = "LEAKED-5c1d";

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final int BOMB_BYTES = 64 << 20;
  private static final int DEEP = 5_000;
  private static final int BETWEEN = 3;
  private static final Set<String> NO_ANSWER = Set.of("upstream_malformed", "upstream_unavailable");

  /**
   * Something that a server gets wrong.
   *
   * @param codes what an agent may be told; empty where it is given a result that holds references
   */
  private record Fault(Set<String> codes, UnaryOperator<Sent> spoil) {
    String told() {
      return codes.isEmpty() ? "references" : String.join(" or ", codes.stream().sorted().toList());
    }
  }

  /** A call at which something can go wrong. */
  private enum Step {
    FIRST_CALL,
    LATER_CALL,
    CALL_WITH_A_REFERENCE,
    APPROVED_CALL;

    String label() {
      return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
  }

  void run() throws IOException, InterruptedException {
    int number = 0;
    for (var fault : faults().entrySet().stream().limit(most).toList()) {
      for (var step : Step.values()) {
        var name = "fault-" + number++;
        stand.probe().spoils(name, fault.getValue().spoil());
        succeed();
        var answer = answer(step, name);
        var cell = fault.getKey() + " at " + step.label();
        checks.check(
            fault.getKey() + " -> " + fault.getValue().told(),
            isAsDocumented(answer, fault.getValue()),
            step.label() + ": " + answer.seen());
        checks.check(
            "nothing of what a faulty server sends is told",
            !answer.seen().toString().contains(CANARY),
            cell + ": " + answer.seen());
      }
    }
  }

  /** A server that mostly fails is left alone for a while, which would hide how it fails. */
  private void succeed() throws IOException, InterruptedException {
    for (int i = 0; i < BETWEEN; i++) {
      var _ = stand.agent(3).call(read("fine"));
    }
  }

  private static boolean isAsDocumented(Answer answer, Fault fault) {
    return fault.codes().isEmpty()
        ? answer.code().isEmpty() && answer.isResult()
        : fault.codes().contains(answer.code());
  }

  private Answer answer(Step step, String name) throws IOException, InterruptedException {
    var agent = stand.agent(3);
    return switch (step) {
      case FIRST_CALL -> agent.call(read(name));
      case LATER_CALL -> {
        var _ = agent.call(read("fine"));
        yield agent.call(read(name));
      }
      case CALL_WITH_A_REFERENCE -> {
        var reference = agent.call(read("fine")).told().path("text").asText();
        yield agent.call(new Call("send", arguments(name).put("to", reference)));
      }
      case APPROVED_CALL -> {
        var pay = new Call("pay", arguments(name).put("to", name));
        approve(stand, agent.call(pay));
        yield agent.call(pay);
      }
    };
  }

  static void approve(Stand stand, Answer held) throws IOException {
    var id = held.seen().findPath("approvalId").asText();
    var _ = stand.product().administer("POST", "/admin/calls/" + id + "/approve", "{}");
  }

  private static Call read(String name) {
    return new Call("read", arguments(name));
  }

  private static ObjectNode arguments(String name) {
    return NODES.objectNode().put("case", name);
  }

  private static Map<String, Fault> faults() {
    var all = new LinkedHashMap<String, Fault>();
    putResults(all);
    putAnswers(all);
    putBodies(all);
    return all;
  }

  /** What is wrong with what a server says, though not with how it says it. */
  private static void putResults(Map<String, Fault> all) {
    var none = Set.<String>of();
    all.put("text in place of a result", new Fault(none, sent -> said(sent, CANARY)));
    var error = "\"isError\":true,\"structuredContent\":{\"%1$s\":\"%1$s\"}".formatted(CANARY);
    all.put("an error that says more", new Fault(none, sent -> changed(sent, error)));
    all.put("a JSON-RPC error", new Fault(none, UpstreamFaults::rpcError));
    var number = "\"structuredContent\":{\"n\":" + "9".repeat(900) + "}";
    all.put("a number without end", new Fault(none, sent -> changed(sent, number)));
  }

  private static void putAnswers(Map<String, Fault> all) {
    all.put("HTTP 500", new Fault(Set.of("upstream_unavailable"), _ -> text(500, CANARY)));
    all.put("HTTP 401", new Fault(Set.of("upstream_rejected"), _ -> text(401, CANARY)));
    all.put("HTTP 302", new Fault(Set.of("upstream_rejected"), _ -> redirect()));
    all.put("no answer in time", new Fault(Set.of("upstream_timeout"), sent -> sent.after(2_500)));
    all.put("a cut connection", new Fault(NO_ANSWER, _ -> text(200, CANARY).cut()));
  }

  private static void putBodies(Map<String, Fault> all) {
    var bad = Set.of("upstream_malformed");
    var large = Set.of("result_too_large");
    var bomb = bomb();
    all.put("nothing at all", new Fault(bad, _ -> Sent.json("")));
    all.put("not JSON", new Fault(bad, _ -> Sent.json("<html>" + CANARY)));
    var broken = Sent.json("{\"jsonrpc\":\"" + CANARY);
    all.put("JSON that breaks off", new Fault(bad, _ -> broken));
    all.put("the answer to another call", new Fault(bad, _ -> Sent.json(otherId())));
    var twice = "\"isError\":false,\"isError\":\"" + CANARY + "\"";
    all.put("a member twice", new Fault(bad, sent -> changed(sent, twice)));
    all.put("bad UTF-8", new Fault(bad, UpstreamFaults::badUtf8));
    var over = CANARY.repeat(200_000);
    all.put("an answer over the cap", new Fault(large, sent -> said(sent, over)));
    var either = Set.of("upstream_malformed", "result_too_large");
    all.put("a compression bomb", new Fault(either, _ -> bomb));
    all.put("very deep JSON", new Fault(bad, sent -> changed(sent, deep())));
  }

  private static Sent text(int status, String text) {
    return Sent.of(status, "text/plain", bytes(text));
  }

  private static Sent redirect() {
    return Sent.of(302, "text/plain\r\nLocation: http://127.0.0.1:1/" + CANARY, bytes(CANARY));
  }

  private static String otherId() {
    return "{\"jsonrpc\":\"2.0\",\"id\":\"%s\",\"result\":{\"content\":[]}}".formatted(CANARY);
  }

  /** Something else in the place of the one truth value of a result. */
  private static Sent changed(Sent sent, String to) {
    return changed(sent, "\"isError\":false", to);
  }

  private static Sent changed(Sent sent, String from, String to) {
    var body = new String(sent.body(), StandardCharsets.UTF_8);
    if (!body.contains(from)) {
      throw new IllegalStateException("there is nothing to spoil in " + body);
    }
    return Sent.json(body.replace(from, to));
  }

  private static Sent said(Sent sent, String text) {
    return changed(sent, "\"text\":\"done\"", "\"text\":\"" + text + "\"");
  }

  private static Sent badUtf8(Sent sent) {
    var body = said(sent, CANARY + "~").body();
    for (int i = 0; i < body.length; i++) {
      body[i] = body[i] == '~' ? (byte) 0xC3 : body[i];
    }
    return Sent.of(200, "application/json", body);
  }

  private static String deep() {
    var opened = "{\"a\":".repeat(DEEP);
    return "\"structuredContent\":" + opened + "\"" + CANARY + "\"" + "}".repeat(DEEP);
  }

  private static Sent rpcError(Sent sent) {
    var body = new String(sent.body(), StandardCharsets.UTF_8);
    var id = body.replaceAll("(?s).*\"id\":(\"[^\"]*\"|\\d+).*", "$1");
    return Sent.json(
        """
        {"jsonrpc":"2.0","id":%s,"error":{"code":-32000,"message":"%s","data":{"%s":"%s"}}}
        """
            .formatted(id, CANARY, CANARY, CANARY));
  }

  private static Sent bomb() {
    var packed = new ByteArrayOutputStream();
    try (var zip = new GZIPOutputStream(packed)) {
      zip.write(bytes("{\"" + CANARY + "\":\""));
      zip.write(new byte[BOMB_BYTES]);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Sent.of(200, "application/json\r\nContent-Encoding: gzip", packed.toByteArray());
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
