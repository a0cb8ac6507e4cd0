package dev.sallyport.it;

import dev.sallyport.gateway.testing.TestingGateway;
import dev.sallyport.llm.kit.FakeProvider;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A gateway before strict providers of every protocol, for one agent. Each provider has models that
 * are named after what they do, such as {@code bedrock/loop}.
 */
final class ModelOffice implements AutoCloseable {
  /** How often a model that loops calls its tool. */
  static final int TURNS = 20;

  private static final Map<String, String> BEHAVIOURS =
      new LinkedHashMap<>(
          Map.of(
              "text", "fake/text-12",
              "parallel", "fake/tools-2",
              "loop", "fake/loop-" + TURNS + "+think",
              "json", "fake/json",
              "image", "fake/image",
              "length", "fake/length",
              "dies", "fake/text-12+die-8",
              "error-400", "fake/error-400",
              "error-401", "fake/error-401",
              "error-429", "fake/error-429"));

  static {
    BEHAVIOURS.put("error-500", "fake/error-500");
    BEHAVIOURS.put("error-overloaded", "fake/overloaded");
  }

  private static final Map<String, String> PROVIDERS =
      Map.of(
          "openai", "protocol: openai",
          "responses", "protocol: openai",
          "azure", "protocol: azure-openai, apiVersion: \"2024-10-21\"",
          "anthropic", "protocol: anthropic",
          "gemini", "protocol: gemini",
          "vertex", "protocol: vertex, project: p-1, region: europe-west1",
          "bedrock", "protocol: bedrock, region: eu-central-1",
          "openrouter", "protocol: openrouter");

  private static final String AWS_KEY =
      "{\"accessKeyId\":\"AKIDEXAMPLE\",\"secretAccessKey\":\"wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY\"}";

  private final FakeProvider fake = new FakeProvider();
  private final TestingGateway gateway;

  private ModelOffice(Path folder) {
    gateway = TestingGateway.start(folder);
  }

  static ModelOffice open(Path folder) {
    var office = new ModelOffice(folder);
    office.gateway.apply(office.resources());
    return office;
  }

  /** The providers. */
  static List<String> providers() {
    return PROVIDERS.keySet().stream().sorted().toList();
  }

  TestingGateway gateway() {
    return gateway;
  }

  FakeProvider fake() {
    return fake;
  }

  String token() {
    return gateway.svid("/agent/coder");
  }

  private String resources() {
    var all = new ArrayList<String>();
    all.add(
        """
        apiVersion: sallyport.dev/v1
        kind: AgentPolicy
        metadata: {name: coder}
        spec:
          identity: {workload: spiffe://prod/agent/coder}
          models: {allow: ["*"]}
        """);
    for (var name : PROVIDERS.keySet()) {
      all.add(provider(name, name));
      BEHAVIOURS.forEach((behaviour, model) -> {
        // What fails is left alone for a while, so each failure has a provider of its own.
        boolean fails = behaviour.startsWith("error-") || behaviour.equals("dies");
        var owner = fails ? name + "-" + behaviour : name;
        if (fails) {
          all.add(provider(name, owner));
        }
        all.add(deployment(name, owner, behaviour, model));
      });
    }
    return String.join("---\n", all);
  }

  private String provider(String name, String owner) {
    var protocol = protocol(name);
    return """
    apiVersion: sallyport.dev/v1
    kind: Credential
    metadata: {name: %1$s}
    spec: {kind: secret, value: '%2$s', providers: [%1$s]}
    ---
    apiVersion: sallyport.dev/v1
    kind: Provider
    metadata: {name: %1$s}
    spec: {%3$s, baseUrl: "%4$s", credential: %1$s}
    """
        .formatted(owner, secret(protocol), PROVIDERS.get(name), fake.base(protocol));
  }

  private String deployment(String name, String owner, String behaviour, String model) {
    // A model of Azure stands in the path.
    var upstream = protocol(name).equals("azure-openai") ? model.replace('/', '-') : model;
    return """
    apiVersion: sallyport.dev/v1
    kind: Deployment
    metadata: {name: %1$s-%3$s}
    spec: {alias: %1$s/%3$s, provider: %2$s, upstreamModel: "%4$s"%5$s}
    """
        .formatted(
            name, owner, behaviour, upstream, name.equals("responses") ? ", api: responses" : "");
  }

  private static String protocol(String name) {
    return PROVIDERS.getOrDefault(name, "").replaceAll("protocol: ([a-z-]+).*", "$1");
  }

  private String secret(String protocol) {
    return switch (protocol) {
      case "vertex" -> fake.serviceAccount().replace("'", "''");
      case "bedrock" -> AWS_KEY;
      default -> "sk-canary-5f3a9c71";
    };
  }

  @Override
  public void close() {
    gateway.close();
    try {
      fake.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
