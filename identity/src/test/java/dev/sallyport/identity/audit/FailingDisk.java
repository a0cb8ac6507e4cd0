package dev.sallyport.identity.audit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** A disk that fails when a test says so. Thread-safe. */
final class FailingDisk implements Disk {
  private volatile boolean syncsFail;
  private volatile boolean blocksAreUnknown;
  private final AtomicLong room = new AtomicLong(Long.MAX_VALUE);
  private final AtomicInteger open = new AtomicInteger();

  /** Whether a sync fails from now on. */
  void failSyncs(boolean fail) {
    syncsFail = fail;
  }

  /** Says from now on that it cannot write whole blocks. */
  void knowNoBlocks() {
    blocksAreUnknown = true;
  }

  /** How many more bytes can be written. */
  void leaveRoomFor(long bytes) {
    room.set(bytes);
  }

  /** How many files are open. */
  int open() {
    return open.get();
  }

  @Override
  public FileChannel append(Path file) throws IOException {
    return new Failing(Disk.real().append(file));
  }

  @Override
  public FileChannel blocks(Path file) throws IOException {
    if (blocksAreUnknown) {
      throw new UnsupportedOperationException();
    }
    return new Failing(Disk.real().blocks(file));
  }

  private final class Failing extends FileChannel {
    private final FileChannel real;

    Failing(FileChannel real) {
      this.real = real;
      open.incrementAndGet();
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
      if (room.get() == 0) {
        throw new IOException("No space left on device");
      }
      int fits = (int) Math.min(room.get(), source.remaining());
      var part = source.slice(source.position(), fits);
      while (part.hasRemaining()) {
        real.write(part);
      }
      source.position(source.position() + fits);
      room.addAndGet(-fits);
      return fits;
    }

    @Override
    public void force(boolean metaData) throws IOException {
      if (syncsFail) {
        throw new IOException("Input/output error");
      }
      real.force(metaData);
    }

    @Override
    public long size() throws IOException {
      return real.size();
    }

    @Override
    protected void implCloseChannel() throws IOException {
      real.close();
      open.decrementAndGet();
    }

    @Override
    public int read(ByteBuffer target) {
      throw new UnsupportedOperationException();
    }

    @Override
    public long read(ByteBuffer[] targets, int offset, int length) {
      throw new UnsupportedOperationException();
    }

    @Override
    public long write(ByteBuffer[] sources, int offset, int length) {
      throw new UnsupportedOperationException();
    }

    @Override
    public long position() {
      throw new UnsupportedOperationException();
    }

    @Override
    public FileChannel position(long newPosition) {
      throw new UnsupportedOperationException();
    }

    @Override
    public FileChannel truncate(long size) throws IOException {
      return real.truncate(size);
    }

    @Override
    public long transferTo(long position, long count, WritableByteChannel target) {
      throw new UnsupportedOperationException();
    }

    @Override
    public long transferFrom(ReadableByteChannel source, long position, long count) {
      throw new UnsupportedOperationException();
    }

    @Override
    public int read(ByteBuffer target, long position) {
      throw new UnsupportedOperationException();
    }

    @Override
    public int write(ByteBuffer source, long position) throws IOException {
      if (room.addAndGet(-source.remaining()) < 0) {
        throw new IOException("No space left on device");
      }
      return real.write(source, position);
    }

    @Override
    public MappedByteBuffer map(MapMode mode, long position, long size) {
      throw new UnsupportedOperationException();
    }

    @Override
    public FileLock lock(long position, long size, boolean shared) {
      throw new UnsupportedOperationException();
    }

    @Override
    public FileLock tryLock(long position, long size, boolean shared) {
      throw new UnsupportedOperationException();
    }
  }
}
