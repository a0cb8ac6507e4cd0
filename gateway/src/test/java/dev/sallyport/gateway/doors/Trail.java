package dev.sallyport.gateway.doors;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.audit.EvidenceReader;
import dev.sallyport.mcp.testing.TestingMcpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What tries have left: what was decided of each, as evidence has it, and what upstreams were sent
 * for it. What differs by the door itself, and by the moment, is left out.
 */
final class Trail {
  private static final Set<String> DECISIONS = Set.of("intent", "denied", "held");
  private static final Set<String> ITEMS =
      Set.of("tool", "prompt", "server_resource", "server_template");
  private static final Pattern MARK = Pattern.compile("mark-[0-9]{5}-[0-9]{2}");
  private static final List<String> OF_THE_DOOR =
      List.of("type", "seq", "at", "time", "call_id", "turn", "door", "approval", "args");

  private final Map<String, List<JsonNode>> decided = new HashMap<>();
  private final Map<String, List<String>> sent = new HashMap<>();

  Trail(DoorScene scene) {
    try {
      new EvidenceReader(scene.gateway().dataDirectory().resolve("evidence")).forEach(this::note);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    scene.upstream().seen().forEach(this::note);
  }

  private void note(JsonNode record) {
    var target = record.path("target");
    if (DECISIONS.contains(record.path("type").asText())
        && ITEMS.contains(target.path("kind").asText())
        && !target.path("server").asText().equals("mail")) {
      decided.computeIfAbsent(record.path("turn").asText(), _ -> new ArrayList<>()).add(record);
    }
  }

  private void note(TestingMcpServer.Seen seen) {
    if (seen.body().path("params").deepCopy() instanceof ObjectNode params) {
      params.remove("_meta"); // by which upstreams are told what is the wire's
      var found = MARK.matcher(params.toString());
      if (found.find()) {
        sent.computeIfAbsent(found.group(), _ -> new ArrayList<>())
            .add(seen.header("authorization") + " " + seen.method() + " " + unmarked("" + params));
      }
    }
  }

  /** What was decided last in a turn, how that went on, and what the server was sent. */
  String of(String turn, String mark) {
    var records = decided.getOrDefault(turn, List.of());
    if (records.isEmpty()) {
      return "nothing was decided; sent: " + sent.getOrDefault(mark, List.of());
    }
    var record = (ObjectNode) records.getLast().deepCopy();
    var kind = record.path("type").asText();
    record.remove(OF_THE_DOOR);
    if (record.get("context") instanceof ObjectNode context) {
      context.remove(List.of("time", "calls")); // of what it took to come here
    }
    if (record.at("/target/tool").asText("none").isEmpty()) { // of a task that there is not
      ((ObjectNode) record.path("target")).remove("server");
    }
    record.put("bytes", records.getLast().at("/args/bytes").asInt());
    if (kind.equals("denied")) { // nothing is lent, and a tool that is not offered has no more
      record.remove(List.of("pin", "credentials"));
    }
    return kind + " " + unmarked(record.toString()) + " " + sent.getOrDefault(mark, List.of());
  }

  private static String unmarked(String text) {
    return MARK.matcher(text).replaceAll("MARK");
  }
}
