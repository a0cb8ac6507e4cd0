package dev.sallyport.identity.workload;

import java.util.Optional;

/**
 * One of the two parts of a bundle, each of which has a stream of its own.
 *
 * @param known whether the agent has said what the part is
 * @param keys empty if the agent says that the domain has no such part
 */
record Part<K>(boolean known, Optional<K> keys) {
  static <K> Part<K> unknown() {
    return new Part<>(false, Optional.empty());
  }

  static <K> Part<K> of(Optional<K> keys) {
    return new Part<>(true, keys);
  }
}
