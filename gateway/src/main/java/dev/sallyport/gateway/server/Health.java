package dev.sallyport.gateway.server;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * Probes. Live means that requests are answered; ready means that calls can be: every part that no
 * call goes without works now.
 */
final class Health implements HttpService {
  private static final String LIVE = "/health/live";
  private static final String READY = "/health/ready";

  /** Where the probes are. */
  static final Set<String> PATHS = Set.of(LIVE, READY);

  private final Map<String, BooleanSupplier> checks;

  /**
   * Probes of these parts.
   *
   * @param checks whether each part works, by its name
   */
  Health(Map<String, BooleanSupplier> checks) {
    this.checks = new LinkedHashMap<>(checks);
  }

  @Override
  public void routing(HttpRules rules) {
    rules.get(LIVE, this::live).get(READY, this::ready);
  }

  private void live(ServerRequest request, ServerResponse response) {
    send(response, 200, JsonNodeFactory.instance.objectNode().put("status", "live"));
  }

  private void ready(ServerRequest request, ServerResponse response) {
    var body = JsonNodeFactory.instance.objectNode();
    var found = JsonNodeFactory.instance.objectNode();
    boolean ready = true;
    for (var check : checks.entrySet()) {
      boolean works = check.getValue().getAsBoolean();
      found.put(check.getKey(), works ? "ok" : "failed");
      ready &= works;
    }
    body.put("status", ready ? "ready" : "not ready").set("checks", found);
    send(response, ready ? 200 : 503, body);
  }

  private static void send(ServerResponse response, int status, ObjectNode body) {
    response
        .status(Status.create(status))
        .header(HeaderNames.CONTENT_TYPE, "application/json")
        .header(HeaderNames.CACHE_CONTROL, "no-store")
        .send(body.toString().getBytes(StandardCharsets.UTF_8));
  }
}
