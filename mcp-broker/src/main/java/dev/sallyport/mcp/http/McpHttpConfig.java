package dev.sallyport.mcp.http;

import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * How MCP is served.
 *
 * @param maxRequestBytes the largest request
 * @param pageSize the most tools in one answer to {@code tools/list}
 * @param sessionIdle how long a session may stay unused before it ends
 * @param maxSessions the most sessions that one principal has at once
 * @param keepAlive how often a stream that says nothing else says that it is still there
 * @param callKeepAlive the same for the stream of a call that its caller gives up by leaving, which
 *     is noticed by that; a call that is answered sooner needs no stream
 * @param hosts the host names, without ports, by which this gateway may be called, beside those of
 *     this machine's loopback
 * @param console where people decide on the calls of agents, if clients may be sent there
 */
public record McpHttpConfig(
    int maxRequestBytes,
    int pageSize,
    Duration sessionIdle,
    int maxSessions,
    Duration keepAlive,
    Duration callKeepAlive,
    Set<String> hosts,
    Optional<URI> console) {
  public McpHttpConfig {
    hosts =
        hosts.stream()
            .map(host -> host.toLowerCase(Locale.ROOT))
            .collect(Collectors.toUnmodifiableSet());
    if (maxRequestBytes < 1_024) {
      throw new IllegalArgumentException(
          "maxRequestBytes must be at least 1024: " + maxRequestBytes);
    }
    if (pageSize < 1) {
      throw new IllegalArgumentException("pageSize must be at least 1: " + pageSize);
    }
    if (maxSessions < 1) {
      throw new IllegalArgumentException("maxSessions must be at least 1: " + maxSessions);
    }
    if (!sessionIdle.isPositive() || !keepAlive.isPositive() || !callKeepAlive.isPositive()) {
      throw new IllegalArgumentException(
          "sessionIdle, keepAlive and callKeepAlive must be positive");
    }
  }

  /** With one time for all streams, and without a console to send clients to. */
  public McpHttpConfig(
      int maxRequestBytes,
      int pageSize,
      Duration sessionIdle,
      int maxSessions,
      Duration keepAlive,
      Set<String> hosts) {
    this(
        maxRequestBytes,
        pageSize,
        sessionIdle,
        maxSessions,
        keepAlive,
        keepAlive,
        hosts,
        Optional.empty());
  }

  /** 4 MiB, 1000 tools, 30 minutes, 1000 sessions, 15 seconds, 5 seconds, loopback. */
  public static McpHttpConfig defaults() {
    return new McpHttpConfig(
        4 * 1_024 * 1_024,
        1_000,
        Duration.ofMinutes(30),
        1_000,
        Duration.ofSeconds(15),
        Duration.ofSeconds(5),
        Set.of(),
        Optional.empty());
  }
}
