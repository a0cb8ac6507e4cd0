package dev.sallyport.it;

import dev.sallyport.gateway.testing.TestingGateway;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Everything that should not be sent to the control plane gets a clear answer, and is written down.
 */
class ControlPlaneBadInputTest extends BadInputScene {
  private static final String ADMIN = "Authorization: Bearer $ADMIN";
  private static final String YAML = "Content-Type: application/yaml";
  private static final String APPLY = "/admin/apply";

  @Override
  void prepare(TestingGateway fresh) {}

  @Override
  URI listener(TestingGateway running) {
    return running.gateway().admin();
  }

  static Stream<Bad> requests() {
    return Stream.of(documents(), others(), encoded()).flatMap(stream -> stream);
  }

  private static Stream<Bad> documents() {
    return Stream.of(
        document("no YAML", "kind: [", 400, "malformed_request"),
        document("a key twice", "kind: A\nkind: B\n", 400, "malformed_request"),
        document("no resource", "just: text\n", 400, "malformed_request"),
        document("an unknown kind", resource("Nonsense", "x", "{}"), 422, "invalid_resource"),
        document(
            "an unknown field",
            resource("AgentPolicy", "x", "{identity: {workload: 'spiffe://prod/a'}, tolls: []}"),
            422,
            "invalid_resource"),
        document(
            "a secret for the agent",
            resource(
                "AgentPolicy",
                "x",
                "{identity: {workload: 'spiffe://prod/a'}, credentials: {expose_to_agent: true}}"),
            422,
            "invalid_resource"),
        document(
            "a provider that is not there",
            resource("Deployment", "x", "{alias: a, provider: none, upstreamModel: m}"),
            422,
            "invalid_resource"),
        document("too large", "#" + "x".repeat(REQUEST_BYTES + 1), 413, "request_too_large"));
  }

  private static String resource(String kind, String name, String spec) {
    return "apiVersion: sallyport.dev/v1\nkind: %s\nmetadata: {name: %s}\nspec: %s\n"
        .formatted(kind, name, spec);
  }

  private static Stream<Bad> others() {
    return Stream.of(
        get("an unknown path", "/nowhere", 404, "unknown_path"),
        get("an unknown kind of resource", "/admin/nonsense", 404, "unknown_"),
        get("a resource that is not there", "/admin/agentpolicies/none", 404, "unknown_resource"),
        new Bad(
            "control",
            "the wrong method",
            "PUT",
            "/admin/status",
            List.of(ADMIN),
            "",
            405,
            "Allow: GET"),
        get("a bad number", "/admin/evidence?last=x", 400, "malformed_request"),
        new Bad(
            "control",
            "a short form without a name",
            "POST",
            "/admin/keys",
            List.of(ADMIN, JSON),
            "{",
            400,
            "malformed_request"),
        token("no token"),
        token("a bad token", "Authorization: Bearer nonsense"),
        token("an agent's token", "Authorization: Bearer $SVID"),
        token("two tokens", ADMIN, ADMIN));
  }

  private static Bad document(String name, String body, int status, String code) {
    return new Bad("control", name, "POST", APPLY, List.of(ADMIN, YAML), body, status, code);
  }

  private static Stream<Bad> encoded() {
    return Stream.of(
        coded("gzip", 415, "unsupported_media_type"),
        coded("gzip, identity", 415, "Accept-Encoding: identity"),
        coded("identity", 400, "malformed_request"));
  }

  private static Bad coded(String encoding, int status, String code) {
    var headers = List.of(ADMIN, JSON, "Content-Encoding: " + encoding);
    return new Bad("encoded", encoding + ": " + code, "POST", APPLY, headers, "{", status, code);
  }

  private static Bad get(String name, String target, int status, String code) {
    return new Bad("control", name, "GET", target, List.of(ADMIN), "", status, code);
  }

  private static Bad token(String name, String... headers) {
    return new Bad(
        "control", name, "GET", "/admin/resources", List.of(headers), "", 401, "unauthenticated");
  }

  @ParameterizedTest
  @MethodSource("requests")
  void isAnsweredClearlyAndWrittenDown(Bad bad) throws IOException {
    assertAnsweredAndWrittenDown(bad);
  }
}
