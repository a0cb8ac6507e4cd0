package dev.sallyport.identity.svid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sallyport.identity.svid.BundleSource.Awaited;
import dev.sallyport.identity.svid.BundleSource.Known;
import dev.sallyport.identity.svid.BundleSource.Withdrawn;
import dev.sallyport.identity.testing.SigningKey;
import dev.sallyport.identity.testing.TestingClock;
import dev.sallyport.identity.testing.TestingTrustDomain;
import dev.sallyport.identity.testing.TestingWorkloadApi;
import io.grpc.Status;
import io.spiffe.spiffeid.TrustDomain;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WorkloadApiBundleTest {
  private static final Duration SILENCE = Duration.ofMinutes(5);

  private final TestingClock clock = new TestingClock();
  private final TestingTrustDomain prod = new TestingTrustDomain("prod", clock);
  private final TestingTrustDomain partner = new TestingTrustDomain("partner", clock);
  private final TestingWorkloadApi agent =
      new TestingWorkloadApi(Map.of("prod", prod.bundle(), "partner", partner.bundle()));
  private final WorkloadApiBundle bundle =
      new WorkloadApiBundle(agent.address(), TrustDomain.parse("prod"), clock, SILENCE);
  private final Semaphore changes = new Semaphore(0);

  @AfterEach
  void stop() {
    bundle.close();
    agent.close();
  }

  @Test
  void followsWhatTheAgentPushesOfItsOwnDomainOnly() throws Exception {
    assertThat(bundle.state()).isEqualTo(new Awaited());
    start();
    assertThat(keys()).containsOnlyKeys("key-1");

    prod.add(SigningKey.ec("key-2"));
    agent.push(Map.of("prod", prod.bundle(), "partner", partner.bundle()));
    awaitChange();
    assertThat(keys()).containsOnlyKeys("key-1", "key-2");

    prod.remove("key-1");
    agent.push(Map.of("prod", prod.bundle()));
    awaitChange();
    assertThat(keys()).containsOnlyKeys("key-2");
  }

  /** ID-25. */
  @Test
  void knowsNoKeysOfADomainThatTheAgentNoLongerNames() throws Exception {
    start();
    agent.push(Map.of("partner", partner.bundle()));
    awaitChange();

    assertThat(bundle.state()).isEqualTo(new Withdrawn());
  }

  /** ID-38: an agent that was stopped in good order, and came back with other keys. */
  @Test
  void comesBackAfterTheAgentEndedItsStreamAndKeepsTheKeysMeanwhile() throws Exception {
    start();
    agent.endStreams();
    prod.add(SigningKey.ec("key-2"));
    agent.push(Map.of("prod", prod.bundle()));
    clock.advance(SILENCE.minusSeconds(1));
    bundle.tick();
    assertThat(keys()).containsOnlyKeys("key-1");

    clock.advance(Duration.ofSeconds(1));
    bundle.tick();
    awaitChange();
    assertThat(keys()).containsOnlyKeys("key-1", "key-2");
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
    clock.advance(SILENCE);
    bundle.tick();
    awaitChange();
    assertThat(keys()).containsOnlyKeys("key-1");
  }

  @Test
  void hearsNothingOnceClosed() throws Exception {
    start();
    bundle.close();
    clock.advance(SILENCE);
    bundle.tick();

    assertThat(keys()).containsOnlyKeys("key-1");
  }

  @Test
  void refusesAnAddressThatIsNoneOfAWorkloadApi() {
    for (var address :
        new String[] {"", "/run/agent.sock", "http://127.0.0.1:1", "tcp://localhost:1", "unix:"}) {
      assertThatIllegalArgumentException()
          .isThrownBy(
              () -> new WorkloadApiBundle(address, TrustDomain.parse("prod"), clock, SILENCE))
          .withMessageContaining("workloadApi must be");
    }
  }

  private void start() throws InterruptedException {
    bundle.listen(changes::release);
    bundle.start();
    agent.awaitRequest();
    awaitChange();
  }

  private void awaitChange() throws InterruptedException {
    assertThat(changes.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
  }

  private Map<String, ?> keys() {
    assertThat(bundle.state()).isInstanceOf(Known.class);
    return ((Known) bundle.state()).keys().byId();
  }
}
