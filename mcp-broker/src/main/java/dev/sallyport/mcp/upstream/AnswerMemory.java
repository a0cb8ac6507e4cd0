package dev.sallyport.mcp.upstream;

import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How many bytes the answers under way of all servers may have, so that large answers at once do
 * not use up the memory. Thread-safe.
 */
public final class AnswerMemory {
  private static final int PART_OF_HEAP = 8;

  private final long most;
  private final AtomicLong taken = new AtomicLong();

  /** So many bytes. */
  public AnswerMemory(long most) {
    this.most = most;
  }

  /** A part of the memory that this process may use. */
  public static AnswerMemory ofThisProcess() {
    return new AnswerMemory(Runtime.getRuntime().maxMemory() / PART_OF_HEAP);
  }

  /** A share that takes nothing yet. */
  Share share() {
    return new Share();
  }

  /** What one request takes until it is answered. For one thread. */
  final class Share implements AutoCloseable {
    private long mine;

    /**
     * The stream, whose bytes count as they are read.
     *
     * <p>Its reads throw {@link Refusal} with RATE_LIMITED while there is no room.
     */
    InputStream counting(InputStream in) {
      return new FilterInputStream(in) {
        @Override
        public int read() throws IOException {
          int read = super.read();
          take(read < 0 ? 0 : 1);
          return read;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
          int read = super.read(buffer, offset, length);
          take(Math.max(read, 0));
          return read;
        }
      };
    }

    private void take(int bytes) {
      mine += bytes;
      if (taken.addAndGet(bytes) > most) {
        throw new Refusal(RefusalCode.RATE_LIMITED);
      }
    }

    /** Gives back what was taken so far, as when a message of a stream is done with. */
    void giveBack() {
      keep(0);
    }

    /** Gives back what was taken beyond so many bytes, as when a part of a stream is dropped. */
    void keep(int bytes) {
      if (mine > bytes) {
        taken.addAndGet(bytes - mine);
        mine = bytes;
      }
    }

    @Override
    public void close() {
      giveBack();
    }
  }
}
