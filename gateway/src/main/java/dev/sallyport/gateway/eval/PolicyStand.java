package dev.sallyport.gateway.eval;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.gateway.eval.AgentTurn.Answer;
import dev.sallyport.gateway.trial.Product;
import dev.sallyport.gateway.trial.TrialFolder;
import dev.sallyport.gateway.trial.TrialIdentity;
import dev.sallyport.identity.audit.EvidenceReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;

/** A gateway with the firm's server behind it, under one rule after another. For one thread. */
final class PolicyStand implements AutoCloseable {
  private static final long LOOK_NANOS = 10_000_000;
  private static final long PATIENCE_NANOS = 60_000_000_000L;
  private static final String FIRM = "http://127.0.0.1:9000/mcp";
  private static final String DOMAIN = "spiffe://" + TrialIdentity.TRUST_DOMAIN + "/agent/";
  private static final Pattern RESOURCE =
      Pattern.compile("(?m)^kind: (\\w+)\\nmetadata: \\{name: ([a-z0-9-]+)\\}");

  private final TrialFolder folder;
  private final TrialIdentity identity;
  private final CorpServer server;
  private final Product product;
  private final HttpClient http = HttpClient.newHttpClient();
  private final List<String> applied = new ArrayList<>();

  PolicyStand(InstantSource clock) throws IOException {
    folder = TrialFolder.create();
    server = new CorpServer();
    identity = new TrialIdentity(clock);
    product = Product.start(folder.path(), identity.resources());
  }

  CorpServer server() {
    return server;
  }

  /** The rule of a file. */
  static String rule(String name) throws IOException {
    try (var file = PolicyStand.class.getResourceAsStream("/eval/policies/" + name + ".yaml")) {
      if (file == null) {
        throw new IOException("there is no rule " + name);
      }
      return new String(file.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** Puts a rule in force in the place of the one before, and waits for the firm's tools. */
  void under(String rule) throws IOException {
    for (var path : applied) {
      var _ = product.administer("DELETE", path, "");
    }
    applied.clear();
    product.apply(rule.replace(FIRM, server.url()));
    var resources = RESOURCE.matcher(rule);
    while (resources.find()) {
      if (!resources.group(1).equals("McpServer")) {
        applied.add("/admin/" + resources.group(1) + "/" + resources.group(2));
      }
    }
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while (product.readyServers() < 1) {
      if (System.nanoTime() > deadline) {
        throw new IOException("the tools of the firm could not be registered");
      }
      LockSupport.parkNanos(LOOK_NANOS);
    }
  }

  /** An agent at the gateway, in a turn of its own. */
  Hand hand(String agent) {
    var door = URI.create("http://127.0.0.1:%d/mcp/corp".formatted(product.port()));
    var token = identity.token(DOMAIN + agent);
    return new Hand(() -> new AgentTurn(http, door, token, ""), server, this::decide);
  }

  private void decide(Answer held, String verdict) throws IOException {
    var id = held.seen().findPath("approvalId").asText();
    var _ = product.administer("POST", "/admin/calls/" + id + "/" + verdict, "{}");
  }

  /** What evidence has of each call, by its id. */
  Map<String, List<JsonNode>> evidence() throws IOException {
    var byCall = new HashMap<String, List<JsonNode>>();
    new EvidenceReader(product.data().resolve("evidence"))
        .forEach(record ->
            byCall
                .computeIfAbsent(record.path("call_id").asText(), _ -> new ArrayList<>())
                .add(record));
    return byCall;
  }

  @Override
  public void close() throws IOException {
    http.close();
    product.close();
    server.close();
    folder.close();
  }
}
