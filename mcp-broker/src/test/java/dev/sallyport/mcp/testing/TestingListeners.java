package dev.sallyport.mcp.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Those who watch a testing server, and what they want to be told of. Thread-safe. */
public final class TestingListeners {
  private static final JsonMapper JSON = new JsonMapper();
  private static final String ID = "io.modelcontextprotocol/subscriptionId";

  private final List<Listener> listeners = new CopyOnWriteArrayList<>();
  private final Set<String> uris = ConcurrentHashMap.newKeySet();

  /** Carries messages to one who listens. */
  @FunctionalInterface
  public interface Sender {
    void send(JsonNode message) throws IOException;
  }

  private record Listener(Sender sender, Optional<JsonNode> request) {}

  /** Someone listens in a session. */
  void add(Sender sender) {
    listeners.add(new Listener(sender, Optional.empty()));
  }

  /** Someone listens with a request, which is acknowledged. */
  void add(Sender sender, JsonNode request) throws IOException {
    var params = JSON.createObjectNode();
    params.set("notifications", request.at("/params/notifications"));
    var acknowledged =
        TestingStream.notification("notifications/subscriptions/acknowledged", params);
    sender.send(tagged(acknowledged, request.path("id")));
    request.at("/params/notifications/resourceSubscriptions").forEach(u -> uris.add(u.asText()));
    listeners.add(new Listener(sender, Optional.of(request.path("id"))));
  }

  void subscribe(String uri) {
    uris.add(uri);
  }

  void unsubscribe(String uri) {
    uris.remove(uri);
  }

  /** What is watched. */
  public Set<String> uris() {
    return Set.copyOf(uris);
  }

  /** Tells all who listen; those that left are forgotten. */
  public synchronized void tell(String method, ObjectNode params) {
    if (method.endsWith("resources/updated") && !uris.contains(params.path("uri").asText())) {
      return;
    }
    listeners.removeIf(listener -> !isTold(listener, method, params));
  }

  private static boolean isTold(Listener listener, String method, ObjectNode params) {
    var message = TestingStream.notification(method, params.deepCopy());
    listener.request().ifPresent(id -> tagged(message, id));
    try {
      listener.sender().send(message);
      return true;
    } catch (IOException _) {
      return false;
    }
  }

  private static ObjectNode tagged(ObjectNode message, JsonNode id) {
    message.withObject("/params/_meta").set(ID, id);
    return message;
  }
}
