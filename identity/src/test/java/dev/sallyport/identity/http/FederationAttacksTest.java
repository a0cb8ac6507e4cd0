package dev.sallyport.identity.http;

import static dev.sallyport.identity.testing.TestingDoor.US;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.identity.Authentication.Rejected;
import dev.sallyport.identity.federation.BundleEndpoint;
import dev.sallyport.identity.testing.SigningKey;
import dev.sallyport.identity.testing.TestingAuthority;
import dev.sallyport.identity.testing.TestingBundleEndpoint;
import dev.sallyport.identity.testing.TestingTrustDomain;
import dev.sallyport.identity.trust.DomainStanding.Standing;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of the callers of a domain whose bundle is fetched from an endpoint. */
class FederationAttacksTest {
  private static final String CI = "/agent/ci";
  private static final String SERVER = "/bundle-server";

  @TempDir private Path directory;
  private Attacked attacked;
  private TestingTrustDomain prod;
  private TestingTrustDomain partner;
  private TestingAuthority webCa;
  private TestingAuthority ca;
  private TestingBundleEndpoint endpoint;
  private Path caFile;

  @BeforeEach
  void open() throws Exception {
    attacked = new Attacked(directory.resolve("bundles"));
    prod = new TestingTrustDomain("prod", attacked.clock);
    partner = new TestingTrustDomain("partner", attacked.clock);
    webCa = TestingAuthority.of("web", attacked.clock.instant());
    ca = TestingAuthority.of("partner", attacked.clock.instant());
    endpoint = new TestingBundleEndpoint(webCa.server("127.0.0.1"));
    caFile = Files.writeString(directory.resolve("ca.pem"), webCa.pem());
    attacked.door.apply(
        "TrustDomain", "prod", "{'trustDomain':'prod','bundle':%s}".formatted(prod.bundle()));
    endpoint.publish(partner.bundle());
  }

  @AfterEach
  void close() {
    attacked.close();
    endpoint.close();
  }

  /** ID-06, ID-08: a partner that publishes our own keys' names. */
  @Test
  void takesAPartnerForItselfAndForNoOther() throws Exception {
    federate(web());
    attacked.takes(partner.svid(CI, US), partner.id(CI), "jwt-svid");
    attacked.takes(prod.svid(CI, US), prod.id(CI), "jwt-svid");
    attacked.refuses(partner.svid(partner.header(), prod.claims(CI, US)), "bad_signature");
  }

  /** ID-26: within one poll, and a token that was verified a moment ago too. */
  @Test
  void refusesATokenWhoseKeyThePartnerRevokedWithTheNextPoll() throws Exception {
    federate(web());
    attacked.takes(partner.svid(CI, US), partner.id(CI), "jwt-svid");
    attacked.clock.advance(BundleEndpoint.DEFAULT_INTERVAL);
    var old = partner.svid(CI, US);
    attacked.takes(old, partner.id(CI), "jwt-svid");
    partner.add(SigningKey.ec("key-2"));
    partner.remove(TestingTrustDomain.FIRST_KEY);
    endpoint.publish(partner.bundle());
    attacked.door.tick();
    until(() -> attacked.door.verify(old).equals(Optional.of(new Rejected("unknown_key"))));

    attacked.refuses(old, "unknown_key");
    attacked.takes(partner.svid(CI, US), partner.id(CI), "jwt-svid");
  }

  /** ID-25: at once, and nothing of it is left for a later federation. */
  @Test
  void refusesAPartnerAtOnceWhenItsFederationIsRemoved() throws Exception {
    federate(web());
    var token = partner.svid(CI, US);
    attacked.takes(token, partner.id(CI), "jwt-svid");
    attacked.door.remove("TrustDomain", "partner");
    attacked.refuses(token, "unknown_trust_domain");
    try (var kept = Files.list(directory.resolve("bundles"))) {
      assertThat(kept).isEmpty();
    }

    endpoint.close();
    attacked.door.apply("TrustDomain", "partner", web());
    cannotTell(partner.svid(CI, US));
  }

  @Test
  void tellsCallersToComeAgainBeforeTheFirstBundleCame() throws Exception {
    endpoint.close();
    attacked.door.apply("TrustDomain", "partner", web());
    cannotTell(partner.svid(CI, US));
    assertThat(attacked.door.ready()).isTrue(); // the others' callers are taken

    attacked.door.remove("TrustDomain", "prod");
    assertThat(attacked.door.ready()).isFalse();
  }

  @Test
  void takesCallersByTheLastGoodBundleAfterARestartWhileTheEndpointIsDown() throws Exception {
    federate(web());
    endpoint.close();
    attacked.close();
    attacked = new Attacked(directory.resolve("bundles"));
    attacked.door.apply("TrustDomain", "partner", web());

    assertThat(attacked.door.ready()).isTrue();
    attacked.takes(partner.svid(CI, US), partner.id(CI), "jwt-svid");
  }

  @Test
  void takesNothingOverFromAnEndpointThatAnAdministratorReplaced() throws Exception {
    federate(web());
    endpoint.close();
    attacked.door.apply("TrustDomain", "partner", web().replace("bundle.json", "other.json"));

    cannotTell(partner.svid(CI, US));
  }

  /** A partner that revoked every key: no SVID of it holds, and readiness says so. */
  @Test
  void takesNoCallerOfAPartnerThatRevokedAllItsKeys() throws Exception {
    endpoint.publish("{\"spiffe_sequence\":1,\"keys\":[]}");
    attacked.door.apply("TrustDomain", "partner", web());
    until(() -> attacked.door.standing("partner") == Standing.EXPIRED);
    attacked.refuses(partner.svid(CI, US), "unknown_key");
    attacked.door.remove("TrustDomain", "prod");

    assertThat(attacked.door.ready()).isFalse();
  }

  @Test
  void provesTheServerByTheBootstrapBundleWhereTheEndpointIsInTheDomainItself() throws Exception {
    endpoint.show(ca.svid(SERVER));
    endpoint.publish(SigningKey.json(Map.of("keys", List.of(ca.jwk()))));
    federate(spiffe("spiffe://partner" + SERVER, ca));

    assertThat(attacked.door.verify(ca.svid(CI).certificate()).toString()).contains(CI);
  }

  @Test
  void provesTheServerByTheBundleOfItsOwnDomainWhereThatIsAnother() throws Exception {
    var hub = TestingAuthority.of("hub", attacked.clock.instant());
    endpoint.show(hub.svid(SERVER));
    attacked.door.apply("TrustDomain", "partner", spiffe("spiffe://hub" + SERVER));
    cannotTell(partner.svid(CI, US));

    attacked.door.apply(
        "TrustDomain",
        "hub",
        "{'trustDomain':'hub','bundle':%s}"
            .formatted(SigningKey.json(Map.of("keys", List.of(hub.jwk())))));
    attacked.door.remove("TrustDomain", "partner");
    federate(spiffe("spiffe://hub" + SERVER));
    attacked.takes(partner.svid(CI, US), partner.id(CI), "jwt-svid");
  }

  private void cannotTell(String token) throws Exception {
    attacked.cannotTell("unavailable", "/mcp", "Authorization", "Bearer " + token);
  }

  private String web() {
    return ("{'trustDomain':'partner','bundleEndpoint':{'url':'%s','profile':'https_web',"
            + "'caFile':'%s'}}")
        .formatted(endpoint.url(), caFile);
  }

  private String spiffe(String server, TestingAuthority... bootstrap) {
    return ("{'trustDomain':'partner','bundleEndpoint':{'url':'%s','profile':'https_spiffe',"
            + "'endpointSpiffeId':'%s'%s}}")
        .formatted(
            endpoint.url(),
            server,
            bootstrap.length == 0
                ? ""
                : ",'bootstrapBundle':"
                    + SigningKey.json(Map.of("keys", List.of(bootstrap[0].jwk()))));
  }

  private void federate(String spec) {
    attacked.door.apply("TrustDomain", "partner", spec);
    until(() -> attacked.door.standing("partner") == Standing.KNOWN);
  }

  /** What an endpoint answers is heard of a moment later. */
  private static void until(BooleanSupplier happened) {
    long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (!happened.getAsBoolean()) {
      assertThat(System.nanoTime()).as("the deadline").isLessThan(deadline);
      Thread.onSpinWait();
    }
  }
}
