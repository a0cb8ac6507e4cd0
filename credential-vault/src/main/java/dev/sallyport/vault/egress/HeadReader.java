package dev.sallyport.vault.egress;

import dev.sallyport.vault.egress.EgressException.Reason;
import java.util.Arrays;

/** Reads the head of an answer, however it is cut, and passes over those that are provisional. */
final class HeadReader {
  private static final int MAX_PROVISIONAL = 16;
  private static final byte[] NOTHING = new byte[0];

  private final Connection connection;

  /** What came of the head so far, beside what is in the connection's buffer. */
  private byte[] earlier = NOTHING;

  private int lastLineFeed = -1;
  private int seen;

  private HeadReader(Connection connection) {
    this.connection = connection;
  }

  /** The head of the final answer. */
  static ResponseHead read(Connection connection) throws EgressException {
    for (int i = 0; i <= MAX_PROVISIONAL; i++) {
      var head = new ResponseHead(new HeadReader(connection).bytes());
      if (head.status() >= 200) {
        return head;
      }
      if (head.status() == 101) {
        throw ResponseHead.malformed("another protocol");
      }
    }
    throw ResponseHead.malformed("no end of provisional answers");
  }

  private byte[] bytes() throws EgressException {
    while (true) {
      if (connection.buffered() == 0 && connection.fill() < 0) {
        throw new EgressException(Reason.DISCONNECTED, "the upstream broke off before its answer");
      }
      int begin = connection.position();
      int end = endOfHead();
      var joined = joined(begin, end < 0 ? connection.limit() : end);
      if (!ResponseHead.beginsLikeHttp(joined, joined.length)) {
        throw ResponseHead.malformed("no status line");
      }
      if (joined.length > ResponseHead.MAX_BYTES) {
        throw new EgressException(Reason.TOO_LARGE, "the head of the answer is too large");
      }
      connection.skip((end < 0 ? connection.limit() : end) - begin);
      if (end >= 0) {
        return joined;
      }
      earlier = joined;
    }
  }

  private byte[] joined(int from, int to) {
    var joined = Arrays.copyOf(earlier, earlier.length + to - from);
    System.arraycopy(connection.buffer(), from, joined, earlier.length, to - from);
    return joined;
  }

  /** Where the head ends in the buffer, or -1 if it does not. */
  private int endOfHead() throws EgressException {
    var buffer = connection.buffer();
    int begin = connection.position();
    for (int i = begin; i < connection.limit(); i++, seen++) {
      if (buffer[i] != '\n') {
        continue;
      }
      boolean afterReturn =
          i > begin
              ? buffer[i - 1] == '\r'
              : earlier.length > 0 && earlier[earlier.length - 1] == '\r';
      if (!afterReturn) {
        throw ResponseHead.malformed("a line that ends without a carriage return");
      }
      if (lastLineFeed >= 0 && seen - lastLineFeed == 2) {
        return i + 1;
      }
      lastLineFeed = seen;
    }
    return -1;
  }
}
