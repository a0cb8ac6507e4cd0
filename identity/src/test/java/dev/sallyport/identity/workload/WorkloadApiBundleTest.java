package dev.sallyport.identity.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sallyport.identity.svid.BundleSource.Awaited;
import dev.sallyport.identity.svid.BundleSource.Known;
import dev.sallyport.identity.svid.BundleSource.Withdrawn;
import dev.sallyport.identity.svid.TrustBundle;
import dev.sallyport.identity.testing.SigningKey;
import dev.sallyport.identity.testing.TestingAuthority;
import dev.sallyport.identity.testing.TestingClock;
import dev.sallyport.identity.testing.TestingTrustDomain;
import dev.sallyport.identity.testing.TestingWorkloadApi;
import io.grpc.Status;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WorkloadApiBundleTest {
  private final TestingClock clock = new TestingClock();
  private final TestingTrustDomain prod = new TestingTrustDomain("prod", clock);
  private final TestingTrustDomain partner = new TestingTrustDomain("partner", clock);
  private final TestingAuthority ca = TestingAuthority.of("prod", clock.instant());
  private final TestingAuthority next = TestingAuthority.of("prod", clock.instant());
  private final TestingAuthority foreign = TestingAuthority.of("partner", clock.instant());
  private final TestingWorkloadApi agent =
      new TestingWorkloadApi(Map.of("prod", prod.bundle(), "partner", partner.bundle()));
  private final WorkloadApiBundle bundle = new WorkloadApiBundle(agent.address(), "prod", clock);
  private final Semaphore changes = new Semaphore(0);

  @AfterEach
  void stop() {
    bundle.close();
    agent.close();
  }

  @Test
  void followsWhatTheAgentPushesOfItsOwnDomainOnly() throws Exception {
    agent.pushAuthorities(Map.of("prod", der(ca), "partner", der(foreign)));
    assertThat(bundle.state()).isEqualTo(new Awaited());
    assertThat(bundle.heardAt()).isEmpty();
    start();
    assertThat(known().jwtKeys().byId()).containsOnlyKeys("key-1");
    assertThat(known().x509Authorities()).containsExactly(ca.certificate());
    assertThat(bundle.heardAt()).contains(clock.instant());

    prod.add(SigningKey.ec("key-2"));
    agent.push(Map.of("prod", prod.bundle(), "partner", partner.bundle()));
    awaitChange();
    assertThat(known().jwtKeys().byId()).containsOnlyKeys("key-1", "key-2");

    agent.pushAuthorities(Map.of("prod", der(ca, next), "partner", der(foreign)));
    awaitChange();
    assertThat(known().x509Authorities())
        .containsExactlyInAnyOrder(ca.certificate(), next.certificate());

    agent.pushAuthorities(Map.of("prod", der(next)));
    awaitChange();
    assertThat(known().x509Authorities()).containsExactly(next.certificate());
  }

  @Test
  void takesTheBundleThatTheAgentGivesOfAFederatedDomain() throws Exception {
    agent.pushAuthorities(Map.of("prod", der(ca), "partner", der(foreign)));
    try (var federated = new WorkloadApiBundle(agent.address(), "partner", clock)) {
      federated.listen(changes::release);
      federated.start();
      awaitChange();

      assertThat(federated.state())
          .isEqualTo(
              new Known(
                  TrustBundle.of(
                      TrustBundle.ofSpiffeOrJwks(bytes(partner.bundle())).jwtKeys(),
                      Set.of(foreign.certificate()))));
    }
  }

  /** ID-25. */
  @Test
  void knowsNoKeysOfADomainThatTheAgentNoLongerNames() throws Exception {
    start();
    agent.push(Map.of("partner", partner.bundle()));
    awaitChange();

    assertThat(bundle.state()).isEqualTo(new Withdrawn());
  }

  @Test
  void takesADomainThatHasOneKindOfAuthoritiesOnly() throws Exception {
    agent.push(Map.of());
    agent.pushAuthorities(Map.of("prod", der(ca)));
    start();
    assertThat(known().jwtKeys().isEmpty()).isTrue();
    assertThat(known().x509Authorities()).containsExactly(ca.certificate());

    agent.pushAuthorities(Map.of("prod", new byte[0]));
    awaitChange();
    assertThat(known().isEmpty()).isTrue();
  }

  /** A partner that publishes a key of a new kind takes nobody's keys out of force, nor its own. */
  @Test
  void isNotKeptFromTheBundleByKeysThatItDoesNotKnow() throws Exception {
    start();
    prod.add(SigningKey.ec("key-2"));
    var okp =
        "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"AA\",\"kid\":\"okp\"},{\"kty\":\"EC\"},";
    agent.push(
        Map.of(
            "prod",
            prod.bundle().replace("\"keys\":[", "\"keys\":[" + okp),
            "partner",
            "<html>",
            "third",
            "{\"keys\":[" + okp.substring(0, okp.length() - 1) + "]}"));
    awaitChange();

    assertThat(known().jwtKeys().byId()).containsOnlyKeys("key-1", "key-2");
  }

  @Test
  void keepsTheLastGoodPartWhereTheAgentGivesOneThatCannotBeRead() throws Exception {
    agent.pushAuthorities(Map.of("prod", der(ca)));
    start();
    agent.pushAuthorities(Map.of("prod", bytes("no certificate")));
    agent.pushAuthorities(Map.of("prod", der(next)));
    awaitChange();

    assertThat(known().x509Authorities()).containsExactly(next.certificate());
    assertThat(changes.availablePermits()).isZero();
  }

  /** ID-38: an agent that was stopped in good order, and came back with other keys. */
  @Test
  void comesBackAfterTheAgentEndedItsStreamsAndKeepsTheBundleMeanwhile() throws Exception {
    start();
    agent.endStreams();
    prod.add(SigningKey.ec("key-2"));
    agent.push(Map.of("prod", prod.bundle()));
    assertThat(known().jwtKeys().byId()).containsOnlyKeys("key-1");

    tickUntilAsked();
    awaitChange();
    assertThat(known().jwtKeys().byId()).containsOnlyKeys("key-1", "key-2");
  }

  /** ID-38. */
  @Test
  void comesBackAfterTheAgentWasKilled() throws Exception {
    start();
    agent.kill();
    bundle.tick();
    assertThat(known().jwtKeys().byId()).containsOnlyKeys("key-1");

    prod.add(SigningKey.ec("key-2"));
    agent.push(Map.of("prod", prod.bundle()));
    agent.restart();
    tickUntilAsked();
    awaitChange();
    assertThat(known().jwtKeys().byId()).containsOnlyKeys("key-1", "key-2");
  }

  /** A stream that leads nowhere says nothing; so does one of an agent that has no news. */
  @Test
  void connectsAnewWhenTheConnectionIsOldAndNotBefore() throws Exception {
    start();
    clock.advance(WorkloadApiBundle.MAX_AGE.minusSeconds(1));
    bundle.tick();
    assertThat(agent.requests()).isZero();

    clock.advance(Duration.ofSeconds(1));
    bundle.tick();
    agent.awaitRequest();
    assertThat(known().jwtKeys().byId()).containsOnlyKeys("key-1");
  }

  /** A clock that was ahead is put right: a silent agent is asked anew all the same. */
  @Test
  void connectsAnewOnceTheClockWasSetBack() throws Exception {
    start();
    clock.advance(Duration.ofDays(-365));
    bundle.tick();
    agent.awaitRequest();
  }

  /** ID-38. */
  @Test
  void waitsForAnAgentThatRefuses() throws Exception {
    agent.refuse(Status.PERMISSION_DENIED);
    bundle.listen(changes::release);
    bundle.start();
    agent.awaitRequest();
    assertThat(bundle.state()).isEqualTo(new Awaited());

    agent.refuse(Status.OK);
    tickUntilAsked();
    awaitChange();
    assertThat(known().jwtKeys().byId()).containsOnlyKeys("key-1");
  }

  /** ID-38: what may be had no longer is used no longer. */
  @Test
  void knowsNoKeysOnceTheAgentSaysThatItMayHaveNone() throws Exception {
    start();
    agent.cutOff(Status.PERMISSION_DENIED);
    awaitChange();

    assertThat(bundle.state()).isEqualTo(new Awaited());
  }

  @Test
  void hearsNothingOnceClosed() throws Exception {
    start();
    bundle.close();
    clock.advance(WorkloadApiBundle.MAX_AGE);
    bundle.tick();

    assertThat(known().jwtKeys().byId()).containsOnlyKeys("key-1");
    assertThat(agent.requests()).isZero();
  }

  @Test
  void refusesAnAddressThatIsNoneOfAWorkloadApi() {
    for (var address :
        new String[] {"", "/run/agent.sock", "http://127.0.0.1:1", "tcp://localhost:1", "unix:"}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new WorkloadApiBundle(address, "prod", clock))
          .withMessageContaining("workloadApi must be");
    }
  }

  private void start() throws InterruptedException {
    bundle.listen(changes::release);
    bundle.start();
    agent.awaitRequest();
    awaitChange();
  }

  /** The end of a stream is heard of a moment after it is sent. */
  private void tickUntilAsked() throws InterruptedException {
    while (!agent.awaitRequest(Duration.ofMillis(5))) {
      bundle.tick();
    }
  }

  private void awaitChange() throws InterruptedException {
    assertThat(changes.tryAcquire(30, TimeUnit.SECONDS)).isTrue();
  }

  private TrustBundle known() {
    assertThat(bundle.state()).isInstanceOf(Known.class);
    return bundle.state() instanceof Known(TrustBundle known)
        ? known
        : TrustBundle.ofSpiffe(new byte[0]);
  }

  private static byte[] der(TestingAuthority... authorities) {
    var der = new ByteArrayOutputStream();
    for (var authority : authorities) {
      der.writeBytes(TestingAuthority.der(authority.certificate()));
    }
    return der.toByteArray();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
