package dev.sallyport.identity.workload;

import io.grpc.Status;
import io.spiffe.workloadapi.grpc.SpiffeWorkloadAPIGrpc.SpiffeWorkloadAPIStub;
import io.spiffe.workloadapi.grpc.Workload.X509SVIDRequest;
import io.spiffe.workloadapi.grpc.Workload.X509SVIDResponse;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;

/**
 * The gateway's own X.509-SVID, as a SPIFFE Workload API pushes it: the first one, where the agent
 * gives several. Thread-safe; asking never blocks.
 *
 * <p>The last good one stays in force until its end, whatever the agent says. Past the half of its
 * life, when a new one is due, the agent is asked anew more often.
 */
public final class OwnSvidSource implements AutoCloseable {
  private static final Logger LOG = System.getLogger(OwnSvidSource.class.getName());
  private static final Duration MAX_AGE_WHEN_DUE = Duration.ofSeconds(30);

  private final InstantSource clock;
  private final AgentStreams agent;
  private volatile Optional<OwnSvid> last = Optional.empty();

  /**
   * An SVID that is not asked for before the start.
   *
   * @param address {@code unix:/path} or {@code tcp://IP:port}
   * @throws IllegalArgumentException if the address is of another form
   */
  public OwnSvidSource(String address, InstantSource clock) {
    this.clock = clock;
    this.agent = new AgentStreams(address, clock, this::open);
  }

  /** The SVID, unless none has come yet or the last one is over. */
  public Optional<OwnSvid> current() {
    return last.filter(svid -> clock.instant().isBefore(svid.expiresAt()));
  }

  /** From now on, calls this after each change, and no longer the one before. */
  public void listen(Runnable changed) {
    agent.listen(changed);
  }

  /** Begins to follow changes. To be called once. */
  public void start() {
    tick();
  }

  /** Looks whether something is to be done. To be called every few seconds, off any request. */
  public void tick() {
    agent.renew(maxAge());
  }

  @Override
  public void close() {
    agent.close();
  }

  private Duration maxAge() {
    return last.map(
            svid -> {
              if (!clock.instant().isBefore(svid.halfLife())) {
                return MAX_AGE_WHEN_DUE;
              }
              var half =
                  Duration.between(
                      svid.chain().getFirst().getNotBefore().toInstant(), svid.halfLife());
              return half.compareTo(WorkloadApiBundle.MAX_AGE) < 0
                  ? half
                  : WorkloadApiBundle.MAX_AGE;
            })
        .orElse(WorkloadApiBundle.MAX_AGE);
  }

  private void open(SpiffeWorkloadAPIStub stub, AgentStreams.Connection connection) {
    stub.fetchX509SVID(
        X509SVIDRequest.getDefaultInstance(),
        connection.stream(this::take, (Status.Code _) -> false));
  }

  /** Whether it is another one. */
  private boolean take(X509SVIDResponse message) {
    try {
      if (message.getSvidsCount() == 0) {
        throw new IllegalArgumentException("there is none");
      }
      var fresh = OwnSvidReader.read(message.getSvids(0));
      if (!clock.instant().isBefore(fresh.expiresAt())) {
        throw new IllegalArgumentException("it is over");
      }
      var isNews = !last.equals(Optional.of(fresh));
      last = Optional.of(fresh);
      return isNews;
    } catch (IllegalArgumentException e) {
      LOG.log(
          Level.WARNING,
          "the Workload API gives an X.509-SVID that cannot be used: {0}",
          e.getMessage());
      return false;
    }
  }
}
