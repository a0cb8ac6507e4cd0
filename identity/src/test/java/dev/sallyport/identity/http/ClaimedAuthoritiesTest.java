package dev.sallyport.identity.http;

import static dev.sallyport.identity.testing.TestingDoor.US;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.identity.testing.TestingIssuer;
import dev.sallyport.identity.testing.TestingTrustDomain;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Evidence names who should have vouched for a token that is refused; its caller is not told. */
class ClaimedAuthoritiesTest {
  private final Attacked attacked = new Attacked();
  private final TestingIssuer issuer = new TestingIssuer(attacked.clock);
  private final TestingTrustDomain prod = new TestingTrustDomain("prod", attacked.clock);
  @TempDir private Path directory;

  @BeforeEach
  void trust() throws Exception {
    var keys = Files.writeString(directory.resolve("login.jwks"), issuer.jwks());
    attacked.door.apply(
        "Issuer",
        "staff-login",
        "{'issuer':'%s','audience':'%s','jwksFile':'%s','algorithms':['ES256']}"
            .formatted(issuer.issuer(), US, keys));
    attacked.door.apply(
        "TrustDomain", "workloads", "{'trustDomain':'prod','bundle':%s}".formatted(prod.bundle()));
  }

  @AfterEach
  void close() {
    issuer.close();
    attacked.close();
  }

  @Test
  void namesTheIssuerOfAnAccessToken() throws Exception {
    attacked.refuses(issuer.token("ann", "https://other.example"), "wrong_audience");

    assertThat(last().path("authority").asText()).isEqualTo("Issuer/staff-login");
  }

  @Test
  void namesTheTrustDomainOfAnSvid() throws Exception {
    attacked.refuses(prod.svid("/agent/ci", "https://other.example"), "wrong_audience");

    assertThat(last().path("authority").asText()).isEqualTo("TrustDomain/workloads");
  }

  @Test
  void namesNobodyOfWhomNothingIsConfigured() throws Exception {
    var strange = new TestingTrustDomain("strange", attacked.clock);
    attacked.refuses(strange.svid("/agent/ci", US), "unknown_trust_domain");
    assertThat(last().has("authority")).isFalse();

    var claims = issuer.claims("ann", US);
    claims.put("iss", "https://strange.example");
    attacked.refuses(issuer.key().sign(issuer.header(), claims), "unknown_issuer");
    assertThat(last().has("authority")).isFalse();

    attacked.refuses("a.b.c", "malformed");
    assertThat(last().has("authority")).isFalse();
    attacked.refuses("spk_unknown", "malformed");
    assertThat(last().has("authority")).isFalse();
  }

  private JsonNode last() {
    return attacked.door.evidence().events(RefusedAuthentications.EVENT).getLast();
  }
}
