package dev.sallyport.identity.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.sallyport.identity.Authentication.Rejected;
import dev.sallyport.identity.Authentication.Unavailable;
import dev.sallyport.identity.oidc.AccessTokenRules;
import dev.sallyport.identity.oidc.AuthorizationServer;
import dev.sallyport.identity.resource.InvalidResourcesException;
import dev.sallyport.identity.testing.SigningKey;
import dev.sallyport.identity.testing.TestingIssuer;
import dev.sallyport.identity.testing.TestingWorkloadApi;
import io.grpc.Status;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

public class IdentityResourcesTest extends IdentityScene {
  @Test
  void letsNoOneInBeforeAnythingIsSet() {
    assertThat(verify(prod.svid("/a", US))).isEqualTo(new Rejected("unknown_trust_domain"));
    assertThat(identity.verify("")).isEmpty();
    assertThat(identity.verify("x".repeat(9_000))).isEmpty();
  }

  @Test
  void letsWorkloadsOfAnInlineBundleIn() throws Exception {
    apply("TrustDomain", "prod", inline());

    assertThat(principal(prod.svid("/agent/ci", US))).isEqualTo("spiffe://prod/agent/ci");
  }

  @Test
  void keepsTheLastGoodKeysWhenTheBundleFileBreaks() throws Exception {
    var file = Files.writeString(directory.resolve("prod.jwks"), prod.bundle());
    apply("TrustDomain", "prod", "{'trustDomain':'prod','bundleFile':'%s'}".formatted(file));
    replace(file, "<html>");
    identity.tick();
    Files.delete(file);
    identity.tick();

    assertThat(principal(prod.svid("/agent/ci", US))).isEqualTo("spiffe://prod/agent/ci");
  }

  /** ID-26: a bundle without keys is one that revokes them. */
  @Test
  void refusesEveryTokenAtOnceWhenTheBundleFileIsEmptied() throws Exception {
    var file = Files.writeString(directory.resolve("prod.jwks"), prod.bundle());
    apply("TrustDomain", "prod", "{'trustDomain':'prod','bundleFile':'%s'}".formatted(file));
    var token = prod.svid("/agent/ci", US);
    assertThat(principal(token)).isEqualTo("spiffe://prod/agent/ci");
    assertThat(identity.works()).isTrue();
    replace(file, "{\"keys\":[]}");
    identity.tick();

    assertThat(verify(token)).isEqualTo(new Rejected("unknown_key"));
    assertThat(identity.works()).isFalse();
  }

  @Test
  void stillHearsOfChangedKeysAfterAnUnrelatedChange() throws Exception {
    var file = Files.writeString(directory.resolve("prod.jwks"), prod.bundle());
    apply("TrustDomain", "prod", "{'trustDomain':'prod','bundleFile':'%s'}".formatted(file));
    apply("VirtualKey", "ci", "{'workload':'spiffe://prod/agent/ci'}");
    var old = prod.svid("/agent/ci", US);
    assertThat(principal(old)).isEqualTo("spiffe://prod/agent/ci");
    prod.add(SigningKey.ec("key-2"));
    prod.remove("key-1");
    replace(file, prod.bundle());
    identity.tick();

    assertThat(verify(old)).isEqualTo(new Rejected("unknown_key"));
  }

  @Test
  void saysThatItCannotTellBeforeAWorkloadApiAnswered() throws Exception {
    try (var agent = new TestingWorkloadApi(Map.of())) {
      agent.refuse(Status.UNAVAILABLE);
      apply(
          "TrustDomain",
          "prod",
          "{'trustDomain':'prod','workloadApi':'%s'}".formatted(agent.address()));

      assertThat(verify(prod.svid("/agent/ci", US))).isInstanceOf(Unavailable.class);
    }
  }

  @Test
  void letsSubjectsOfAnIssuerInAndNamesItInTheMetadata() throws Exception {
    try (var issuer = new TestingIssuer(clock)) {
      apply(
          "Issuer",
          "corp",
          "{'issuer':'%s','jwksUri':'%s','audience':'%s','algorithms':['ES256']}"
              .formatted(issuer.issuer(), issuer.jwksUri(), US));

      assertThat(principal(issuer.token("agent-7", US))).isEqualTo("oidc://corp/agent-7");
      assertThat(identity.authorizationServers())
          .containsExactly(new AuthorizationServer(issuer.issuer(), AccessTokenRules.standard()));
    }
  }

  @Test
  void readsAnIssuersKeysFromAFile() throws Exception {
    try (var issuer = new TestingIssuer(clock)) {
      var file = Files.writeString(directory.resolve("corp.jwks"), issuer.jwks());
      apply(
          "Issuer",
          "corp",
          "{'issuer':'%s','jwksFile':'%s','audience':'%s','algorithms':['ES256']}"
              .formatted(issuer.issuer(), file, US));

      assertThat(principal(issuer.token("agent-7", US))).isEqualTo("oidc://corp/agent-7");
      assertThat(issuer.fetches()).isZero();
    }
  }

  /** ID-26: a file without keys is one that revokes them, as with a bundle. */
  @Test
  void refusesEveryTokenAtOnceWhenTheKeyFileIsEmptied() throws Exception {
    try (var issuer = new TestingIssuer(clock)) {
      var file = Files.writeString(directory.resolve("corp.jwks"), issuer.jwks());
      apply(
          "Issuer",
          "corp",
          "{'issuer':'%s','jwksFile':'%s','audience':'%s','algorithms':['ES256']}"
              .formatted(issuer.issuer(), file, US));
      var token = issuer.token("agent-7", US);
      assertThat(principal(token)).isEqualTo("oidc://corp/agent-7");
      replace(file, "{\"keys\":[]}");
      identity.tick();

      assertThat(verify(token)).isEqualTo(new Rejected("unknown_key"));
    }
  }

  /** ID-17. */
  @Test
  void neverTakesATokenOfOneKindForOneOfAnother() throws Exception {
    try (var issuer = new TestingIssuer(clock)) {
      apply("TrustDomain", "prod", inline());
      var file = Files.writeString(directory.resolve("corp.jwks"), issuer.jwks());
      apply(
          "Issuer",
          "corp",
          "{'issuer':'%s','jwksFile':'%s','audience':'%s','algorithms':['ES256']}"
              .formatted(issuer.issuer(), file, US));
      var claims = prod.claims("/agent/ci", US);
      claims.put("iss", issuer.issuer());
      claims.put("client_id", "client");
      claims.put("jti", "token-1");

      assertThat(verify(prod.svid(prod.header(), claims))).isEqualTo(new Rejected("wrong_type"));
      var header = prod.header();
      header.put("typ", "at+jwt");
      assertThat(verify(prod.svid(header, claims))).isEqualTo(new Rejected("unknown_key"));
      claims.remove("iss");
      assertThat(verify(prod.svid(header, claims))).isEqualTo(new Rejected("wrong_type"));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '~',
      value = {
        "TrustDomain; {}; /spec; trustDomain",
        "TrustDomain; {'trustDomain':'prod'}; /spec; give one of bundleFile",
        "TrustDomain; {'trustDomain':'prod','bundleFile':'/a','workloadApi':'unix:/b'}; /spec; give"
            + " one",
        "TrustDomain; {'trustDomain':'prod','bundleFile':'a.jwks'}; /spec; absolute path",
        "TrustDomain; {'trustDomain':'prod','bundleFile':'/none/such'}; /spec/bundleFile; can be"
            + " read",
        "TrustDomain; {'trustDomain':'prod','bundle':{'keys':[]}}; /spec/bundle; at least one"
            + " public key",
        "TrustDomain; {'trustDomain':'prod','workloadApi':'/a'}; /spec/workloadApi; unix:/path",
        "TrustDomain; {'trustDomain':'spiffe://prod','workloadApi':'unix:/a'}; /spec; bare name",
        "TrustDomain; {'trustDomain':'PR OD','workloadApi':'unix:/a'}; /spec; ",
        "TrustDomain; {'trustDomain':'sallyport.local','workloadApi':'unix:/a'}; /spec; own",
        "TrustDomain; {'trustDomain':'sallyport.local.','workloadApi':'unix:/a'}; /spec; own",
        "TrustDomain; {'trustDomain':'prod','bundleEndpoint':'https://x'}; /spec/bundleEndpoint; ",
        "TrustDomain; {'trustDomain':'prod','workloadApi':'unix:/a',"
            + "'bundleEndpoint':{'url':'https://x','profile':'https_web'}}; /spec; give one",
        "TrustDomain; {'trustDomain':'prod','bundleEndpoint':{'profile':'https_web'}};"
            + " /spec/bundleEndpoint; url is required",
        "TrustDomain; {'trustDomain':'prod','bundleEndpoint':{'url':'https://x'}};"
            + " /spec/bundleEndpoint; profile must be",
        "TrustDomain; {'trustDomain':'prod',"
            + "'bundleEndpoint':{'url':'http://127.0.0.1/x','profile':'https_web'}};"
            + " /spec/bundleEndpoint; https",
        "TrustDomain; {'trustDomain':'prod',"
            + "'bundleEndpoint':{'url':'https://a:b@x','profile':'https_web'}};"
            + " /spec/bundleEndpoint; without a user",
        "TrustDomain; {'trustDomain':'prod',"
            + "'bundleEndpoint':{'url':'https:///x','profile':'https_web'}};"
            + " /spec/bundleEndpoint; https",
        "TrustDomain; {'trustDomain':'prod',"
            + "'bundleEndpoint':{'url':'https://x','profile':'https_web','caFile':'/none/such'}};"
            + " /spec/bundleEndpoint; PEM",
        "TrustDomain; {'trustDomain':'prod',"
            + "'bundleEndpoint':{'url':'https://x','profile':'https_web','caFile':'ca.pem'}};"
            + " /spec/bundleEndpoint; absolute path",
        "TrustDomain; {'trustDomain':'prod','bundleEndpoint':{'url':'https://x',"
            + "'profile':'https_web','endpointSpiffeId':'spiffe://prod/a'}};"
            + " /spec/bundleEndpoint; for the profile https_spiffe",
        "TrustDomain; {'trustDomain':'prod',"
            + "'bundleEndpoint':{'url':'https://x','profile':'https_spiffe'}};"
            + " /spec/bundleEndpoint; endpointSpiffeId must be",
        "TrustDomain; {'trustDomain':'prod','bundleEndpoint':{'url':'https://x',"
            + "'profile':'https_spiffe','endpointSpiffeId':'spiffe://prod'}};"
            + " /spec/bundleEndpoint; endpointSpiffeId must be",
        "TrustDomain; {'trustDomain':'prod','bundleEndpoint':{'url':'https://x',"
            + "'profile':'https_spiffe','endpointSpiffeId':'spiffe://prod/a'}};"
            + " /spec; bootstrapBundle is required",
        "TrustDomain; {'trustDomain':'prod','bundleEndpoint':{'url':'https://x',"
            + "'profile':'https_spiffe','endpointSpiffeId':'spiffe://prod/a',"
            + "'bootstrapBundle':{'keys':[]}}}; /spec/bundleEndpoint; x509-svid",
        "TrustDomain; {'trustDomain':'p','workloadApi':'unix:/a','algorithms':['HS256']}; /spec;"
            + " HS256",
        "Issuer; {'issuer':'i','audience':'a','algorithms':['ES256']}; /spec/issuer; https",
        "Issuer; {'issuer':'i','audience':'a','algorithms':['ES256'],'jwksUri':'http://x'};"
            + " /spec/jwksUri; https",
        "VirtualKey; {'orgId':'a','teamId':'b','key':'mine'}; /spec/key; not a field"
      })
  void saysWhatIsWrongWithAResourceAndWhere(
      String kind, String spec, String pointer, String problem) {
    assertThatThrownBy(() -> apply(kind, "wrong", spec))
        .asInstanceOf(type(InvalidResourcesException.class))
        .satisfies(refused ->
            assertThat(refused.mistakes())
                .singleElement()
                .satisfies(mistake -> {
                  assertThat(mistake.pointer()).startsWith(pointer);
                  assertThat(mistake.problem()).contains(problem == null ? "" : problem);
                }));
  }

  @Test
  void refusesTwoResourcesForOneDomainOrOneIssuer() throws Exception {
    apply("TrustDomain", "prod", inline());
    assertThatThrownBy(() -> apply("TrustDomain", "again", inline()))
        .hasMessageContaining("TrustDomain/prod /spec/trustDomain: is also that of again");
  }

  private String inline() {
    return "{'trustDomain':'prod','bundle':%s}".formatted(prod.bundle());
  }

  private static void replace(Path file, String text) throws Exception {
    var fresh = Files.writeString(file.resolveSibling("fresh"), text);
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
  }
}
