package dev.sallyport.gateway.eval;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.gateway.eval.BitsPart.Told;
import dev.sallyport.gateway.eval.Corpus.Call;
import dev.sallyport.gateway.eval.WireServer.Sent;
import dev.sallyport.gateway.trial.TrialFolder;
import dev.sallyport.identity.audit.EvidenceReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Results of every form that there is, and every look into them: without a contract, and under
 * contracts, in either mode.
 */
record BitsOfEverything(Setting setting, Checks checks) {
  private static final JsonMapper JSON = new JsonMapper();
  private static final int TURN_BITS = 64;

  void run() throws IOException, InterruptedException {
    var now = setting.clock().instant();
    run(Agreed.NONE, results());
    for (var agreed :
        List.of(
            AgreedResults.agreed(true, now),
            AgreedResults.agreed(false, now),
            AgreedResults.little(true, now))) {
      run(agreed, AgreedResults.results());
    }
  }

  private void run(Agreed agreed, Map<String, JsonNode> results)
      throws IOException, InterruptedException {
    var held = new HeldModel();
    var contract = agreed.equals(Agreed.NONE) ? "" : agreed.contract("probe", "read");
    try (var folder = TrialFolder.create();
        var stand =
            new Stand(
                folder.path(),
                setting.clock(),
                new ProbeServer(),
                held.start(),
                "strict",
                contract)) {
      var told = new ArrayList<Told>();
      for (var result : results.entrySet()) {
        told.add(told(stand, result.getKey(), result.getValue(), agreed));
      }
      told.add(failure(stand, agreed));
      told.add(looks(stand, agreed));
      told.add(questions(stand, held, agreed));
      BitsPart.judge(checks, told, new EvidenceReader(stand.evidence()));
    }
  }

  private static Call read(String name) {
    return new Call("read", BitsPart.object().put("case", name));
  }

  private static Crossing read(AgentTurn agent, String name, JsonNode came, Agreed agreed)
      throws IOException, InterruptedException {
    var seen = agent.call(read(name)).seen();
    return new Crossing("read", BitsPart.object(), came, seen, ProbeServer.names(), agreed);
  }

  private static Told told(Stand stand, String name, JsonNode came, Agreed agreed)
      throws IOException, InterruptedException {
    stand.probe().returns(name, came);
    var agent = stand.agent(0);
    var crossing = read(agent, name, came, agreed);
    return new Told(agent.turn(), List.of(crossing));
  }

  private static Told failure(Stand stand, Agreed agreed) throws IOException, InterruptedException {
    var error = BitsPart.object().put("code", -32_602).put("message", "no");
    error.putObject("data").put("total", 3);
    stand.probe().spoils("failure", sent -> failed(sent, error));
    var agent = stand.agent(0);
    var seen = agent.call(read("failure")).seen();
    var crossing = new Crossing("read", BitsPart.object(), error, seen, Set.of(), agreed);
    return new Told(agent.turn(), List.of(crossing));
  }

  private static Sent failed(Sent sent, ObjectNode error) {
    try {
      var body = (ObjectNode) JSON.readTree(sent.body());
      body.remove("result");
      return Sent.json(body.set("error", error).toString());
    } catch (IOException e) {
      throw new IllegalStateException("the probe sent no JSON", e);
    }
  }

  /** A list that is held, a text that is one, and everything that can be asked about them. */
  private static Told looks(Stand stand, Agreed agreed) throws IOException, InterruptedException {
    var content =
        BitsPart.object().put("text", "[{\"n\": 2, \"w\": \"a@b.example\"}, {\"n\": 1.25}]");
    content.set("items", json(numbers(30)));
    var came = ProbeServer.structured(content);
    stand.probe().returns("looks", came);
    var agent = stand.agent(0);
    var all = new ArrayList<Crossing>();
    all.add(read(agent, "looks", came, agreed));
    var list = all.getFirst().told().at("/structuredContent/items").asText();
    var text = all.getFirst().told().at("/structuredContent/text").asText();
    for (var call : calls(list, text)) {
      boolean inList = call.arguments().path("ref").asText().equals(list);
      var there = inList ? agreed.below(".items") : agreed.derived();
      all.add(BitsPart.own(call, agent.call(call).seen(), agreed, there));
    }
    return new Told(agent.turn(), all);
  }

  private static List<Call> calls(String list, String text) {
    return List.of(
        call("q_get", list, "{}"),
        call("q_get", text, "{}"),
        call("q_get", text, "{\"path\": \"0.w\"}"),
        call("q_get", text, "{\"path\": \"1.n\"}"),
        call("q_get", text, "{\"path\": \"7\"}"),
        call("q_show", list, "{}"),
        call("q_count", list, "{}"),
        call("q_sum", list, "{}"),
        call("q_min", list, "{}"),
        call("q_max", text, "{\"of\": \"n\"}"),
        call("q_sort", list, "{}"),
        call("q_dedupe", list, "{}"),
        call("q_filter", text, "{\"where\": \"n\", \"is\": \"exists\"}"),
        call("q_compare", text, "{\"is\": \"contains\", \"value\": \"a\"}"),
        call("q_match", text, "{\"what\": \"email\"}"),
        new Call("q_compose", BitsPart.object().put("template", "Of " + text)));
  }

  private static Call call(String tool, String reference, String more) {
    return new Call(tool, ((ObjectNode) json(more)).put("ref", reference));
  }

  /** Questions with answers, and without. */
  private Told questions(Stand stand, HeldModel held, Agreed agreed)
      throws IOException, InterruptedException {
    var word = (ObjectNode) json("{\"type\": \"string\", \"enum\": [\"a\", \"b\", \"c\"]}");
    var flag = BitsPart.object().put("type", "boolean");
    held.answers(
        "bits",
        List.of(
            HeldModel.says("{\"abstain\":false,\"answer\":\"b\"}"),
            HeldModel.says("{\"abstain\":false,\"answer\":true}"),
            HeldModel.says("no"),
            HeldModel.says("{\"abstain\":true,\"answer\":null}")));
    var came = ProbeServer.structured(BitsPart.object().put("text", "session-bits"));
    stand.probe().returns("bits", came);
    var agent = stand.agent(0);
    var all = new ArrayList<Crossing>();
    all.add(read(agent, "bits", came, agreed));
    var reference = all.getFirst().told().at("/structuredContent/text").asText();
    int none = 0;
    var schemas = List.of(word, flag, flag, word);
    int bits = 0;
    for (int i = 0; i < schemas.size(); i++) {
      var call = AdversaryPart.question(reference, i, schemas.get(i));
      var told = agent.call(call).seen();
      var crossing = BitsPart.own(call, told, agreed, agreed.derived());
      all.add(crossing);
      none += told.at("/structuredContent/abstain").asBoolean() ? 1 : 0;
      bits += crossing.bits();
    }
    checks.check(
        "the questions of a turn are within its budget", bits <= TURN_BITS, bits + " bits");
    checks.number("share of questions without an answer", (double) none / schemas.size());
    return new Told(agent.turn(), all);
  }

  /** Results of every form. */
  static Map<String, JsonNode> results() {
    var all = new LinkedHashMap<String, JsonNode>();
    all.put("nothing", json("{\"content\": []}"));
    all.put("a text", ProbeServer.text("Hello."));
    all.put("an empty text", ProbeServer.text(""));
    all.put("a text that is JSON", ProbeServer.text("[1, {\"id\": \"x\"}, \"y\", \"y\"]"));
    all.put("a failure in words", ProbeServer.text("No.").put("isError", true));
    all.put("a failure with data", structured("{\"id\": \"x\", \"no\": 1}").put("isError", true));
    all.put(
        "scalars",
        structured(
            "{\"id\": \"\", \"open\": true, \"total\": -12.5, \"text\": null, \"items\": [false, 0,"
                + " 1000, 1e9, 1e10, 0.00001]}"));
    all.put(
        "equal texts",
        structured(
            "{\"id\": \"a\", \"text\": \"a\", \"items\": [\"a\", \"b\", \"a\", \"b\", \"c\"]}"));
    all.put("names that are not known", structured("{\"x\": 1, \"y\": {\"x\": 2}, \"id\": \"x\"}"));
    all.put("a list of records", structured("{\"items\": [%s]}".formatted(records(12))));
    all.put(
        "a list of records of unknown names",
        structured("{\"items\": [%s]}".formatted(records(12).replace("total", "sum"))));
    all.put("a long list", structured("{\"items\": [%s]}".formatted(texts(230))));
    all.put("many members", structured("{\"items\": {%s}}".formatted(members(120))));
    all.put("many numbers", structured("{\"items\": %s}".formatted(numbers(17))));
    all.put("few numbers", structured("{\"items\": %s}".formatted(numbers(16))));
    all.put(
        "numbers that spell",
        structured("{\"items\": [73, 103, 110, 111, 114, 101, 32, 105, 116]}"));
    all.put("deep", structured("{\"items\": " + "[".repeat(10) + "1" + "]".repeat(10) + "}"));
    all.put("more than its budget", structured("{\"items\": [%s]}".formatted(records(200))));
    all.put("a list at the root", ProbeServer.text(numbers(5)));
    all.put("blocks", json(blocks("")));
    all.put("blocks beside data", json(blocks(", \"structuredContent\": {\"id\": \"x\"}")));
    return all;
  }

  private static ObjectNode structured(String content) {
    return ProbeServer.structured(json(content));
  }

  private static String records(int count) {
    return IntStream.range(0, count)
        .mapToObj("{\"id\": \"i%1$d\", \"total\": %1$d, \"open\": true}"::formatted)
        .collect(Collectors.joining(","));
  }

  private static String texts(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> "\"t" + i % 3 + "\"")
        .collect(Collectors.joining(","));
  }

  private static String members(int count) {
    return IntStream.range(0, count)
        .mapToObj("\"m%1$d\": %1$d"::formatted)
        .collect(Collectors.joining(","));
  }

  private static String numbers(int count) {
    return IntStream.range(0, count).mapToObj(i -> String.valueOf(i * 1_000)).toList().toString();
  }

  private static String blocks(String more) {
    return """
    {"content": [
      {"type": "text", "text": "Hello."}, {"type": "text", "text": "{\\"id\\": 1}"},
      {"type": "image", "mimeType": "image/png", "data": "AAAA"},
      {"type": "audio", "mimeType": "audio/x-own", "data": "AAAA"},
      {"type": "resource", "resource": {"uri": "a:b", "mimeType": "text/plain", "text": "Hello."}},
      {"type": "resource", "resource": {"uri": "a:b", "blob": "AAAA"}},
      {"type": "resource_link", "uri": "a:b", "name": "n", "title": "t", "description": "d"},
      {"type": "new", "text": "x"}]%s, "isError": false}
    """
        .formatted(more);
  }

  private static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (IOException e) {
      throw new IllegalStateException("not JSON: " + text, e);
    }
  }
}
