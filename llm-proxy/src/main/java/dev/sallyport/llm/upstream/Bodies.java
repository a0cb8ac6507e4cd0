package dev.sallyport.llm.upstream;

import dev.sallyport.llm.spi.Failure;
import dev.sallyport.llm.spi.Failure.Kind;
import dev.sallyport.llm.spi.WireReply;
import dev.sallyport.vault.egress.EgressException;
import dev.sallyport.vault.egress.EgressResponse;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Optional;

/** Reads whole answers. */
public final class Bodies {
  private static final int MOST_OF_AN_ERROR = 64 << 10;
  private static final int MOST_AT_ONCE = 1 << 20;
  private static final int USUAL = 2_048;
  private static final int LONGEST_RETRY_SECONDS = 3_600;

  private Bodies() {}

  /**
   * The whole answer; of one that is an error, its beginning.
   *
   * @param deadline by {@link System#nanoTime}, when it must be there
   * @throws AttemptFailedException if it does not come whole
   */
  public static WireReply whole(EgressResponse response, long deadline)
      throws AttemptFailedException {
    try {
      boolean error = response.status() < 200 || response.status() > 299;
      var body =
          error
              ? read(response, MOST_OF_AN_ERROR, MOST_OF_AN_ERROR, deadline)
              : read(
                  response,
                  Math.min(response.toldBytes(USUAL), MOST_AT_ONCE),
                  Integer.MAX_VALUE,
                  deadline);
      return new WireReply(
          response.status(),
          retryAfter(response),
          response.header("x-amzn-errortype"),
          tokensIn(response),
          body);
    } catch (EgressException e) {
      throw new AttemptFailedException(Upstreams.failure(e));
    } catch (IOException _) {
      throw new AttemptFailedException(Failure.of(Kind.BROKE_OFF));
    }
  }

  private static byte[] read(EgressResponse response, int expected, int most, long deadline)
      throws IOException {
    var in = response.body();
    var body = new byte[expected];
    int length = 0;
    while (length < most) {
      if (length == body.length) {
        int next = in.read(); // mostly the end
        if (next < 0) {
          return body;
        }
        body = Arrays.copyOf(body, Math.min(most, 2 * body.length + USUAL));
        body[length++] = (byte) next;
      }
      int count = in.read(body, length, body.length - length);
      if (count < 0) {
        break;
      }
      length += count;
      if (System.nanoTime() - deadline > 0) {
        throw new EgressException(EgressException.Reason.TIMEOUT, "the answer takes too long");
      }
    }
    return length == body.length ? body : Arrays.copyOf(body, length);
  }

  private static Optional<Long> tokensIn(EgressResponse response) {
    return response
        .header("x-amzn-bedrock-input-token-count")
        .filter(text -> text.matches("[0-9]{1,12}"))
        .map(Long::valueOf);
  }

  private static Optional<Duration> retryAfter(EgressResponse response) {
    return response
        .header("Retry-After")
        .flatMap(text ->
            text.matches("[0-9]{1,9}")
                ? Optional.of(Long.parseLong(text))
                : secondsUntil(text, response))
        .map(seconds -> Duration.ofSeconds(Math.clamp(seconds, 0, LONGEST_RETRY_SECONDS)));
  }

  /** By the clock of whoever names the time. Source: RFC 9110, sections 6.6.1 and 10.2.3. */
  private static Optional<Long> secondsUntil(String time, EgressResponse response) {
    return response
        .header("Date")
        .flatMap(Bodies::date)
        .flatMap(now -> date(time).map(then -> Duration.between(now, then).toSeconds()));
  }

  private static Optional<Instant> date(String text) {
    try {
      return Optional.of(DateTimeFormatter.RFC_1123_DATE_TIME.parse(text.strip(), Instant::from));
    } catch (DateTimeException _) {
      return Optional.empty();
    }
  }
}
