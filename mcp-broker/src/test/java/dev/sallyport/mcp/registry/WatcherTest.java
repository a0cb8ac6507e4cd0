package dev.sallyport.mcp.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.identity.action.Cancellation;
import dev.sallyport.identity.action.Cancellation.Why;
import dev.sallyport.mcp.upstream.Interests;
import dev.sallyport.mcp.upstream.UpstreamEvents;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WatcherTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Topic FILE = Topic.resource("file:///a");
  private static final Interests LISTS = new Interests(true, Set.of());
  private static final Interests ALL = new Interests(true, Set.of("file:///a"));

  private final Semaphore looks = new Semaphore(0);
  private final Semaphore suspicions = new Semaphore(0);
  private final LinkedBlockingQueue<Round> rounds = new LinkedBlockingQueue<>();
  private volatile Interests wanted = Interests.NONE;
  private final Watcher watcher =
      new Watcher(
          RegistryConfig.DEFAULT,
          () -> wanted,
          suspicions::release,
          looks::release,
          _ -> {},
          _ -> {});

  /** A watch that goes on until the test ends it. */
  private record Round(
      Interests interests,
      UpstreamEvents events,
      CompletableFuture<Why> givenUp,
      CompletableFuture<Boolean> end) {
    void endOnceGivenUp() throws Exception {
      givenUp.get(20, TimeUnit.SECONDS);
      end.complete(true);
    }
  }

  @AfterEach
  void stop() {
    watcher.stop();
  }

  @Test
  void looksOnceForWhatChangedBeforeTheFirstWatchBegan() throws Exception {
    watcher.start("crm", this::watch, true);
    var first = next();

    first.events().watching(LISTS, Optional.empty());
    first.events().watching(LISTS, Optional.empty());

    assertThat(looks.drainPermits()).isEqualTo(1);
    assertThat(suspicions.availablePermits()).isZero();
  }

  @Test
  void looksForWhatChangedWhileOneWatchTookThePlaceOfAnother() throws Exception {
    watcher.start("crm", this::watch, true);
    var first = next();
    first.events().watching(LISTS, Optional.empty());
    looks.drainPermits();

    var waiting = awaited(FILE);
    first.endOnceGivenUp();
    var second = next();
    second.events().watching(ALL, Optional.empty());

    waiting.get(20, TimeUnit.SECONDS);
    assertThat(looks.drainPermits()).isEqualTo(1);
    assertThat(suspicions.availablePermits()).isZero();
  }

  @Test
  void suspectsWhatCouldNotBeWatchedForAWhile() throws Exception {
    watcher.start("crm", this::watch, true);
    var first = next();
    first.events().watching(LISTS, Optional.empty());
    looks.drainPermits();

    first.end().complete(true);
    next().events().watching(LISTS, Optional.empty());

    assertThat(suspicions.drainPermits()).isEqualTo(1);
    assertThat(looks.availablePermits()).isZero();
  }

  @Test
  void suspectsAServerThatSaysThatItsListsChanged() throws Exception {
    watcher.start("crm", this::watch, true);

    next().events().listChanged();

    assertThat(suspicions.drainPermits()).isEqualTo(1);
  }

  @Test
  void looksForNothingWhereTheServerDoesNotTellOfItsLists() throws Exception {
    wanted = new Interests(false, ALL.uris());
    watcher.start("crm", this::watch, false);

    next().events().watching(wanted, Optional.empty());

    assertThat(looks.availablePermits()).isZero();
  }

  /** What is told between the end of that watch and the beginning of the next would be lost. */
  @Test
  void doesNotCountAWatchThatBeginsAfterItWasGivenUp() throws Exception {
    watcher.start("crm", this::watch, true);
    var first = next();
    var asked = new AtomicInteger();
    var waiting = awaited(FILE);
    first.givenUp().get(20, TimeUnit.SECONDS);

    first.events().watching(LISTS, Optional.of(counting(asked)));
    first.endOnceGivenUp();
    var second = next();
    assertThat(waiting).isNotDone();
    second.events().watching(second.interests(), Optional.empty());

    waiting.get(20, TimeUnit.SECONDS);
    assertThat(second.interests()).isEqualTo(ALL);
    assertThat(asked).hasValue(0);
    assertThat(looks.drainPermits()).isEqualTo(1);
  }

  private Round next() throws InterruptedException {
    var next = rounds.poll(20, TimeUnit.SECONDS);
    assertThat(next).isNotNull();
    return next;
  }

  private CompletableFuture<Void> awaited(Topic topic) {
    wanted = Topic.interests(Set.of(topic));
    var watched = new CompletableFuture<Void>();
    Thread.ofVirtual()
        .start(() -> {
          try {
            watcher.awaitWatched(topic, PATIENCE);
            watched.complete(null);
          } catch (InterruptedException | RuntimeException e) {
            watched.completeExceptionally(e);
          }
        });
    return watched;
  }

  private boolean watch(Interests interests, UpstreamEvents events, Cancellation cancellation) {
    var round = new Round(interests, events, new CompletableFuture<>(), new CompletableFuture<>());
    cancellation.whenCancelled(round.givenUp()::complete);
    rounds.add(round);
    return round.end().join();
  }

  private static UpstreamEvents.More counting(AtomicInteger asked) {
    return new UpstreamEvents.More() {
      @Override
      public boolean uri(String uri) {
        asked.incrementAndGet();
        return true;
      }

      @Override
      public boolean isOver() {
        return false;
      }
    };
  }
}
