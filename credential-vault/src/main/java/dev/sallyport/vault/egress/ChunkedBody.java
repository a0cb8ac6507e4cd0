package dev.sallyport.vault.egress;

import dev.sallyport.vault.egress.EgressException.Reason;

/**
 * A body in chunks. Extensions and trailers are read over, within bounds.
 *
 * <p>Source: RFC 9112, section 7.1.
 */
final class ChunkedBody extends Body {
  private static final int MAX_SIZE_LINE = 1024;
  private static final int MAX_TRAILERS = 16 * 1024;

  private long left;
  private boolean begun;

  ChunkedBody(Connection connection, long idleNanos, long max) {
    super(connection, idleNanos, max);
  }

  @Override
  int readContent(byte[] target, int offset, int length) throws EgressException {
    if (left == 0) {
      if (begun) {
        expect('\r');
        expect('\n');
      }
      begun = true;
      left = readSize();
      if (left == 0) {
        skipTrailers();
        return -1;
      }
    }
    int count = connection().read(target, offset, (int) Math.min(length, left));
    if (count < 0) {
      throw brokenOff();
    }
    left -= count;
    return count;
  }

  private long readSize() throws EgressException {
    long size = 0;
    int digits = 0;
    int c = next();
    for (int digit = Character.digit(c, 16); digit >= 0; digit = Character.digit(c, 16)) {
      size = size << 4 | digit;
      if (++digits > 15) {
        throw ResponseHead.malformed("a chunk without bounds");
      }
      c = next();
    }
    if (digits == 0) {
      throw ResponseHead.malformed("a chunk without size");
    }
    if (c != '\r' && c != ';' && c != ' ' && c != '\t') {
      throw ResponseHead.malformed("a chunk whose size is none");
    }
    skipExtension(c);
    return size;
  }

  /** Reads over what may follow a chunk's size, to the end of the line. */
  private void skipExtension(int first) throws EgressException {
    int c = first;
    boolean begins = false;
    for (int i = 0; c != '\r'; i++) {
      begins |= c == ';';
      boolean space = c == ' ' || c == '\t';
      if (i > MAX_SIZE_LINE || !Fields.isValue(c) || !(begins || space)) {
        throw ResponseHead.malformed("a chunk extension that is none");
      }
      c = next();
    }
    expect('\n');
  }

  private void skipTrailers() throws EgressException {
    int lineLength = 0;
    for (int i = 0; i < MAX_TRAILERS; i++) {
      int c = next();
      if (c == '\r') {
        expect('\n');
        if (lineLength == 0) {
          return;
        }
        lineLength = 0;
      } else if (Fields.isValue(c)) {
        lineLength++;
      } else {
        throw ResponseHead.malformed("a trailer that is none");
      }
    }
    throw ResponseHead.malformed("trailers without end");
  }

  private void expect(char expected) throws EgressException {
    if (next() != expected) {
      throw ResponseHead.malformed("a chunk that does not end where it should");
    }
  }

  private int next() throws EgressException {
    int c = connection().next();
    if (c < 0) {
      throw brokenOff();
    }
    return c;
  }

  private static EgressException brokenOff() {
    return new EgressException(Reason.DISCONNECTED, "the upstream broke off in its answer");
  }
}
