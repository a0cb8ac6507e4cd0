package dev.sallyport.gateway.bench;

import dev.sallyport.gateway.trial.TrialIdentity;
import java.util.Map;
import java.util.TreeMap;

/** What the product needs to know to ask the models of a benchmark for its agent. */
final class ModelResources {
  private ModelResources() {}

  /**
   * Documents of YAML.
   *
   * @param models the upstream's name of each, by its alias
   */
  static String of(int upstreamPort, Map<String, String> models) {
    var sorted = new TreeMap<>(models);
    var all = new StringBuilder(common(upstreamPort, String.join(", ", sorted.keySet())));
    sorted.forEach((alias, upstream) -> all.append(deployment(alias, upstream)));
    return all.toString();
  }

  private static String common(int upstreamPort, String aliases) {
    return """
    apiVersion: sallyport.dev/v1
    kind: Credential
    metadata: {name: bench-model}
    spec: {kind: header, header: Authorization, value: "Bearer upstream-secret-of-the-bench", providers: [bench]}
    ---
    apiVersion: sallyport.dev/v1
    kind: Provider
    metadata: {name: bench}
    spec: {protocol: openai, baseUrl: "http://127.0.0.1:%d/v1", credential: bench-model}
    ---
    apiVersion: sallyport.dev/v1
    kind: AgentPolicy
    metadata: {name: bench}
    spec:
      identity: {workload: "%s"}
      models: {allow: [%s], budget: {daily_usd: 100000}}
      credentials: {injection: runtime, expose_to_agent: false}
    """
        .formatted(upstreamPort, TrialIdentity.WORKLOAD, aliases);
  }

  private static String deployment(String alias, String upstream) {
    return """
    ---
    apiVersion: sallyport.dev/v1
    kind: Deployment
    metadata: {name: %1$s}
    spec:
      alias: %1$s
      provider: bench
      upstreamModel: %2$s
      price: {inputUsdPerMillion: "3.00", outputUsdPerMillion: "15.00"}
    """
        .formatted(alias, upstream);
  }
}
