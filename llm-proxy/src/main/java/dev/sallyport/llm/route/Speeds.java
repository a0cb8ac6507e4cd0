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
   * Takes note of how long the first of a streamed answer took.
   *
   * @param nanos since the deployment was chosen
   */
  void began(String deployment, long nanos) {
    of(deployment).begun.add(minute(clock.instant()), TimeUnit.NANOSECONDS.toMillis(nanos));
  }

  /**
   * Takes note of a whole answer.
   *
   * @param nanos since the deployment was chosen
   * @param tokensOut how many tokens its provider counted in it; 0 if that is not known
   */
  void answered(String deployment, boolean streamed, long nanos, long tokensOut) {
    var speed = of(deployment);
    long minute = minute(clock.instant());
    if (!streamed) {
      speed.whole.add(minute, TimeUnit.NANOSECONDS.toMillis(nanos));
    }
    if (tokensOut > 0) {
      long milli = Math.min(tokensOut, MOST_TOKENS) * TimeUnit.SECONDS.toNanos(1_000);
      speed.throughput.add(minute, milli / Math.max(1, nanos));
    }
  }

  /**
   * How many milliseconds so many percent of the calls waited at most: of streamed ones for the
   * first of the answer, of others for all of it. Empty if there were none.
   */
  OptionalLong millis(String deployment, boolean streamed, int percent) {
    var speed = byDeployment.get(deployment);
    return speed == null
        ? OptionalLong.empty()
        : (streamed ? speed.begun : speed.whole).notAbove(minute(clock.instant()), percent);
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
  }
}
