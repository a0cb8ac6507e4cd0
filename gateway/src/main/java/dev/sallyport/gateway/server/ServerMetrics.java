package dev.sallyport.gateway.server;

import dev.sallyport.gateway.metrics.Metrics;
import dev.sallyport.mcp.registry.ToolRegistry;
import dev.sallyport.mcp.upstream.Guard;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** What is measured of each MCP server, by the name that an administrator gave it. */
final class ServerMetrics {
  private final ToolRegistry registry;

  private ServerMetrics(ToolRegistry registry) {
    this.registry = registry;
  }

  /** Has the servers of a registry measured. */
  static void add(Metrics metrics, ToolRegistry registry) {
    var servers = new ServerMetrics(registry);
    metrics.gauges(
        "sallyport_server_calls",
        "Calls of an MCP server that are under way.",
        List.of("server"),
        servers.values(
            (values, one) -> values.put(List.of(one.name), (long) one.state.underWay())));
    metrics.gauges(
        "sallyport_server_waiting_calls",
        "Calls of an MCP server that wait for what a person says.",
        List.of("server"),
        servers.values((values, one) -> values.put(List.of(one.name), (long) one.state.waiting())));
    metrics.gauges(
        "sallyport_server_breaker",
        "1 for the state of an MCP server's breaker: closed, half_open or open.",
        List.of("server", "state"),
        servers.values(ServerMetrics::breaker));
    metrics.counters(
        "sallyport_server_refused_calls_total",
        "Calls that were kept from an MCP server: too many, too many of one caller, or none made.",
        List.of("server", "reason"),
        servers.values(ServerMetrics::refused));
    metrics.counters(
        "sallyport_server_dropped_logs_total",
        "Log messages of an MCP server that were told to nobody, since they may be another's.",
        List.of("server"),
        () ->
            registry.droppedLogs().entrySet().stream()
                .collect(Collectors.toMap(one -> List.of(one.getKey()), Map.Entry::getValue)));
  }

  private record Server(String name, Guard.State state) {}

  private Supplier<Map<List<String>, Long>> values(
      BiConsumer<Map<List<String>, Long>, Server> each) {
    return () -> {
      var values = new HashMap<List<String>, Long>();
      registry.loads().forEach((name, state) -> each.accept(values, new Server(name, state)));
      return values;
    };
  }

  private static void breaker(Map<List<String>, Long> values, Server server) {
    for (var breaker : Guard.Breaker.values()) {
      values.put(
          List.of(server.name, breaker.name().toLowerCase(Locale.ROOT)),
          server.state.breaker() == breaker ? 1L : 0L);
    }
  }

  private static void refused(Map<List<String>, Long> values, Server server) {
    var refused = server.state.refused();
    values.put(List.of(server.name, "full"), refused.full());
    values.put(List.of(server.name, "share"), refused.share());
    values.put(List.of(server.name, "open"), refused.open());
  }
}
