package dev.sallyport.gateway.metrics;

import dev.sallyport.identity.AuthenticationMethod;
import dev.sallyport.identity.action.Action;
import dev.sallyport.identity.action.ActionListener;
import dev.sallyport.identity.action.Outcome;
import dev.sallyport.identity.http.AuthenticationListener;
import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;

/**
 * Counts what happens. No label holds an identity, a tool, an argument or anything else that a
 * caller chose, so the number of series is bounded by what administrators set. Thread-safe.
 */
public final class Metrics implements ActionListener, AuthenticationListener {
  /** The content type of {@link #text}. */
  public static final String CONTENT_TYPE = PrometheusTextFormatWriter.CONTENT_TYPE;

  private static final double[] SECONDS = {
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300
  };

  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final Counter actions =
      Counter.builder()
          .name("sallyport_actions_total")
          .help("Actions that ended, by how they came in, what was decided and how they ended.")
          .labelNames("door", "outcome", "code")
          .withoutExemplars()
          .register(registry);
  private final Histogram durations =
      Histogram.builder()
          .name("sallyport_action_duration_seconds")
          .help("How long actions took, from the decision to the durable outcome.")
          .labelNames("door")
          .classicOnly()
          .classicUpperBounds(SECONDS)
          .withoutExemplars()
          .register(registry);
  private final Counter authentications =
      Counter.builder()
          .name("sallyport_authentications_total")
          .help("Attempts to authenticate, by method, or by why they were refused.")
          .labelNames("result", "method_or_reason")
          .withoutExemplars()
          .register(registry);
  private final Counter refusedRequests =
      Counter.builder()
          .name("sallyport_refused_requests_total")
          .help("Requests that were refused before they became an action.")
          .labelNames("listener", "reason")
          .withoutExemplars()
          .register(registry);

  public Metrics() {
    gauge(
        "sallyport_jvm_memory_used_bytes",
        "Memory in use on the heap.",
        () -> Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory());
    gauge(
        "sallyport_jvm_memory_max_bytes",
        "Memory that the heap may use at most.",
        () -> Runtime.getRuntime().maxMemory());
    gauge(
        "sallyport_jvm_platform_threads",
        "Platform threads that live; virtual threads are not among them.",
        () -> Thread.getAllStackTraces().size());
  }

  /** Adds a value that is asked for at each scrape. It must not block. */
  public void gauge(String name, String help, DoubleSupplier value) {
    GaugeWithCallback.builder()
        .name(name)
        .help(help)
        .callback(callback -> callback.call(value.getAsDouble()))
        .register(registry);
  }

  /**
   * Adds values that are asked for at each scrape, which must not block.
   *
   * @param labels the names of what tells the values apart; none holds what a caller chose
   * @param values by the labels
   */
  public void gauges(
      String name, String help, List<String> labels, Supplier<Map<List<String>, Long>> values) {
    GaugeWithCallback.builder()
        .name(name)
        .help(help)
        .labelNames(labels.toArray(String[]::new))
        .callback(callback ->
            values.get().forEach((of, value) -> callback.call(value, of.toArray(String[]::new))))
        .register(registry);
  }

  /** As {@link #gauges}, of counts, which never fall while what they are of lives. */
  public void counters(
      String name, String help, List<String> labels, Supplier<Map<List<String>, Long>> values) {
    CounterWithCallback.builder()
        .name(name)
        .help(help)
        .labelNames(labels.toArray(String[]::new))
        .callback(callback ->
            values.get().forEach((of, value) -> callback.call(value, of.toArray(String[]::new))))
        .register(registry);
  }

  /** Adds a count that is asked for at each scrape. It must not block, and never falls. */
  public void counter(String name, String help, DoubleSupplier value) {
    CounterWithCallback.builder()
        .name(name)
        .help(help)
        .callback(callback -> callback.call(value.getAsDouble()))
        .register(registry);
  }

  /**
   * Counts a request that was refused before it became an action.
   *
   * @param listener {@code data} or {@code admin}
   * @param reason one of a small set
   */
  public void refusedRequest(String listener, String reason) {
    refusedRequests.labelValues(listener, reason).inc();
  }

  @Override
  public void ended(Action action, Outcome outcome, Duration took) {
    var door = action.caller().door().label();
    actions.labelValues(door, outcome.label(), code(outcome)).inc();
    durations.labelValues(door).observe(took.toNanos() / 1e9);
  }

  @Override
  public void authenticated(AuthenticationMethod method) {
    authentications.labelValues("ok", method.label()).inc();
  }

  @Override
  public void refused(String reason) {
    authentications.labelValues("refused", reason).inc();
  }

  /** All values, in Prometheus's text format 0.0.4. */
  public byte[] text() {
    var out = new ByteArrayOutputStream();
    try {
      PrometheusTextFormatWriter.create()
          .write(out, registry.scrape(), EscapingScheme.UNDERSCORE_ESCAPING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  private static String code(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Refused refused -> refused.code().code();
      case Outcome.Succeeded _, Outcome.ToolFailed _, Outcome.Failed _, Outcome.Aborted _ -> "";
    };
  }
}
