package dev.sallyport.identity.testing;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import org.h2.store.fs.FileBase;

/** A file of H2's as it is; what extends it differs in something. */
class RealFile extends FileBase {
  private final FileChannel real;

  RealFile(FileChannel real) {
    this.real = real;
  }

  @Override
  public void force(boolean metaData) throws IOException {
    real.force(metaData);
  }

  @Override
  public int read(ByteBuffer to) throws IOException {
    return real.read(to);
  }

  @Override
  public synchronized int read(ByteBuffer to, long position) throws IOException {
    return real.read(to, position);
  }

  @Override
  public int write(ByteBuffer from) throws IOException {
    return real.write(from);
  }

  @Override
  public synchronized int write(ByteBuffer from, long position) throws IOException {
    return real.write(from, position);
  }

  @Override
  public long position() throws IOException {
    return real.position();
  }

  @Override
  public FileChannel position(long position) throws IOException {
    real.position(position);
    return this;
  }

  @Override
  public long size() throws IOException {
    return real.size();
  }

  @Override
  public FileChannel truncate(long size) throws IOException {
    real.truncate(size);
    return this;
  }

  @Override
  public FileLock tryLock(long position, long size, boolean shared) throws IOException {
    return real.tryLock(position, size, shared);
  }

  @Override
  protected void implCloseChannel() throws IOException {
    real.close();
  }
}
