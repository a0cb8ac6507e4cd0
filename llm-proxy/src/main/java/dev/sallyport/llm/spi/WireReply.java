package dev.sallyport.llm.spi;

import java.time.Duration;
import java.util.Optional;

/** A provider's whole answer. */
@SuppressWarnings("ArrayRecordComponent") // handed over once, compared by no one
public record WireReply(int status, Optional<Duration> retryAfter, byte[] body) {}
