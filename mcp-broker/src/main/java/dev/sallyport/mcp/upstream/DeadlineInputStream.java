package dev.sallyport.mcp.upstream;

import dev.sallyport.vault.egress.EgressResponse;
import java.io.FilterInputStream;
import java.io.IOException;

/** The body of an answer, which may be read until a deadline, however slowly its bytes drip. */
public final class DeadlineInputStream extends FilterInputStream {
  private final EgressResponse response;
  private final Deadline deadline;

  public DeadlineInputStream(EgressResponse response, Deadline deadline) {
    super(response.body());
    this.response = response;
    this.deadline = deadline;
  }

  @Override
  public int read() throws IOException {
    response.endWithin(deadline.remaining());
    return super.read();
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    response.endWithin(deadline.remaining());
    return super.read(buffer, offset, length);
  }
}
