package dev.sallyport.mcp.registry;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/** What was approved and is no longer listed, in any form, until somebody rejects it. */
final class Gone {
  private Gone() {}

  /** The items of one server that are gone, by all of its records. */
  static Set<ItemKey> of(Collection<ItemRecord> records) {
    var listed = new HashSet<ItemKey>();
    var gone = new HashSet<ItemKey>();
    for (var known : records) {
      if (known.present()) {
        listed.add(known.key());
      } else if (known.status() == ItemStatus.APPROVED) {
        gone.add(known.key());
      }
    }
    gone.removeAll(listed);
    return gone;
  }
}
