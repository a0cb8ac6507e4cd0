package dev.sallyport.vault.egress;

import dev.sallyport.vault.egress.EgressException.Reason;

/** A body whose length was said. */
final class LengthBody extends Body {
  private final boolean allowed;
  private long left;

  LengthBody(Connection connection, long idleNanos, long max, long length) {
    super(connection, idleNanos, max);
    this.left = length;
    this.allowed = length <= max;
    if (length == 0) {
      finish();
    }
  }

  @Override
  long knownLeft() {
    return left;
  }

  @Override
  int readContent(byte[] target, int offset, int length) throws EgressException {
    if (!allowed) {
      throw tooLarge();
    }
    if (left == 0) {
      return -1;
    }
    int count = connection().read(target, offset, (int) Math.min(length, left));
    if (count < 0) {
      throw new EgressException(Reason.DISCONNECTED, "the upstream broke off in its answer");
    }
    left -= count;
    if (left == 0) {
      finish();
    }
    return count;
  }
}
