package dev.sallyport.gateway.bench;

import dev.sallyport.gateway.trial.Product;
import dev.sallyport.gateway.trial.TrialIdentity;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/** A short load on a gateway in this process, so that its JVM learns what a request needs. */
public final class Training {
  /** The audience that the gateway must have. */
  public static final String AUDIENCE = TrialIdentity.AUDIENCE;

  private static final Duration TIME = Duration.ofSeconds(6);
  private static final int CONNECTIONS = 8;

  private Training() {}

  /**
   * Gives a gateway resources, and calls it for some seconds.
   *
   * @param ready the line in which it says where it listens
   * @param data the folder of its data
   */
  public static void run(String ready, Path data) throws IOException {
    var ports = Product.ports(ready);
    try (var chatUpstream = Upstream.of(Answers.of(ChatBench.NAME));
        var mcpUpstream = Upstream.of(Answers.of(McpBench.NAME))) {
      var identity = new TrialIdentity(InstantSource.system());
      var chat = ChatBench.of(chatUpstream.port(), identity);
      var mcp = McpBench.of(mcpUpstream.port(), identity);
      for (var bench : List.of(chat, mcp)) {
        Product.apply(ports.admin(), data, identity.resources() + bench.resources());
        LoadGenerator.run(bench.through(), ports.data(), CONNECTIONS, TIME);
      }
    }
  }
}
