package dev.sallyport.identity.workload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.identity.PrincipalId;
import dev.sallyport.identity.testing.TestingAuthority;
import dev.sallyport.identity.testing.TestingAuthority.Certified;
import dev.sallyport.identity.testing.TestingClock;
import dev.sallyport.identity.testing.TestingWorkloadApi;
import io.grpc.Status;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnSvidSourceTest {
  private static final String ID = "spiffe://prod/gateway";

  private final TestingClock clock = new TestingClock();
  private final TestingAuthority ca = TestingAuthority.of("prod", clock.instant());
  private final Certified first = ca.svid("/gateway");
  private final TestingWorkloadApi agent = new TestingWorkloadApi(Map.of());
  private final OwnSvidSource source = new OwnSvidSource(agent.address(), clock);
  private final Semaphore changes = new Semaphore(0);

  @AfterEach
  void stop() {
    source.close();
    agent.close();
  }

  @Test
  void followsTheSvidThatTheAgentPushes() throws Exception {
    assertThat(source.current()).isEmpty();
    start();
    assertThat(source.current()).contains(own(first));
    assertThat(own(first).expiresAt()).isEqualTo(clock.instant().plus(Duration.ofHours(1)));
    assertThat(own(first).toString()).contains(ID).doesNotContain("Key");

    var second = ca.svid("/gateway");
    agent.pushSvid(ID, second);
    awaitChange();
    assertThat(source.current()).contains(own(second));
  }

  /** ID-38. */
  @Test
  void keepsTheLastGoodSvidWhereTheAgentGivesOneThatCannotBeUsed() throws Exception {
    start();
    var other = ca.svid("/gateway");
    var rsa = KeyPairGenerator.getInstance("RSA").generateKeyPair().getPrivate();
    var der = TestingAuthority.der(first.certificate());
    agent.pushSvid(ID, der, other.key());
    agent.pushSvid(ID, der, rsa);
    agent.pushSvid("spiffe://prod/other", ca.svid("/gateway"));
    agent.pushSvid("spiffe://prod", ca.svid(""));
    agent.pushSvid("https://prod/gateway", ca.svid("/gateway"));
    agent.pushSvid(ID, ca.svid("/gateway", Duration.ZERO));
    agent.pushSvid(ID, new byte[0], other.key());
    agent.pushSvid(ID, "none".getBytes(StandardCharsets.UTF_8), other.key());
    assertThat(source.current()).contains(own(first));

    agent.pushSvid(ID, other);
    awaitChange();
    assertThat(source.current()).contains(own(other));
    assertThat(changes.availablePermits()).isZero();
  }

  /** ID-38: it holds until its end, whatever becomes of the agent. */
  @Test
  void keepsTheSvidUntilItsEndWhileTheAgentIsGone() throws Exception {
    start();
    agent.cutOff(Status.PERMISSION_DENIED);
    clock.advance(Duration.ofMinutes(60).minusSeconds(1));
    source.tick();
    assertThat(source.current()).contains(own(first));

    clock.advance(Duration.ofSeconds(1));
    assertThat(source.current()).isEmpty();
  }

  /** ID-38. */
  @Test
  void asksAnewAfterTheAgentWasStoppedOrKilled() throws Exception {
    start();
    agent.endStreams();
    tickUntilAsked();
    agent.kill();
    var second = TestingAuthority.of("prod", clock.instant()).svid("/gateway");
    agent.pushSvid(ID, second);
    agent.restart();
    tickUntilAsked();
    awaitChange();

    assertThat(source.current()).contains(own(second));
  }

  @Test
  void asksAnewMoreOftenOncePastTheHalfOfItsLife() throws Exception {
    start();
    clock.advance(Duration.ofMinutes(4));
    source.tick();
    assertThat(agent.svidRequests()).isZero();
    clock.advance(Duration.ofMinutes(1));
    source.tick();
    agent.awaitSvidRequest();

    clock.advance(Duration.ofMinutes(24).plusSeconds(29));
    source.tick();
    agent.awaitSvidRequest();
    clock.advance(Duration.ofSeconds(29));
    source.tick();
    assertThat(agent.svidRequests()).isZero();
    clock.advance(Duration.ofSeconds(1));
    source.tick();
    agent.awaitSvidRequest();
  }

  @Test
  void asksAnewByTheHalfOfAShortLife() throws Exception {
    agent.pushSvid(ID, ca.svid("/gateway", Duration.ofMinutes(3)));
    source.listen(changes::release);
    source.start();
    agent.awaitSvidRequest();
    awaitChange();
    clock.advance(Duration.ofSeconds(59));
    source.tick();
    assertThat(agent.svidRequests()).isZero();

    clock.advance(Duration.ofSeconds(1));
    source.tick();
    agent.awaitSvidRequest();
  }

  @Test
  void speaksOverAUnixSocketToo(@TempDir Path directory) throws Exception {
    var socket = directory.resolve("agent.sock");
    try (var local = TestingWorkloadApi.at(socket);
        var svid = new OwnSvidSource("unix:" + socket, clock)) {
      local.pushSvid(ID, first);
      svid.listen(changes::release);
      svid.start();
      awaitChange();

      assertThat(svid.current()).contains(own(first));
    }
  }

  private void start() throws InterruptedException {
    agent.pushSvid(ID, first);
    source.listen(changes::release);
    source.start();
    agent.awaitSvidRequest();
    awaitChange();
  }

  /** The end of a stream is heard of a moment after it is sent. */
  private void tickUntilAsked() throws InterruptedException {
    while (!agent.awaitSvidRequest(Duration.ofMillis(5))) {
      source.tick();
    }
  }

  private void awaitChange() throws InterruptedException {
    assertThat(changes.tryAcquire(30, TimeUnit.SECONDS)).isTrue();
  }

  private static OwnSvid own(Certified svid) {
    return new OwnSvid(new PrincipalId(ID), List.of(svid.certificate()), svid.key());
  }
}
