package dev.sallyport.gateway.bench;

import dev.sallyport.gateway.trial.Child;
import dev.sallyport.gateway.trial.Product;
import dev.sallyport.gateway.trial.TrialIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Everything that takes part in a benchmark of calls, each in a process of its own. */
final class Stage implements AutoCloseable {
  private final TrialIdentity identity;
  private final Bench bench;
  private final String proxyName;
  private final Path folder;
  private final Map<String, Child> parts = new LinkedHashMap<>();
  private final Map<Arm, Integer> ports = new EnumMap<>(Arm.class);

  /**
   * Starts them all.
   *
   * @param folder for their files
   */
  Stage(BenchPlan plan, Path folder, InstantSource clock) throws IOException {
    this.folder = folder;
    identity = new TrialIdentity(clock);
    try {
      var upstream =
          add(
              "upstream",
              Child.java(
                  UpstreamMain.class.getName(),
                  List.of(plan.name()),
                  folder.resolve("upstream.log")));
      int upstreamPort = Integer.parseInt(upstream.readLine(_ -> true));
      bench = plan.bench().of(upstreamPort, identity);
      var proxy = ReverseProxy.start(folder, upstreamPort);
      add("proxy", proxy.process());
      proxyName = proxy.name();
      var product = Product.start(folder, identity.resources() + bench.resources());
      add("sallyport", product.process());
      ports.put(Arm.DIRECT, upstreamPort);
      ports.put(Arm.PROXY, proxy.port());
      ports.put(Arm.SALLYPORT, product.port());
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  /** Who calls. */
  TrialIdentity identity() {
    return identity;
  }

  /** Where a way begins. */
  int port(Arm arm) {
    return ports.getOrDefault(arm, 0);
  }

  /** The memory that the process of a way really has; of the upstream if there is no other. */
  long residentBytes(Arm arm) throws IOException {
    var process = parts.get(arm.part());
    return process == null ? 0 : ResidentMemory.of(process);
  }

  Bench bench() {
    return bench;
  }

  /** What the product is measured against, and where its evidence is, in words. */
  String against() throws IOException {
    var proxy =
        proxyName.equals(ReverseProxy.NGINX)
            ? "nginx with kept upstream connections"
            : "a proxy of ours that only copies bytes (nginx is not installed)";
    return "a direct call and %s; evidence on %s"
        .formatted(proxy, Files.getFileStore(folder).type());
  }

  /** Runs the load once. */
  Run run(Arm arm, int connections, int round, Duration time) throws IOException {
    var load = arm == Arm.SALLYPORT ? bench.through() : bench.direct();
    var before = cpu();
    var result = LoadGenerator.run(load, port(arm), connections, time);
    var spent = cpu();
    before.forEach((part, earlier) -> spent.merge(part, earlier, Duration::minus));
    return new Run(bench.name(), arm, connections, round, result, spent);
  }

  private Child add(String part, Child child) {
    parts.put(part, child);
    return child;
  }

  private Map<String, Duration> cpu() {
    var all = new LinkedHashMap<String, Duration>();
    ProcessHandle.current().info().totalCpuDuration().ifPresent(time -> all.put("load", time));
    parts.forEach((part, child) -> all.put(part, child.cpu()));
    return all;
  }

  @Override
  public void close() {
    new ArrayList<>(parts.values()).reversed().forEach(Child::close);
  }
}
