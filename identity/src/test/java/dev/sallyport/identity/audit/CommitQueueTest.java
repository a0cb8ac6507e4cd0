package dev.sallyport.identity.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class CommitQueueTest {
  private static final long FOR_EVER = Long.MAX_VALUE;

  /** What is to run when nobody else is ready: there is one for each group that lingers. */
  private final BlockingQueue<Runnable> ends = new LinkedBlockingQueue<>();

  private final CommitQueue queue = new CommitQueue(8, ends::add);
  private final ExecutorService writer = Executors.newSingleThreadExecutor();

  @AfterEach
  void endWriter() {
    queue.close();
    writer.shutdownNow();
  }

  @Test
  void aGroupIsTakenAtOnceWhereNobodyIsExpected() {
    add(2);

    assertThat(queue.take(0, FOR_EVER)).hasSize(2);
    assertThat(ends).isEmpty();
  }

  @Test
  void aGroupWaitsForAsManyAsAreExpected() throws Exception {
    add(1);
    var group = take(2);
    ends.take();

    add(2);

    assertThat(group.get()).hasSize(3);
  }

  @Test
  void aGroupWaitsForNoMoreThanThereIsRoomFor() throws Exception {
    add(1);
    var group = take(100);
    ends.take();

    add(7);

    assertThat(group.get()).hasSize(8);
  }

  @Test
  void aGroupWaitsNoLongerThanItMay() {
    add(1);

    assertThat(queue.take(2, 1)).hasSize(1);
  }

  @Test
  void aGroupWaitsNoLongerThanOthersAreReadyToRun() throws Exception {
    add(1);
    var group = take(2);

    ends.take().run();

    assertThat(group.get()).hasSize(1);
  }

  @Test
  void onVirtualThreadsAGroupWaitsForNobodyWhoIsNotReady() throws Exception {
    var idle = CommitQueue.ofVirtualThreads(8);
    idle.add(pending());

    assertThat(idle.take(2, FOR_EVER)).hasSize(1);
  }

  @Test
  void onVirtualThreadsEachRecordIsInOneGroup() throws Exception {
    var busy = CommitQueue.ofVirtualThreads(100);
    busy.add(pending());
    var group = CompletableFuture.supplyAsync(() -> busy.take(99, FOR_EVER), writer);
    int taken = 0;
    try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 99; i++) {
        callers.execute(() -> busy.add(pending()));
      }
      taken = group.get().size();
    }

    int left = taken == 100 ? 0 : busy.take(0, 0).size();

    assertThat(taken + left).isEqualTo(100);
  }

  @Test
  void theEndOfAnEarlierGroupDoesNotEndTheWaitOfALaterOne() throws Exception {
    for (int round = 0; round < 500; round++) {
      add(1);
      var earlier = take(1);
      var endOfEarlier = ends.take();
      add(1);
      assertThat(earlier.get()).hasSize(2);

      add(1);
      var later = take(1);
      var endOfLater = ends.take();
      endOfEarlier.run();
      add(1);
      assertThat(later.get()).hasSize(2);
      endOfLater.run();
    }
  }

  @Test
  void anEarlierEndDoesNotUndoALaterOne() throws Exception {
    add(1);
    var earlier = take(1);
    var endOfEarlier = ends.take();
    add(1);
    earlier.get();
    add(1);
    var later = take(1);
    var endOfLater = ends.take();

    endOfLater.run();
    endOfEarlier.run();

    assertThat(later.get()).hasSize(1);
  }

  @Test
  void closingEndsTheWaitAndGivesWhatWasThere() throws Exception {
    add(1);
    var group = take(2);
    ends.take();

    queue.close();

    assertThat(group.get()).hasSize(1);
    assertThat(queue.take(2, FOR_EVER)).isEmpty();
    assertThat(queue.add(pending())).isFalse();
  }

  @Test
  void aCallerThatFoundNoRoomComesInWithTheNextGroup() throws Exception {
    add(8);
    var ninth = CompletableFuture.supplyAsync(() -> queue.add(pending()), writer);

    assertThat(queue.take(0, 0)).hasSize(8);
    assertThat(ninth.get(30, TimeUnit.SECONDS)).isTrue();
    assertThat(queue.take(0, 0)).hasSize(1);
  }

  private CompletableFuture<List<Pending>> take(int returning) {
    return CompletableFuture.supplyAsync(() -> queue.take(returning, FOR_EVER), writer);
  }

  private void add(int records) {
    for (int i = 0; i < records; i++) {
      assertThat(queue.add(pending())).isTrue();
    }
  }

  private static Pending pending() {
    return new Pending(RecordEncoder.stopped());
  }
}
