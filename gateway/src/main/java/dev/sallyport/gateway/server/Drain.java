package dev.sallyport.gateway.server;

import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.identity.http.RefusalAnswer;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.Filter;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Counts the requests under way on the data plane, and lets no more in once the gateway stops.
 * Probes are let in always. Thread-safe.
 */
final class Drain implements Filter {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition ended = lock.newCondition();
  private int underWay;
  private final List<Runnable> whenBegun = new CopyOnWriteArrayList<>();
  private volatile boolean draining;

  /** Has something done once no more requests are let in, such as ending those without an end. */
  void whenBegun(Runnable work) {
    whenBegun.add(work);
  }

  /** Whether no more requests are let in. */
  boolean draining() {
    return draining;
  }

  /** How many requests are under way. */
  int underWay() {
    lock.lock();
    try {
      return underWay;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Lets no more requests in, and waits for those under way.
   *
   * @return how many were still under way when the time was over
   */
  int drain(Duration most) {
    draining = true;
    whenBegun.forEach(Runnable::run);
    lock.lock();
    try {
      long left = most.toNanos();
      while (underWay > 0 && left > 0) {
        left = ended.awaitNanos(left);
      }
      return underWay;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return underWay;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void filter(FilterChain chain, RoutingRequest request, RoutingResponse response) {
    var path = request.path().path();
    if (Health.PATHS.contains(path)) {
      chain.proceed();
      return;
    }
    if (!enter()) {
      response.header(HeaderNames.CONNECTION, "close");
      RefusalAnswer.send(path, response, new Refusal(RefusalCode.UNAVAILABLE));
      return;
    }
    try {
      chain.proceed();
    } finally {
      leave();
    }
  }

  private boolean enter() {
    lock.lock();
    try {
      if (draining) {
        return false;
      }
      underWay++;
      return true;
    } finally {
      lock.unlock();
    }
  }

  private void leave() {
    lock.lock();
    try {
      underWay--;
      ended.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
