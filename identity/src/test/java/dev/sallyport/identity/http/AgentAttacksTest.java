package dev.sallyport.identity.http;

import static dev.sallyport.identity.testing.TestingDoor.US;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.identity.Authentication;
import dev.sallyport.identity.Authentication.Authenticated;
import dev.sallyport.identity.Authentication.Rejected;
import dev.sallyport.identity.testing.SigningKey;
import dev.sallyport.identity.testing.TestingAuthority;
import dev.sallyport.identity.testing.TestingTrustDomain;
import dev.sallyport.identity.testing.TestingWorkloadApi;
import dev.sallyport.identity.testing.Warnings;
import dev.sallyport.identity.trust.DomainStanding.Standing;
import io.grpc.Status;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of callers when something happens to the agent that gives out bundles: ID-38. */
class AgentAttacksTest {
  private static final String CI = "/agent/ci";
  private static final Logger LOG =
      Logger.getLogger("dev.sallyport.identity.workload.AgentStreams");
  private static final Optional<Authentication> UNKNOWN_KEY =
      Optional.of(new Rejected("unknown_key"));

  private final Attacked attacked = new Attacked();
  private final TestingTrustDomain prod = new TestingTrustDomain("prod", attacked.clock);
  private final TestingTrustDomain partner = new TestingTrustDomain("partner", attacked.clock);
  private final TestingAuthority ca = TestingAuthority.of("prod", attacked.clock.instant());
  private final TestingWorkloadApi agent =
      new TestingWorkloadApi(Map.of("prod", prod.bundle(), "partner", partner.bundle()));

  private final Warnings warnings = new Warnings();

  @BeforeEach
  void listen() {
    LOG.addHandler(warnings);
  }

  @AfterEach
  void close() {
    LOG.removeHandler(warnings);
    attacked.close();
    agent.close();
  }

  /** ID-38: clean stop. */
  @Test
  void takesCallersWhileTheAgentIsStoppedAndItsNewKeysOnceItIsBack() throws Exception {
    trust("prod");
    var old = prod.svid(CI, US);
    attacked.takes(old, prod.id(CI), "jwt-svid");
    agent.endStreams();
    attacked.takes(old, prod.id(CI), "jwt-svid");
    assertThat(attacked.door.ready()).isTrue();

    rotate();
    agent.push(Map.of("prod", prod.bundle()));
    ticking(() -> attacked.door.verify(old).equals(UNKNOWN_KEY));
    attacked.refuses(old, "unknown_key");
    attacked.takes(prod.svid(CI, US), prod.id(CI), "jwt-svid");
    assertThat(attacked.door.ready()).isTrue();
  }

  /** ID-38: kill, and an agent that was restarted with a new authority. */
  @Test
  void takesCallersWhileTheAgentIsDeadAndThoseOfItsNewAuthorityOnceItIsBack() throws Exception {
    agent.pushAuthorities(Map.of("prod", TestingAuthority.der(ca.certificate())));
    trust("prod");
    var old = prod.svid(CI, US);
    var oldCertificate = ca.svid(CI).certificate();
    agent.kill();
    attacked.door.tick();
    toldOf("UNAVAILABLE");
    attacked.takes(old, prod.id(CI), "jwt-svid");
    assertThat(attacked.door.verify(oldCertificate)).isInstanceOf(Authenticated.class);
    assertThat(attacked.door.ready()).isTrue();

    rotate();
    var next = TestingAuthority.of("prod", attacked.clock.instant());
    agent.push(Map.of("prod", prod.bundle()));
    agent.pushAuthorities(Map.of("prod", TestingAuthority.der(next.certificate())));
    agent.restart();
    ticking(() ->
        attacked.door.verify(next.svid(CI).certificate()) instanceof Authenticated
            && attacked.door.verify(old).equals(UNKNOWN_KEY));
    attacked.refuses(old, "unknown_key");
    attacked.takes(prod.svid(CI, US), prod.id(CI), "jwt-svid");
    assertThat(attacked.door.verify(oldCertificate))
        .isEqualTo(new Rejected("untrusted_certificate"));
  }

  /** ID-38: permission denied, to those who held a moment ago too. */
  @Test
  void tellsCallersToComeAgainOnceTheAgentDeniesTheBundle() throws Exception {
    trust("prod");
    var token = prod.svid(CI, US);
    attacked.takes(token, prod.id(CI), "jwt-svid");
    agent.cutOff(Status.PERMISSION_DENIED);
    until(() -> !attacked.door.ready());
    toldOf("PERMISSION_DENIED");
    cannotTell(token);

    agent.kill(); // so that no refusal is still on its way when it refuses no longer
    agent.refuse(Status.OK);
    agent.restart();
    ticking(attacked.door::ready);
    attacked.takes(prod.svid(CI, US), prod.id(CI), "jwt-svid");
  }

  /** ID-38: unavailable, from the start. */
  @Test
  void tellsCallersToComeAgainBeforeTheAgentWasReached() throws Exception {
    agent.kill();
    apply("prod");
    attacked.door.tick();
    assertThat(attacked.door.ready()).isFalse();
    cannotTell(prod.svid(CI, US));
  }

  /** ID-38: wrong header. */
  @Test
  void tellsCallersToComeAgainWhereTheAgentDoesNotTakeTheSecurityHeader() throws Exception {
    agent.wantHeader("something else");
    apply("prod");
    attacked.door.tick();
    assertThat(attacked.door.ready()).isFalse();
    cannotTell(prod.svid(CI, US));
    toldOf("INVALID_ARGUMENT");

    agent.wantHeader("true"); // what the standard wants, and what is sent
    ticking(attacked.door::ready);
    attacked.takes(prod.svid(CI, US), prod.id(CI), "jwt-svid");
  }

  /** ID-26: also a token that was verified a moment ago. */
  @Test
  void refusesATokenAtOnceWhenItsKeyLeavesTheBundle() throws Exception {
    trust("prod");
    var old = prod.svid(CI, US);
    attacked.takes(old, prod.id(CI), "jwt-svid");
    rotate();
    agent.push(Map.of("prod", prod.bundle()));
    until(() -> attacked.door.verify(old).equals(UNKNOWN_KEY));

    attacked.refuses(old, "unknown_key");
  }

  /** ID-06, ID-08, ID-24: one agent's bundles are of one domain each, and of those configured. */
  @Test
  void takesAFederatedDomainForItselfAndForNoOther() throws Exception {
    var stranger = new TestingTrustDomain("stranger", attacked.clock);
    agent.push(
        Map.of("prod", prod.bundle(), "partner", partner.bundle(), "stranger", stranger.bundle()));
    trust("prod");
    trust("partner");

    attacked.takes(partner.svid(CI, US), partner.id(CI), "jwt-svid");
    attacked.takes(prod.svid(CI, US), prod.id(CI), "jwt-svid");
    attacked.refuses(partner.svid(partner.header(), prod.claims(CI, US)), "bad_signature");
    attacked.refuses(prod.svid(prod.header(), partner.claims(CI, US)), "bad_signature");
    attacked.refuses(stranger.svid(CI, US), "unknown_trust_domain");
  }

  /** ID-25: the other domain's callers, and readiness, stay. */
  @Test
  void refusesADomainAtOnceThatTheAgentIsFederatedWithNoLonger() throws Exception {
    trust("prod");
    trust("partner");
    var token = partner.svid(CI, US);
    attacked.takes(token, partner.id(CI), "jwt-svid");
    agent.push(Map.of("prod", prod.bundle()));
    until(() ->
        attacked.door.verify(token).equals(Optional.of(new Rejected("unknown_trust_domain"))));

    attacked.refuses(token, "unknown_trust_domain");
    attacked.takes(prod.svid(CI, US), prod.id(CI), "jwt-svid");
    assertThat(attacked.door.ready()).isTrue();
  }

  @Test
  void keepsTheBundleWhereOnlyTheAlgorithmsChange() throws Exception {
    trust("prod");
    agent.kill();
    var source = "{'trustDomain':'prod','workloadApi':'%s','algorithms':['%s']}";
    attacked.door.apply("TrustDomain", "prod", source.formatted(agent.address(), "ES256"));
    attacked.takes(prod.svid(CI, US), prod.id(CI), "jwt-svid");

    attacked.door.apply("TrustDomain", "prod", source.formatted(agent.address(), "RS256"));
    attacked.refuses(prod.svid(CI, US), "algorithm_not_allowed");
  }

  @Test
  void isReadyUntilTheLastAuthorityHasEnded() throws Exception {
    agent.push(Map.of());
    agent.pushAuthorities(Map.of("prod", TestingAuthority.der(ca.certificate())));
    trust("prod");
    var left =
        Duration.between(attacked.clock.instant(), ca.certificate().getNotAfter().toInstant());
    agent.kill();
    attacked.clock.advance(left.minusSeconds(1));
    assertThat(attacked.door.ready()).isTrue();

    attacked.clock.advance(Duration.ofSeconds(1));
    assertThat(attacked.door.ready()).isFalse();
    assertThat(attacked.door.verify(ca.svid(CI).certificate())).isInstanceOf(Rejected.class);
  }

  private void cannotTell(String token) throws Exception {
    attacked.cannotTell("unavailable", "/mcp", "Authorization", "Bearer " + token);
  }

  /** What stands of the agent's own failure: what it answered, in the log. */
  private void toldOf(String status) {
    var told = "the Workload API at " + agent.address() + " answers with " + status;
    ticking(() -> warnings.all().contains(told)); // a killed one may cut streams off unheard
  }

  private void rotate() {
    prod.add(SigningKey.ec("key-2"));
    prod.remove(TestingTrustDomain.FIRST_KEY);
  }

  private void apply(String domain) {
    attacked.door.apply(
        "TrustDomain",
        domain,
        "{'trustDomain':'%s','workloadApi':'%s'}".formatted(domain, agent.address()));
  }

  private void trust(String domain) {
    apply(domain);
    until(() -> attacked.door.standing(domain) == Standing.KNOWN);
  }

  private void ticking(BooleanSupplier happened) {
    until(() -> {
      attacked.door.tick();
      return happened.getAsBoolean();
    });
  }

  /** What an agent sends is heard of a moment later. */
  private static void until(BooleanSupplier happened) {
    long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (!happened.getAsBoolean()) {
      assertThat(System.nanoTime()).as("the deadline").isLessThan(deadline);
      Thread.onSpinWait();
    }
  }
}
