package dev.sallyport.llm.spi;

import java.time.Duration;
import java.util.Optional;

/**
 * A provider's whole answer.
 *
 * @param errorType what its {@code x-amzn-errortype} header says
 */
@SuppressWarnings("ArrayRecordComponent") // handed over once, compared by no one
public record WireReply(
    int status, Optional<Duration> retryAfter, Optional<String> errorType, byte[] body) {
  /** An answer without such a header. */
  public WireReply(int status, Optional<Duration> retryAfter, byte[] body) {
    this(status, retryAfter, Optional.empty(), body);
  }
}
