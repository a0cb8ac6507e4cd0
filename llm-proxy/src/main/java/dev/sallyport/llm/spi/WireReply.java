package dev.sallyport.llm.spi;

import java.time.Duration;
import java.util.Optional;

/**
 * A provider's whole answer.
 *
 * @param errorType what its {@code x-amzn-errortype} header says
 * @param tokensIn how many tokens Bedrock says in a header that it read
 */
@SuppressWarnings("ArrayRecordComponent") // handed over once, compared by no one
public record WireReply(
    int status,
    Optional<Duration> retryAfter,
    Optional<String> errorType,
    Optional<Long> tokensIn,
    byte[] body) {
  /** An answer that does not count in a header. */
  public WireReply(
      int status, Optional<Duration> retryAfter, Optional<String> errorType, byte[] body) {
    this(status, retryAfter, errorType, Optional.empty(), body);
  }

  /** An answer without such a header. */
  public WireReply(int status, Optional<Duration> retryAfter, byte[] body) {
    this(status, retryAfter, Optional.empty(), body);
  }

  /** Whether the provider says that it did what it was asked. */
  public boolean succeeded() {
    return status >= 200 && status <= 299;
  }
}
