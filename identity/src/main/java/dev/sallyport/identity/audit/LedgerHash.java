package dev.sallyport.identity.audit;

import dev.sallyport.identity.digest.Sha256;
import java.security.MessageDigest;

/** The hashes of a ledger. Not thread-safe. */
final class LedgerHash {
  private final MessageDigest digest = Sha256.create();

  /** The hash of a leaf. Source: RFC 6962, section 2.1. */
  byte[] leaf(byte[] bytes, int offset, int length) {
    digest.update((byte) 0);
    digest.update(bytes, offset, length);
    return digest.digest();
  }

  /** The hash of an inner node. Source: RFC 6962, section 2.1. */
  byte[] node(byte[] left, byte[] right) {
    digest.update((byte) 1);
    digest.update(left);
    return digest.digest(right);
  }

  /** The next hash of the chain: of the last one and the leaf, one after the other. */
  byte[] link(byte[] chain, byte[] leaf) {
    digest.update(chain);
    return digest.digest(leaf);
  }
}
