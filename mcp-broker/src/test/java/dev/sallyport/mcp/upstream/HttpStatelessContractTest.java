package dev.sallyport.mcp.upstream;

import dev.sallyport.mcp.testing.TestingMcpServer;
import dev.sallyport.mcp.testing.TestingMcpServer.Era;
import dev.sallyport.vault.egress.EgressConfig;
import dev.sallyport.vault.egress.PooledEgressClient;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;

class HttpStatelessContractTest extends UpstreamContract {
  private final PooledEgressClient client = new PooledEgressClient(EgressConfig.defaults());
  private final TestingMcpServer server =
      TestingMcpServer.speaking(Era.STATELESS).withEcho("echo").withScriptedTools();
  private final HttpUpstream upstream =
      new HttpUpstream(
          new HttpSettings(
              "test",
              server.url(),
              Optional.empty(),
              Duration.ofSeconds(20),
              1 << 20,
              new AnswerMemory(1 << 24)),
          client,
          () -> {});

  @AfterEach
  void stop() {
    upstream.close();
    server.close();
    client.close();
  }

  @Override
  Upstream upstream() {
    return upstream;
  }

  @Override
  boolean isStateless() {
    return true;
  }
}
