package dev.sallyport.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.it.WireScript.Answer;
import dev.sallyport.it.WireScript.Ask;
import dev.sallyport.it.WireScript.AskAgain;
import dev.sallyport.it.WireScript.Header;
import dev.sallyport.it.WireScript.Lack;
import dev.sallyport.it.WireScript.Open;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** An MCP client that does as it is told, and writes down what it hears. */
final class Wire {
  private static final String NEWER = "2026-07-28";
  private static final JsonMapper JSON = new JsonMapper();

  private final WireTransport transport;
  private final String revision;
  private final Map<String, String> headers = new HashMap<>();
  private final Map<String, ObjectNode> answers = new HashMap<>();
  private final List<WireTransport.Stream> streams = new ArrayList<>();
  private final ObjectNode capabilities = JSON.createObjectNode();
  private final List<Heard> heard = new ArrayList<>();
  private int lastId;
  private Ask last = new Ask("", JSON.createObjectNode());

  private Wire(WireTransport transport, String revision) {
    this.transport = transport;
    this.revision = revision;
    List.of("elicitation", "sampling", "roots").forEach(capabilities::putObject);
  }

  /**
   * Plays an exchange; in a session of its own, if the revision has sessions.
   *
   * @param token what each request bears; empty for none
   */
  static List<Heard> play(WireScript script, String revision, URI server, String token) {
    try (var transport = new WireTransport(server, token)) {
      var wire = new Wire(transport, revision);
      wire.begin();
      for (var step : script.steps()) {
        switch (step) {
          case Ask ask -> wire.ask(ask);
          case AskAgain again -> wire.askAgain(again.added());
          case Answer answer -> wire.answers.put(answer.method(), answer.result());
          case Header header -> wire.headers.put(header.name(), header.value());
          case Lack lack -> wire.capabilities.remove(lack.capability());
          case Open open -> wire.open(open);
        }
      }
      wire.end();
      return wire.heard;
    }
  }

  private void begin() {
    if (!revision.equals(NEWER)) {
      var params = JSON.createObjectNode().put("protocolVersion", revision);
      params.set("capabilities", capabilities.deepCopy());
      params.putObject("clientInfo").put("name", "wire").put("version", "1.0.0");
      ask(new Ask("initialize", params));
      var initialized = JSON.createObjectNode().put("jsonrpc", "2.0");
      transport.post(headers("", params), initialized.put("method", "notifications/initialized"));
    }
  }

  private void end() {
    for (var stream : streams) {
      heard.add(new Heard(stream.name(), stream.status(), stream.close()));
    }
    if (!revision.equals(NEWER)) {
      transport.delete();
    }
  }

  private void ask(Ask ask) {
    last = ask;
    var messages = new ArrayList<JsonNode>();
    var status =
        transport.post(headers(ask.method(), ask.params()), request(ask), listen(messages));
    heard.add(new Heard(ask.method(), status, messages));
  }

  private void askAgain(ObjectNode added) {
    var params = last.params().deepCopy();
    params.setAll(added);
    var state = heard.getLast().messages().getLast().at("/result/requestState");
    if (state.isTextual()) {
      params.set("requestState", state);
    }
    ask(new Ask(last.method(), params));
  }

  private void open(Open open) {
    var ask = new Ask(open.method(), open.params());
    streams.add(
        open.method().equals("GET")
            ? transport.get(open.count(), headers("", open.params()))
            : transport.open(open.count(), headers(open.method(), open.params()), request(ask)));
  }

  /** Writes messages down, and answers those that ask. */
  private Consumer<JsonNode> listen(List<JsonNode> messages) {
    return message -> {
      messages.add(message);
      var answer = answers.get(message.path("method").asText());
      if (message.has("id") && answer != null) {
        var response = JSON.createObjectNode().put("jsonrpc", "2.0");
        response.set("id", message.get("id"));
        response.set("result", answer);
        transport.post(headers("", answer), response);
      }
    };
  }

  private ObjectNode request(Ask ask) {
    var request = JSON.createObjectNode().put("jsonrpc", "2.0").put("id", ++lastId);
    request.put("method", ask.method());
    var params = ask.params().deepCopy();
    if (revision.equals(NEWER)) {
      var meta = params.withObjectProperty("_meta");
      meta.put("io.modelcontextprotocol/protocolVersion", revision);
      meta.set("io.modelcontextprotocol/clientCapabilities", capabilities.deepCopy());
    }
    request.set("params", params);
    return request;
  }

  /** The headers of a message; those that the script says are for one message. */
  private Map<String, String> headers(String method, ObjectNode params) {
    var all = new HashMap<String, String>();
    all.put("Content-Type", "application/json");
    all.put("Accept", "application/json, text/event-stream");
    if (revision.equals(NEWER)) {
      all.put("Mcp-Method", method);
      var name = params.path(method.equals("resources/read") ? "uri" : "name").asText();
      if (!name.isEmpty()) {
        all.put("Mcp-Name", name);
      }
    }
    if (!method.equals("initialize")) {
      all.put("MCP-Protocol-Version", revision);
    }
    all.putAll(headers);
    headers.clear();
    return all;
  }

  /**
   * What came for one request.
   *
   * @param method of the request
   * @param status of HTTP
   * @param messages in the order in which they came
   */
  record Heard(String method, int status, List<JsonNode> messages) {
    Heard {
      messages = List.copyOf(messages);
    }
  }
}
