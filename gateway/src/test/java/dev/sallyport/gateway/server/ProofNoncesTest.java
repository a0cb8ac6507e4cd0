package dev.sallyport.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.gateway.config.ConfigKey;
import dev.sallyport.gateway.testing.TestingGateway;
import dev.sallyport.identity.testing.DpopClient;
import dev.sallyport.identity.testing.TestingIssuer;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nonces in proofs of keys, by the configuration of a whole gateway. RFC 9449, section 8. */
class ProofNoncesTest {
  private static final String FORM = "application/x-www-form-urlencoded";

  @TempDir private Path folder;
  private final TestingIssuer issuer = new TestingIssuer();
  private final DpopClient client = new DpopClient(InstantSource.system());

  @AfterEach
  void close() {
    issuer.close();
  }

  @Test
  void asksForThemWhereTheConfigurationSaysSo() {
    try (var gateway = start(Map.of(ConfigKey.DPOP_NONCE_SECONDS, "3600"))) {
      var token = token();
      var first = models(gateway, token, Optional.empty());
      assertThat(first.statusCode()).isEqualTo(401);
      assertThat(first.body()).contains("use_dpop_nonce");
      assertThat(first.headers().allValues("WWW-Authenticate"))
          .anyMatch(each -> each.startsWith("DPoP ") && each.endsWith("error=\"use_dpop_nonce\""));

      var nonce = first.headers().firstValue("DPoP-Nonce");
      var second = models(gateway, token, nonce);
      assertThat(second.statusCode()).isEqualTo(200);
      assertThat(second.headers().firstValue("DPoP-Nonce")).isEqualTo(nonce);

      var exchange = exchange(gateway, token, Optional.empty());
      assertThat(exchange.statusCode()).isEqualTo(400);
      assertThat(TestingGateway.read(exchange.body()).path("error").asText())
          .isEqualTo("use_dpop_nonce");
      var again = exchange(gateway, token, exchange.headers().firstValue("DPoP-Nonce"));
      assertThat(TestingGateway.read(again.body()).path("error").asText())
          .isEqualTo("unsupported_grant_type"); // let in
      assertThat(gateway.admin().get("/admin/evidence?last=20").orFail().findValuesAsText("reason"))
          .contains("proof_without_nonce");
    }
  }

  @Test
  void asksForNoneUnlessItSaysSo() {
    try (var gateway = start(Map.of())) {
      var answer = models(gateway, token(), Optional.empty());

      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.headers().firstValue("DPoP-Nonce")).isEmpty();
    }
  }

  private TestingGateway start(Map<ConfigKey, String> keys) {
    var gateway = TestingGateway.start(folder, keys, Map.of());
    gateway.apply(
        """
        apiVersion: sallyport.dev/v1
        kind: Issuer
        metadata: {name: corp}
        spec: {issuer: "%s", jwksUri: "%s", audience: "%s", algorithms: [ES256], dpop: required}
        """
            .formatted(issuer.issuer(), issuer.jwksUri(), TestingGateway.AUDIENCE));
    return gateway;
  }

  private String token() {
    var claims = issuer.claims("agent-7", TestingGateway.AUDIENCE);
    claims.put("cnf", client.confirmation());
    return issuer.key().sign(issuer.header(), claims);
  }

  private HttpResponse<String> models(
      TestingGateway gateway, String token, Optional<String> nonce) {
    return gateway.send(request(gateway, "GET", "/v1/models", token, nonce).GET().build());
  }

  private HttpResponse<String> exchange(
      TestingGateway gateway, String token, Optional<String> nonce) {
    return gateway.send(
        request(gateway, "POST", "/oauth2/token", token, nonce)
            .header("Content-Type", FORM)
            .POST(BodyPublishers.ofString("grant_type=x"))
            .build());
  }

  private HttpRequest.Builder request(
      TestingGateway gateway, String method, String path, String token, Optional<String> nonce) {
    var uri = gateway.data().resolve(path);
    var claims = client.claims(method, uri, token);
    nonce.ifPresent(one -> claims.put("nonce", one));
    return HttpRequest.newBuilder(uri)
        .header("Authorization", "DPoP " + token)
        .header("DPoP", client.key().sign(client.header(), claims));
  }
}
