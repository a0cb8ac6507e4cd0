package dev.sallyport.identity.action;

import java.time.Instant;
import java.util.Optional;

/**
 * What a decision may depend on beside who wants what, with which arguments.
 *
 * @param time when it is decided
 * @param source the address that the caller came from, as the socket has it; empty where Sallyport
 *     itself acts
 * @param label on whose word the turn stands, in the words of contracts: {@code USER}, {@code ORG},
 *     {@code PARTNER} or {@code PUBLIC}
 * @param calls how many actions were begun in the turn before this one
 */
public record Circumstances(Instant time, Optional<String> source, String label, long calls) {
  public Circumstances {
    if (calls < 0) {
      throw new IllegalArgumentException("calls must be 0 or more: " + calls);
    }
  }
}
