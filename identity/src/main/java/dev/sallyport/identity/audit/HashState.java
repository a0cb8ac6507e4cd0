package dev.sallyport.identity.audit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The hashes of a ledger as it grows. Not thread-safe. */
final class HashState {
  private final LedgerHash hash = new LedgerHash();
  private final List<byte[]> subtrees;
  private long size;
  private byte[] chain;

  HashState(LedgerHead head) {
    size = head.size();
    chain = head.chain();
    subtrees = new ArrayList<>(head.subtrees());
  }

  long size() {
    return size;
  }

  /** The last hash of the chain; never changed. */
  byte[] chain() {
    return chain;
  }

  /** Adds the next record. */
  void add(byte[] bytes, int offset, int length) {
    var leaf = hash.leaf(bytes, offset, length);
    add(leaf, hash.link(chain, leaf));
  }

  /** Adds the next record if the hash of the chain that was written after it is the right one. */
  boolean addIfRight(byte[] payload, byte[] writtenChain) {
    var leaf = hash.leaf(payload, 0, payload.length);
    var next = hash.link(chain, leaf);
    if (!Arrays.equals(next, writtenChain)) {
      return false;
    }
    add(leaf, next);
    return true;
  }

  private void add(byte[] leaf, byte[] nextChain) {
    chain = nextChain;
    var subtree = leaf;
    for (long rest = size; (rest & 1) == 1; rest >>>= 1) {
      subtree = hash.node(subtrees.removeLast(), subtree);
    }
    subtrees.add(subtree);
    size++;
  }

  /** What the next hash of the chain would be, without adding the record. */
  byte[] chainAfter(byte[] payload) {
    return hash.link(chain, hash.leaf(payload, 0, payload.length));
  }

  LedgerHead head() {
    return new LedgerHead(size, chain, subtrees);
  }
}
