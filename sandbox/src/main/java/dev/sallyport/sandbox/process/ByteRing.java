package dev.sallyport.sandbox.process;

import java.util.Arrays;

/** Keeps the last bytes of many. Thread-safe. */
final class ByteRing {
  private final byte[] ring;
  private long written;

  ByteRing(int capacity) {
    ring = new byte[capacity];
  }

  synchronized void add(byte[] bytes, int count) {
    for (var i = 0; i < count; i++) {
      ring[(int) (written++ % ring.length)] = bytes[i];
    }
  }

  /** What is kept, oldest first. */
  synchronized byte[] bytes() {
    if (written <= ring.length) {
      return Arrays.copyOf(ring, (int) written);
    }
    var start = (int) (written % ring.length);
    var bytes = new byte[ring.length];
    System.arraycopy(ring, start, bytes, 0, ring.length - start);
    System.arraycopy(ring, 0, bytes, ring.length - start, start);
    return bytes;
  }
}
