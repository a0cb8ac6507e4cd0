package dev.sallyport.mcp.upstream;

import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** A stream that may bring so many bytes a second, and no more. */
final class StreamInput extends FilterInputStream {
  private final UnaskedMessages bound;

  StreamInput(InputStream in, UnaskedMessages bound) {
    super(in);
    this.bound = bound;
  }

  @Override
  public int read() throws IOException {
    return counted(super.read(), 1);
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    int read = super.read(buffer, offset, length);
    return counted(read, read);
  }

  private int counted(int read, int bytes) {
    if (read > 0 && !bound.admitsPart(bytes)) {
      throw new Refusal(RefusalCode.UPSTREAM_MALFORMED);
    }
    return read;
  }
}
