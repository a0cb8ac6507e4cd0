package dev.sallyport.vault.egress;

/** A body that ends with the connection. */
final class UntilCloseBody extends Body {
  UntilCloseBody(Connection connection, long idleNanos, long max) {
    super(connection, idleNanos, max);
  }

  @Override
  int readContent(byte[] target, int offset, int length) throws EgressException {
    return connection().read(target, offset, length);
  }
}
