package dev.sallyport.mcp.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.identity.Owner;
import dev.sallyport.identity.PrincipalId;
import dev.sallyport.identity.action.Cancellation;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.mcp.testing.RecordingConversation;
import dev.sallyport.mcp.testing.TestingMcpServer;
import dev.sallyport.mcp.testing.TestingMcpServer.Era;
import dev.sallyport.mcp.testing.TestingMcpServer.Seen;
import dev.sallyport.mcp.upstream.ClientFace;
import dev.sallyport.mcp.upstream.Conversation;
import dev.sallyport.mcp.upstream.HttpUpstream;
import dev.sallyport.mcp.upstream.Interests;
import dev.sallyport.mcp.upstream.TimedUpstream;
import dev.sallyport.mcp.upstream.UpstreamEvents;
import dev.sallyport.mcp.upstream.UpstreamRequest;
import dev.sallyport.mcp.wire.Json;
import dev.sallyport.vault.Lent;
import dev.sallyport.vault.egress.EgressConfig;
import dev.sallyport.vault.egress.PooledEgressClient;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The watch of a server that ends its session when another begins. */
class LoneServerWatchTest {
  private static final RegistryConfig IMPATIENT =
      new RegistryConfig(
          Duration.ofMinutes(1),
          Duration.ofMillis(1),
          Duration.ofMillis(8),
          Duration.ofSeconds(5),
          1 << 20);

  private final AtomicLong now = new AtomicLong();
  private final PooledEgressClient client = new PooledEgressClient(EgressConfig.defaults());
  private final TestingMcpServer server = TestingMcpServer.speaking(Era.SESSIONS).withEcho("echo");
  private final HttpUpstream upstream =
      TimedUpstream.of(server.url(), Duration.ofSeconds(20), client, () -> {}, now::get);
  private final Semaphore failed = new Semaphore(0);
  private final CountDownLatch suspected = new CountDownLatch(1);
  private final Watcher watcher =
      new Watcher(
          IMPATIENT, () -> Interests.NONE, suspected::countDown, () -> {}, _ -> {}, _ -> {});

  @AfterEach
  void stop() {
    watcher.stop();
    server.close();
    client.close();
  }

  /** What it had to tell meanwhile is looked for then. */
  @Test
  void isBegunAgainOnceTheServerMayHaveMoreSessions() throws Exception {
    server.answer(
        "initialize",
        (_, exchange, request) -> {
          server.forgetSessions();
          server.begin(exchange, request, Json.object().set("tools", Json.object()));
        });
    for (int i = 0; i < 3; i++) {
      ask("ann", new RecordingConversation());
      ask("bob", able());
    }

    watcher.start("crm", this::watch, true);
    assertThat(failed.tryAcquire(3, 20, TimeUnit.SECONDS)).isTrue();
    assertThat(server.seen()).extracting(Seen::httpMethod).doesNotContain("GET");
    now.addAndGet(TimedUpstream.KEPT.toNanos());

    assertThat(suspected.await(20, TimeUnit.SECONDS)).isTrue();
    assertThat(server.seen()).extracting(Seen::httpMethod).contains("GET");
  }

  private boolean watch(Interests interests, UpstreamEvents events, Cancellation cancellation) {
    try {
      return cancellation.during(() -> upstream.watch(interests, Lent.nothing(), events));
    } catch (Refusal refusal) {
      failed.release();
      throw refusal;
    }
  }

  private void ask(String agent, Conversation conversation) {
    var owner = Owner.alone(new PrincipalId("spiffe://prod/agent/" + agent));
    var request = UpstreamRequest.toolCall(owner, "echo", Json.object(), Json.object());
    var _ = upstream.ask(request, Lent.nothing(), conversation);
  }

  private static RecordingConversation able() {
    var capabilities = Json.object();
    capabilities.putObject("sampling");
    return new RecordingConversation(
        new ClientFace(capabilities, Optional.empty()),
        (_, _) -> {
          throw new AssertionError("asked");
        });
  }
}
