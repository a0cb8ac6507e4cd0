package dev.sallyport.gateway.bench;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The least that makes records durable: they wait for each other, are written together, and forced
 * to the disk once. Thread-safe.
 */
final class GroupCommittedFile implements AutoCloseable {
  private final FileChannel file;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Thread writer;
  private Batch open = new Batch();
  private boolean closed;

  GroupCommittedFile(Path path) throws IOException {
    file = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    writer = Thread.ofPlatform().daemon().name("bare-file").start(this::write);
  }

  /** Returns once the record is durable. */
  void append(byte[] record) {
    var batch = join(record);
    try {
      batch.durable.await();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private Batch join(byte[] record) {
    lock.lock();
    try {
      open.bytes.writeBytes(record);
      changed.signal();
      return open;
    } finally {
      lock.unlock();
    }
  }

  private void write() {
    try {
      for (var batch = next(); batch.bytes.size() > 0; batch = next()) {
        file.write(ByteBuffer.wrap(batch.bytes.toByteArray()));
        file.force(false);
        batch.durable.countDown();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Batch next() {
    lock.lock();
    try {
      while (open.bytes.size() == 0 && !closed) {
        changed.awaitUninterruptibly();
      }
      var batch = open;
      open = new Batch();
      return batch;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() throws IOException {
    lock.lock();
    try {
      closed = true;
      changed.signal();
    } finally {
      lock.unlock();
    }
    try {
      writer.join();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    file.close();
  }

  /** Records that become durable together. */
  private static final class Batch {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final CountDownLatch durable = new CountDownLatch(1);
  }
}
