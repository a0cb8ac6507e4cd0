package dev.sallyport.llm.route;

import java.time.Instant;
import java.time.InstantSource;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * How quick deployments were in the last {@value Recent#MINUTES} minutes, as one gateway saw it: in
 * some ten kilobytes for each of those that answered. Answers that failed do not count.
 * Thread-safe.
 */
public final class Speeds {
  /** More than the deployments of a gateway are. */
  private static final int MOST_KEPT = 10_000;

  private static final long SECONDS_OF_MINUTE = 60;
  private static final long MOST_TOKENS = 1_000_000;

  private final InstantSource clock;
  private final ConcurrentHashMap<String, Speed> byDeployment = new ConcurrentHashMap<>();

  Speeds(InstantSource clock) {
    this.clock = clock;
  }

  /**
   * Takes note of an answer that came at once.
   *
   * @param nanos since the deployment was chosen
   * @param tokensOut how many tokens its provider counted in it; 0 if that is not known
   */
  void answered(String deployment, long nanos, long tokensOut) {
    long minute = minute(clock.instant());
    var speed = of(deployment);
    speed.whole.add(minute, TimeUnit.NANOSECONDS.toMillis(nanos));
    speed.wrote(minute, nanos, tokensOut);
  }

  /**
   * Takes note of a streamed answer that came to its end.
   *
   * @param untilBegun nanoseconds until the first of it was there
   * @param nanos since the deployment was chosen
   * @param tokensOut how many tokens its provider counted in it; 0 if that is not known, or the
   *     time says nothing of it
   */
  void streamed(String deployment, long untilBegun, long nanos, long tokensOut) {
    long minute = minute(clock.instant());
    var speed = of(deployment);
    speed.begun.add(minute, TimeUnit.NANOSECONDS.toMillis(untilBegun));
    speed.wrote(minute, nanos, tokensOut);
  }

  /**
   * Whether a deployment is to be asked before all others, so that it will be known how long it
   * takes: true once a minute. If it does not answer, no more is lost by it.
   */
  boolean triesLatency(String deployment, boolean streamed) {
    return of(deployment).latency(streamed).isTried(minute(clock.instant()));
  }

  /** The same, so that it will be known how much it writes. */
  boolean triesThroughput(String deployment) {
    return of(deployment).throughput.isTried(minute(clock.instant()));
  }

  /**
   * How many milliseconds so many percent of the calls waited at most: of streamed ones for the
   * first of the answer, of others for all of it. Empty if there were none.
   */
  OptionalLong millis(String deployment, boolean streamed, int percent) {
    var speed = byDeployment.get(deployment);
    return speed == null
        ? OptionalLong.empty()
        : speed.latency(streamed).notAbove(minute(clock.instant()), percent);
  }

  /**
   * How many thousandths of a token a second so many percent of the calls wrote at least, over the
   * whole time that they took; empty if there were none.
   */
  OptionalLong milliTokens(String deployment, int percent) {
    var speed = byDeployment.get(deployment);
    return speed == null
        ? OptionalLong.empty()
        : speed.throughput.notBelow(minute(clock.instant()), percent);
  }

  private Speed of(String deployment) {
    var known = byDeployment.get(deployment); // takes no lock
    if (known != null) {
      return known;
    }
    if (byDeployment.size() >= MOST_KEPT) {
      byDeployment.clear(); // most of them are not there any more
    }
    return byDeployment.computeIfAbsent(deployment, _ -> new Speed());
  }

  private static long minute(Instant now) {
    return Math.floorDiv(now.getEpochSecond(), SECONDS_OF_MINUTE);
  }

  /** How quick one deployment was. */
  private static final class Speed {
    private final Recent begun = new Recent();
    private final Recent whole = new Recent();
    private final Recent throughput = new Recent();

    private Recent latency(boolean streamed) {
      return streamed ? begun : whole;
    }

    private void wrote(long minute, long nanos, long tokensOut) {
      if (tokensOut > 0) {
        long milli = Math.min(tokensOut, MOST_TOKENS) * TimeUnit.SECONDS.toNanos(1_000);
        throughput.add(minute, milli / Math.max(1, nanos));
      }
    }
  }
}
