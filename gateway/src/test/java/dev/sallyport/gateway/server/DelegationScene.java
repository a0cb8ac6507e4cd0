package dev.sallyport.gateway.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sallyport.gateway.config.ConfigKey;
import dev.sallyport.gateway.testing.TestingGateway;
import dev.sallyport.identity.testing.TestingIssuer;
import dev.sallyport.mcp.testing.McpCaller;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * A whole gateway, workloads of its trust domain, users of the issuer {@code corp}, and the issuer
 * {@code apps}, whose tokens may name who acts.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class DelegationScene {
  static final String GRANT = "urn:ietf:params:oauth:grant-type:token-exchange";
  static final String ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token";
  static final String JWT = "urn:ietf:params:oauth:token-type:jwt";
  static final String AGENT = "spiffe://prod/agent/ci";
  static final String APPS = "https://apps.example";

  @TempDir private static Path folder;

  final TestingIssuer issuer = new TestingIssuer();
  TestingGateway gateway;

  @BeforeAll
  void open() {
    gateway = TestingGateway.start(folder, configuration(), Map.of());
    trust(gateway);
  }

  /** What differs from the defaults. */
  Map<ConfigKey, String> configuration() {
    return Map.of();
  }

  @AfterAll
  void stop() {
    gateway.close();
    issuer.close();
  }

  /** Makes the issuers known to a gateway. */
  final void trust(TestingGateway to) {
    to.apply(issuer("corp", issuer.issuer(), ""));
    to.apply(issuer("apps", APPS, "  actors: [self, \"spiffe://prod\"]\n"));
  }

  final String issuer(String name, String iss, String besides) {
    return """
    apiVersion: sallyport.dev/v1
    kind: Issuer
    metadata: {name: %s}
    spec:
      issuer: %s
      jwksUri: %s
      audience: %s
      algorithms: [ES256]
    %s\
    """
        .formatted(name, iss, issuer.jwksUri(), TestingGateway.AUDIENCE, besides);
  }

  /** An access token of a user. */
  final String user(String name) {
    return issuer.token(name, TestingGateway.AUDIENCE);
  }

  /** The claims of such a token with some more, or others. */
  final String user(String name, Map<String, ?> others) {
    var claims = issuer.claims(name, TestingGateway.AUDIENCE);
    claims.putAll(others);
    return issuer.key().sign(issuer.header(), claims);
  }

  final String agent() {
    return gateway.svid("/agent/ci");
  }

  /** What an agent has to send for a user's token. */
  static Map<String, String> form(String subjectToken) {
    var form = new LinkedHashMap<String, String>();
    form.put("grant_type", GRANT);
    form.put("subject_token", subjectToken);
    form.put("subject_token_type", ACCESS_TOKEN);
    return form;
  }

  final HttpResponse<String> exchange(String bearer, Map<String, String> form) {
    return post(gateway, bearer, encoded(form));
  }

  static HttpResponse<String> post(TestingGateway to, String bearer, String body) {
    return to.send(
        HttpRequest.newBuilder(to.data().resolve("/oauth2/token"))
            .header("Authorization", "Bearer " + bearer)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(BodyPublishers.ofString(body))
            .build());
  }

  static String encoded(Map<String, String> form) {
    return form.entrySet().stream()
        .map(field ->
            field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
        .collect(Collectors.joining("&"));
  }

  /** The token by which the agent acts for a user. */
  final String exchanged(String user) {
    return token(exchange(agent(), form(user(user))));
  }

  static String token(HttpResponse<String> answer) {
    return TestingGateway.read(answer.body()).path("access_token").asText();
  }

  static HttpResponse<String> callTool(TestingGateway at, String token) {
    return callTool(at, token, "read");
  }

  static HttpResponse<String> callTool(TestingGateway at, String token, String tool) {
    return new McpCaller(at.data().resolve("/mcp"), token)
        .call("crm__" + tool, JsonNodeFactory.instance.objectNode())
        .response();
  }

  /** The last record that has a field of this value. */
  final JsonNode record(String field, String value) {
    return record(gateway, field, value);
  }

  static JsonNode record(TestingGateway of, String field, String value) {
    var items = of.admin().get("/admin/evidence?last=100").orFail();
    return StreamSupport.stream(items.findParents(field).spliterator(), false)
        .filter(record -> record.path(field).asText().equals(value))
        .reduce((_, last) -> last)
        .orElseThrow(() -> new AssertionError("no record with " + field + " " + value));
  }

  static List<String> fields(JsonNode node) {
    return StreamSupport.stream(((Iterable<String>) node::fieldNames).spliterator(), false)
        .toList();
  }
}
