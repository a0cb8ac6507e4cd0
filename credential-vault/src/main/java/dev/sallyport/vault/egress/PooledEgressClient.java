package dev.sallyport.vault.egress;

import dev.sallyport.identity.net.AddressRule;
import dev.sallyport.vault.Lent;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Sends requests over blocking sockets that are kept and used again; meant for virtual threads.
 *
 * <p>A request is sent a second time in one case only: a kept connection turned out to be closed
 * before any byte of an answer came, and either the method is GET or HEAD or not one byte of the
 * request went out. Interrupting the thread that sends or reads cuts its connection.
 */
public final class PooledEgressClient implements EgressClient {
  private final EgressConfig config;
  private final Dialer dialer;
  private final ScheduledThreadPoolExecutor timer;
  private final Set<Pool> pools = ConcurrentHashMap.newKeySet();
  private final Pool common;

  /**
   * Opens nothing yet.
   *
   * @throws IllegalArgumentException if the configured certificates cannot be read
   */
  public PooledEgressClient(EgressConfig config) {
    this.config = config;
    timer =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("egress-timer").factory());
    timer.setRemoveOnCancelPolicy(true);
    dialer =
        new Dialer(
            new AddressRule(config.privateAddresses()),
            Trust.sockets(config.extraAuthorities()),
            config.connectTimeout(),
            new Stalls(timer));
    common = newPool(Integer.MAX_VALUE);
  }

  @Override
  public EgressResponse send(EgressRequest request, Lent lent) throws EgressException {
    return common.send(request, lent);
  }

  @Override
  public EgressClient pool(int maxConnections) {
    var pool = newPool(maxConnections);
    pools.add(pool);
    return pool;
  }

  void forget(Pool closed) {
    pools.remove(closed);
  }

  private Pool newPool(int maxConnections) {
    var connections =
        new Connections(
            Math.min(config.maxIdlePerOrigin(), maxConnections), config.idleExpiry().toNanos());
    long period = Math.max(config.idleExpiry().toMillis() / 2, 1);
    var expiry =
        timer.scheduleWithFixedDelay(connections::expire, period, period, TimeUnit.MILLISECONDS);
    return new Pool(this, dialer, connections, expiry, maxConnections);
  }

  /** How many connections to the address are kept unused in the common pool. */
  int idle(EgressRequest request) {
    return common.idle(request);
  }

  @Override
  public void close() {
    timer.shutdownNow();
    common.close();
    pools.forEach(Pool::close);
  }
}
