package dev.sallyport.identity.audit;

import java.io.Closeable;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/**
 * Makes a file of zeros ahead, which becomes the ledger's next file of records. Writing there is
 * durable in about half the time, since the file system has neither a length nor a place to note.
 * It is only ever a gain: while there is none, a file grows as it is written. For one thread.
 */
final class Room implements Closeable {
  static final String NAME = "room";

  private static final Logger LOG = System.getLogger(Room.class.getName());
  private static final int LEAST_BLOCK_BYTES = 4_096;
  private static final int MOST_BLOCK_BYTES = 1 << 16;
  private static final int BLOCKS_AT_ONCE = 256;

  private final Disk disk;
  private final Path file;
  private final long bytes;
  private Optional<Thread> maker = Optional.empty();
  private volatile int blockBytes;
  private volatile boolean made;

  /** Of a directory, in which nobody else writes; what another process left there goes. */
  Room(Disk disk, Path directory, long bytes) throws IOException {
    this.disk = disk;
    this.file = directory.resolve(NAME);
    this.bytes = bytes;
    Files.deleteIfExists(file);
  }

  /** Begins to make it, unless that was begun before. */
  void begin() {
    if (maker.isEmpty()) {
      maker = Optional.of(Thread.ofPlatform().daemon().name("evidence-room").start(this::make));
    }
  }

  /** Waits until what was begun is done. */
  void await() throws InterruptedException {
    if (maker.isPresent()) {
      maker.get().join();
    }
  }

  /**
   * Gives it away, under the name of a file of records, and with its beginning already durable: so
   * no file of that name ever begins with zeros.
   *
   * @return empty if there is none now
   */
  Optional<RecordFile> take(Path name, byte[] beginning) throws IOException {
    if (maker.isEmpty() || maker.get().isAlive()) {
      return Optional.empty();
    }
    maker = Optional.empty();
    if (!made) {
      return Optional.empty(); // to be tried again
    }
    made = false;
    var room = new RecordFile.Roomy(disk.blocks(file), blockBytes);
    try {
      room.write(beginning, beginning.length);
      room.force();
      Files.move(file, name, StandardCopyOption.ATOMIC_MOVE);
      return Optional.of(room);
    } catch (IOException | RuntimeException e) {
      abandon(room, e);
      throw e;
    }
  }

  private static void abandon(RecordFile room, Exception why) {
    try {
      room.close();
    } catch (IOException e) {
      why.addSuppressed(e);
    }
  }

  private void make() {
    try (var arena = Arena.ofConfined();
        var channel = disk.blocks(file)) {
      blockBytes =
          Math.clamp(Files.getFileStore(file).getBlockSize(), LEAST_BLOCK_BYTES, MOST_BLOCK_BYTES);
      var zeros = RecordFile.Roomy.blocks(arena, BLOCKS_AT_ONCE, blockBytes);
      for (long at = 0; at < bytes; at += zeros.capacity()) {
        RecordFile.Roomy.write(channel, zeros.clear(), at);
      }
      channel.force(true);
      made = true;
    } catch (IOException | UnsupportedOperationException e) {
      LOG.log(Level.DEBUG, "No room is made ahead for evidence", e);
      giveUp();
    }
  }

  private void giveUp() {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "What was made of it stays until the next start", e);
    }
  }

  @Override
  public void close() throws IOException {
    maker.ifPresent(Thread::interrupt);
    try {
      await();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    Files.deleteIfExists(file);
  }
}
