package dev.sallyport.mcp.upstream;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** A stream that may be read until a deadline, however slowly its bytes drip. */
public final class DeadlineInputStream extends FilterInputStream {
  private final Deadline deadline;

  public DeadlineInputStream(InputStream in, Deadline deadline) {
    super(in);
    this.deadline = deadline;
  }

  @Override
  public int read() throws IOException {
    deadline.remaining();
    return super.read();
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    deadline.remaining();
    return super.read(buffer, offset, length);
  }
}
