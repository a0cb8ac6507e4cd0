package dev.sallyport.vault.redact;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.atomic.AtomicInteger;

/** A stream without the secrets, given on as soon as it cannot be the beginning of one. */
final class SiftedStream extends InputStream {
  private static final int ROOM = 4 * 1024;

  private final InputStream in;
  private final Sieve sieve;
  private final AtomicInteger counter;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream(0);
  private byte[] ready = new byte[0];
  private int readyFrom;
  private boolean ended;

  SiftedStream(InputStream in, Sieve sieve, AtomicInteger counter) {
    this.in = in;
    this.sieve = sieve;
    this.counter = counter;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    while (readyFrom == ready.length && !ended) {
      int given = length > 2 * sieve.heldBack() ? sift(target, offset, length) : siftApart();
      if (given > 0) {
        return given;
      }
    }
    int count = Math.min(length, ready.length - readyFrom);
    if (count == 0) {
      return -1;
    }
    System.arraycopy(ready, readyFrom, target, offset, count);
    readyFrom += count;
    return count;
  }

  /** Reads into the reader's own array, so that what holds no secret is not copied. */
  private int sift(byte[] target, int offset, int length) throws IOException {
    int held = sieve.heldBack();
    int count = in.read(target, offset + held, length - held);
    if (count < 0) {
      end();
      return 0;
    }
    sieve.release(target, offset);
    int found = sieve.found();
    int given = sieve.sift(target, offset, held + count, out);
    if (given < 0) {
      counter.addAndGet(sieve.found() - found);
      takeReady();
    }
    return given;
  }

  private int siftApart() throws IOException {
    var room = new byte[sieve.heldBack() + ROOM];
    int given = sift(room, 0, room.length);
    if (given > 0) {
      out.write(room, 0, given);
      takeReady();
    }
    return 0;
  }

  private void takeReady() {
    ready = out.toByteArray();
    readyFrom = 0;
    out.reset();
  }

  private void end() {
    ended = true;
    ready = sieve.rest();
    readyFrom = 0;
  }

  @Override
  public int read() throws IOException {
    var one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public byte[] readAllBytes() throws IOException {
    if (ended || sieve.heldBack() > 0 || readyFrom < ready.length) {
      return super.readAllBytes();
    }
    var all = in.readAllBytes();
    ended = true;
    int found = sieve.found();
    int given = sieve.sift(all, 0, all.length, out);
    counter.addAndGet(sieve.found() - found);
    var rest = sieve.rest();
    if (given >= 0) {
      return all;
    }
    out.writeBytes(rest);
    var sifted = out.toByteArray();
    out.reset();
    return sifted;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
