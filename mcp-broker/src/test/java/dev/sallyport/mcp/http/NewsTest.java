package dev.sallyport.mcp.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.mcp.wire.Json;
import java.time.Duration;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

class NewsTest {
  private static final Duration NONE = Duration.ZERO;

  private final News news = new News();

  @Test
  void holdsNoMoreThanThereAreThingsToTellOf() throws InterruptedException {
    for (int i = 0; i < 10_000; i++) {
      news.add("thing " + i % 3, Json.object().put("i", i));
    }
    news.end();

    var told = new ArrayList<String>();
    while (!news.isOver()) {
      news.next(NONE).ifPresent(next -> told.add(next.toString()));
    }
    assertThat(told).containsExactly("{\"i\":9999}", "{\"i\":9997}", "{\"i\":9998}");
  }

  @Test
  void holdsTheLatestOfTooManyThings() throws InterruptedException {
    for (int i = 0; i <= News.MOST; i++) {
      news.add("thing " + i, Json.object().put("i", i));
    }
    news.end();

    var told = new ArrayList<Integer>();
    while (!news.isOver()) {
      news.next(NONE).ifPresent(next -> told.add(next.path("i").asInt()));
    }
    assertThat(told).hasSize(News.MOST).startsWith(1).endsWith(News.MOST);
  }

  @Test
  void takesNothingAfterItsEnd() throws InterruptedException {
    news.end();
    news.add("late", Json.object());

    assertThat(news.isOver()).isTrue();
    assertThat(news.next(NONE)).isEmpty();
  }

  @Test
  void hasWhoeverWaitsLookOnceForEachDoubt() throws InterruptedException {
    news.doubt();
    news.doubt();
    news.add("thing", Json.object());

    assertThat(news.next(Duration.ofDays(1))).isEmpty();
    assertThat(news.next(Duration.ofDays(1))).isPresent();
    assertThat(news.next(NONE)).isEmpty();
  }
}
