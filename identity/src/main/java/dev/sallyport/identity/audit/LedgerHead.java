package dev.sallyport.identity.audit;

import dev.sallyport.identity.digest.Sha256;
import java.util.List;

/**
 * A ledger's state after some records. Immutable.
 *
 * @param size how many records; the next one has this number
 * @param chain the last hash of the chain, {@value Sha256#BYTES} bytes; zeros before the first
 * @param subtrees the roots of the full subtrees of the Merkle tree (RFC 6962), largest first: one
 *     for each bit that is set in the size
 */
@SuppressWarnings("ArrayRecordComponent") // bytes that are never changed, compared by content
record LedgerHead(long size, byte[] chain, List<byte[]> subtrees) {
  LedgerHead {
    subtrees = List.copyOf(subtrees);
  }

  static LedgerHead empty() {
    return new LedgerHead(0, new byte[Sha256.BYTES], List.of());
  }

  /** The root of the Merkle tree. Source: RFC 6962, section 2.1. */
  byte[] root() {
    if (subtrees.isEmpty()) {
      return Sha256.create().digest();
    }
    var hash = new LedgerHash();
    var root = subtrees.getLast();
    for (int i = subtrees.size() - 2; i >= 0; i--) {
      root = hash.node(subtrees.get(i), root);
    }
    return root;
  }
}
