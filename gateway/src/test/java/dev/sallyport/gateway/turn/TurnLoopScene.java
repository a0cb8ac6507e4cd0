package dev.sallyport.gateway.turn;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.Principal;
import dev.sallyport.identity.action.Caller;
import dev.sallyport.identity.action.Cancellation;
import dev.sallyport.identity.action.Door;
import dev.sallyport.identity.turn.Turn;
import dev.sallyport.identity.turn.TurnId;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** Turns over a scripted model and tools. */
abstract class TurnLoopScene {
  static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");
  static final String MCP = "{\"type\":\"mcp\",\"server_label\":\"crm\"}";

  final ScriptedTurnModel model = new ScriptedTurnModel();
  final RecordingTurnTools tools = new RecordingTurnTools();
  final List<ObjectNode> events = new ArrayList<>();
  final List<ObjectNode> shown = new ArrayList<>();
  final RingingTimer timer = new RingingTimer();
  final Cancellation cancellation = new Cancellation();
  final Caller caller = caller();

  static Caller caller() {
    var principal = Principal.internal("test");
    var turn = new Turn(new TurnId("turn_" + "a".repeat(26)), principal.id(), NOW);
    return new Caller(principal, turn, Door.TURN);
  }

  ObjectNode run(String body) throws IOException {
    return run(body, TurnLimits.DEFAULT);
  }

  ObjectNode run(String body, TurnLimits limits) throws IOException {
    return loop(limits)
        .run(
            caller,
            TurnRequestReader.read(json(body)),
            cancellation,
            event -> events.add(copy(event)));
  }

  TurnLoop loop(TurnLimits limits) {
    var ports = new TurnLoop.Ports(model, tools, new Rendering(shown), new TrustedTurnClient());
    return new TurnLoop(ports, limits, timer, () -> NOW, new Random(1));
  }

  static ObjectNode copy(ObjectNode event) {
    return event.deepCopy();
  }

  static JsonNode json(String text) {
    try {
      return new ObjectMapper().readTree(text);
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }

  static String request(String tools) {
    return "{\"model\":\"fast\",\"input\":\"hello\",\"tools\":[" + tools + "]}";
  }

  List<String> eventTypes() {
    return events.stream().map(event -> event.get("type").asText()).toList();
  }

  /** Puts words in the place of references, and shows what it was given. */
  record Rendering(List<ObjectNode> shown) implements TurnRendering {
    @Override
    public Optional<String> render(Turn turn, String text) {
      return text.contains("{{") ? Optional.of("[external] secret words") : Optional.empty();
    }

    @Override
    public List<ObjectNode> shown(Turn turn) {
      return List.copyOf(shown);
    }
  }
}
