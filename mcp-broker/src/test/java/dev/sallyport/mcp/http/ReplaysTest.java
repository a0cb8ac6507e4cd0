package dev.sallyport.mcp.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.mcp.wire.Json;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ReplaysTest {
  private static final int LIMIT = 10_000;

  private final ReplayStore store = new ReplayStore(LIMIT);
  private final Replays replays = new Replays(store);

  private static byte[] message(int length) {
    return Json.bytes(Json.object().put("x", "x".repeat(length)));
  }

  private static String event(Replay replay, int number) throws InterruptedException {
    return replay
        .event(number, Duration.ZERO)
        .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
        .orElse("none");
  }

  @Test
  void keepsWhatWasWrittenInItsOrder() throws InterruptedException {
    var replay = replays.begin();
    var written = replay.add(Json.bytes(Json.object().put("i", 1)), false);
    var _ = replay.add(Json.bytes(Json.object().put("i", 2)), true);

    assertThat(event(replay, 1))
        .isEqualTo(new String(written, StandardCharsets.UTF_8))
        .isEqualTo("id: s1-1\ndata: {\"i\":1}\n\n");
    assertThat(event(replay, 2)).isEqualTo("id: s1-2\ndata: {\"i\":2}\n\n");
    assertThat(event(replay, 3)).isEqualTo("none");
    assertThat(replay.isOver(2)).isFalse();
    assertThat(replay.isOver(3)).isTrue();
  }

  @Test
  void forgetsTheOldestStreamOfASessionBeyondSixteen() {
    for (int i = 0; i < Replays.MOST; i++) {
      var _ = replays.begin().add(message(1), true);
    }
    long full = store.total();
    assertThat(replays.find("s1-0")).isPresent();

    var _ = replays.begin();

    assertThat(replays.find("s1-0")).isEmpty();
    assertThat(replays.find("s2-0")).isPresent();
    assertThat(store.total()).isLessThan(full);
  }

  @Test
  void keepsTheAnswerOfAStreamThatBecameTooLong() throws InterruptedException {
    var replay = new Replay("s1", new ReplayStore(Long.MAX_VALUE));
    for (int i = 0; i < 1_000; i++) {
      var _ = replay.add(message(10), false);
    }
    var _ = replay.add(Json.bytes(Json.object().put("answer", 1)), true);

    assertThat(event(replay, 512)).contains("id: s1-512\n");
    assertThat(event(replay, 513)).isEmpty();
    assertThat(event(replay, 1_001)).contains("answer");
  }

  @Test
  void letsGoOfTheOldestWhereAllSessionsTogetherKeepTooMuch() throws InterruptedException {
    var others = new Replays(store);
    var oldest = replays.begin();
    var _ = oldest.add(message(4_000), true);
    var older = others.begin();
    var _ = older.add(message(4_000), true);
    var newest = replays.begin();
    var _ = newest.add(message(4_000), true);

    assertThat(event(oldest, 1)).isEmpty();
    assertThat(event(older, 1)).contains("xxx");
    assertThat(event(newest, 1)).contains("xxx");
    assertThat(store.total()).isLessThanOrEqualTo(LIMIT);
  }

  @Test
  void keepsNothingOfASessionThatEnded() {
    var under = replays.begin();
    var _ = under.add(message(100), false);

    replays.close();
    var _ = under.add(message(100), true);

    assertThat(store.total()).isZero();
    assertThat(replays.find("s1-0")).isEmpty();
    assertThat(under.isOver(3)).isTrue();
  }
}
