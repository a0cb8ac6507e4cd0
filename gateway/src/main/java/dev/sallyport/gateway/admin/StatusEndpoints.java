package dev.sallyport.gateway.admin;

import dev.sallyport.gateway.metrics.Metrics;
import dev.sallyport.gateway.resource.ResourceStore;
import java.util.List;
import java.util.Map;

/** How it stands with the gateway, for people and for Prometheus. */
final class StatusEndpoints {
  private final GatewayFacts facts;
  private final ResourceStore store;
  private final ToolEndpoints tools;
  private final Metrics metrics;

  StatusEndpoints(GatewayFacts facts, ResourceStore store, ToolEndpoints tools, Metrics metrics) {
    this.facts = facts;
    this.store = store;
    this.tools = tools;
    this.metrics = metrics;
  }

  List<Route> routes() {
    return List.of(
        new Route("GET", "/admin/status", _ -> status()),
        new Route(
            "GET",
            "/metrics",
            _ -> new Answer(200, Metrics.CONTENT_TYPE, Map.of(), metrics.text())));
  }

  private Answer status() {
    var body =
        Json.object()
            .put("version", facts.version())
            .put("startedAt", facts.startedAt().toString())
            .put("revision", store.revision());
    body.putObject("addresses")
        .put("data", facts.data().get().toString())
        .put("admin", facts.admin().get().toString());
    body.putObject("evidence").put("records", facts.records().getAsLong());
    body.putArray("servers").addAll(tools.servers());
    var resources = body.putObject("resources");
    store.kinds().all().stream()
        .sorted()
        .forEach(kind -> resources.put(kind, store.list(kind).size()));
    return Answer.ok(body);
  }
}
