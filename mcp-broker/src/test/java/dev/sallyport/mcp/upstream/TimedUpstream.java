package dev.sallyport.mcp.upstream;

import dev.sallyport.vault.egress.EgressClient;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/** Servers over HTTP for which a test says what time it is. */
public final class TimedUpstream {
  /** How long a server is kept to one session that ends one as another begins. */
  public static final Duration KEPT = LoneSession.KEPT;

  private TimedUpstream() {}

  /** A server. */
  public static HttpUpstream of(
      URI url, Duration timeout, EgressClient client, Runnable suspect, LongSupplier nanoTime) {
    return new HttpUpstream(
        new HttpSettings(
            "test",
            url,
            Optional.empty(),
            timeout,
            HttpUpstreamScene.LARGEST,
            new AnswerMemory(1 << 24)),
        client,
        suspect,
        nanoTime);
  }
}
