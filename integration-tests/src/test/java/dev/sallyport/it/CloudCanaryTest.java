package dev.sallyport.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sallyport.gateway.testing.TestingGateway;
import dev.sallyport.vault.google.ServiceAccount;
import dev.sallyport.vault.testing.Received;
import dev.sallyport.vault.testing.TestingTokenEndpoint;
import dev.sallyport.vault.testing.TestingUpstream;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * CV-04, for what is never sent itself: the keys of AWS that sign, and the key of a service account
 * that is exchanged for a token, are nowhere but in their homes, whatever the cloud says of them.
 */
final class CloudCanaryTest {
  private static final Canary SECRET =
      new Canary("the secret key", "wJx7rXUtnF/MI+K7MDENGbPxRfiCYzQ4TLq9aWd2");
  private static final Canary SESSION =
      new Canary("the session token", "FwoGZXIvYXdzEBYaDKpPBA3uQ9x/Tz8+Lm2Wv5");
  private static final Canary TOKEN = new Canary("the access token", "ya29.token-number-1");
  private static final List<String> WAYS = List.of("said", "418");

  @TempDir private Path folder;
  private final CanarySearch search = new CanarySearch();

  @Test
  void keepsTheKeysOfCloudsToItself() throws Exception {
    var data = folder.resolve("data");
    try (var tokens = new TestingTokenEndpoint();
        var product = ProductProcess.up(data, "--log-level", "debug")) {
      var digits = ServiceAccount.read(tokens.account()).orElseThrow().keyDigits();
      var privateKey = new Canary("the private key", digits.substring(200, 260));
      try (var cloud = TestingUpstream.answering(request -> answer(request, digits))) {
        var addresses = product.ready();
        addresses.apply(data, scene(cloud, tokens));
        var key = key(addresses, data);
        ask(new CanaryCaller(addresses.data(), List.of("Authorization: Bearer " + key), search));
        assertThat(product.end()).isZero();
        assertThatBothWereUsed(cloud, tokens);
      }
      search.keep("standard output", product.output());
      search.keep("standard error", product.errors());
      search.keepFiles(data);

      assertThat(search.all("answer to POST /v1/"))
          .contains("[REDACTED:aws]", "[REDACTED:google]", "\"stop\"");
      assertThat(search.all("file evidence/")).contains("vertex-said", "bedrock-418");
      assertThat(search.find(List.of(SECRET, SESSION, TOKEN, privateKey)))
          .extracting(CanarySearch.Found::canary, CanarySearch.Found::where)
          .isEmpty();
    }
  }

  private static void assertThatBothWereUsed(TestingUpstream cloud, TestingTokenEndpoint tokens) {
    assertThat(tokens.asked()).isEqualTo(1);
    assertThat(cloud.requests())
        .extracting(request -> request.header("authorization").orElse("").substring(0, 7))
        .contains("AWS4-HM", "Bearer ");
    assertThat(cloud.requests())
        .extracting(Received::target)
        .anyMatch(target -> target.endsWith("/converse"))
        .anyMatch(target -> target.endsWith(":generateContent"))
        .anyMatch(target -> target.contains(":streamGenerateContent"));
  }

  private static void ask(CanaryCaller agent) throws Exception {
    for (var way : WAYS) {
      for (var stream : List.of("true", "false")) {
        for (var cloud : List.of("bedrock-", "vertex-")) {
          agent.post(
              "/v1/chat/completions",
              "{\"model\":\"%s\",\"stream\":%s,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}"
                  .formatted(cloud + way, stream));
        }
      }
    }
  }

  /** Says its own secrets and what it heard, wherever its protocol has a place for a text. */
  private static byte[] answer(Received request, String digits) {
    boolean aws = request.target().startsWith("/model/");
    var told = aws ? SECRET.told() + " " + SESSION.told() : digits;
    var said =
        JsonNodeFactory.instance
            .textNode(told + " " + request.header("authorization").orElse(""))
            .toString();
    if (request.target().contains("418")) {
      return TestingUpstream.answer(
          418,
          "application/json",
          "{\"message\":%s,\"error\":{\"code\":418,\"status\":%s,\"message\":%s}}"
              .formatted(said, said, said));
    }
    if (request.target().contains("/converse")) {
      return TestingUpstream.json(
          ("{\"output\":{\"message\":{\"role\":\"assistant\",\"content\":[{\"text\":%s}]}},"
                  + "\"stopReason\":\"end_turn\",\"usage\":{\"inputTokens\":1,\"outputTokens\":1}}")
              .formatted(said));
    }
    var chunk =
        ("{\"candidates\":[{\"content\":{\"role\":\"model\",\"parts\":[{\"text\":%s}]},"
                + "\"finishReason\":\"STOP\"}],\"modelVersion\":%s,\"usageMetadata\":"
                + "{\"promptTokenCount\":1,\"candidatesTokenCount\":1,\"totalTokenCount\":2}}")
            .formatted(said, said);
    return request.target().contains(":stream")
        ? TestingUpstream.answer(200, "text/event-stream", "data: " + chunk + "\n\n")
        : TestingUpstream.json(chunk);
  }

  private static String scene(TestingUpstream cloud, TestingTokenEndpoint tokens) {
    var keys =
        JsonNodeFactory.instance
            .objectNode()
            .put("accessKeyId", "AKIAIOSFODNN7EXAMPLE")
            .put("secretAccessKey", SECRET.value())
            .put("sessionToken", SESSION.value())
            .toString();
    return credential("aws", "bedrock", keys)
        + credential("google", "vertex", tokens.account())
        + provider("bedrock", "aws", cloud)
        + provider("vertex", "google", cloud)
        + """
        apiVersion: sallyport.dev/v1
        kind: AgentPolicy
        metadata: {name: ci}
        spec:
          identity: {workload: 'spiffe://prod/agent/ci'}
          models: {allow: ['*']}
        """;
  }

  private static String credential(String name, String provider, String value) {
    return """
    apiVersion: sallyport.dev/v1
    kind: Credential
    metadata: {name: %s}
    spec: {kind: secret, value: %s, providers: [%s]}
    ---
    """
        .formatted(name, JsonNodeFactory.instance.textNode(value), provider);
  }

  private static String provider(String protocol, String credential, TestingUpstream cloud) {
    var all = new StringBuilder();
    all.append(
        """
        apiVersion: sallyport.dev/v1
        kind: Provider
        metadata: {name: %s}
        spec: {protocol: %s, baseUrl: '%s', region: eu-central-1, credential: %s%s}
        ---
        """
            .formatted(
                protocol,
                protocol,
                cloud.uri(""),
                credential,
                protocol.equals("vertex") ? ", project: acme" : ""));
    for (var way : WAYS) {
      all.append(
          """
          apiVersion: sallyport.dev/v1
          kind: Deployment
          metadata: {name: %s-%s}
          spec: {alias: %s-%s, provider: %s, upstreamModel: 'model-%s'}
          ---
          """
              .formatted(protocol, way, protocol, way, protocol, way));
    }
    return all.toString();
  }

  private static String key(ProductProcess.Addresses addresses, Path data) throws Exception {
    var document =
        TestingGateway.read(
            """
            {"apiVersion": "sallyport.dev/v1", "kind": "VirtualKey", "metadata": {"name": "ci"},
             "spec": {"workload": "spiffe://prod/agent/ci", "expiresAt": "2036-07-22T00:00:00Z"}}
            """);
    return addresses
        .client(data)
        .put("/admin/VirtualKey/ci", document)
        .orFail()
        .findPath("key")
        .asText();
  }
}
