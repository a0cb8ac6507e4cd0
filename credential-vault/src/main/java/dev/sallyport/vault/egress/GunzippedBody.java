package dev.sallyport.vault.egress;

import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;

/** A body that was sent compressed though it was not asked to be, decoded within bounds. */
final class GunzippedBody extends InputStream {
  private final InputStream body;
  private final long max;
  private InputStream decoded = InputStream.nullInputStream();
  private boolean begun;
  private long count;

  GunzippedBody(InputStream body, long max) {
    this.body = body;
    this.max = max;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    try {
      if (!begun) {
        begun = true;
        decoded = new GZIPInputStream(body, 4 * 1024);
      }
      int read = decoded.read(target, offset, length);
      if (read < 0) {
        return end();
      }
      count += read;
      if (count > max) {
        throw Body.tooLarge();
      }
      return read;
    } catch (EgressException e) {
      throw e;
    } catch (IOException _) {
      throw ResponseHead.malformed("a body that is not gzip");
    }
  }

  /** Reads the body itself to its end, so that its connection can be used again. */
  private int end() throws IOException {
    if (body.read(new byte[1], 0, 1) >= 0) {
      throw ResponseHead.malformed("something behind its end");
    }
    return -1;
  }

  @Override
  public int read() throws IOException {
    var one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }
}
