package dev.sallyport.identity.audit;

import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * A file of records that is being written. For one thread; of no more use once it has thrown, but
 * for being closed.
 */
sealed interface RecordFile extends Closeable {
  /** How many bytes were written, from the beginning of the file. */
  long size();

  /** Writes the first bytes of an array behind all others; durable only once forced. */
  void write(byte[] bytes, int length) throws IOException;

  /** Makes durable what was written. */
  void force() throws IOException;

  /** One that grows as it is written. */
  final class Growing implements RecordFile {
    private final FileChannel channel;
    private long size;

    /** One that is open at its end. */
    Growing(FileChannel channel) throws IOException {
      this.channel = channel;
      this.size = channel.size();
    }

    @Override
    public long size() {
      return size;
    }

    @Override
    public void write(byte[] bytes, int length) throws IOException {
      var left = ByteBuffer.wrap(bytes, 0, length);
      while (left.hasRemaining()) {
        size += channel.write(left);
      }
    }

    @Override
    public void force() throws IOException {
      channel.force(false);
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }

  /**
   * One whose bytes have their place on the disk before they are written: zeros, until then. Of its
   * last block, which is written once more with what follows, the durable part stays as it is.
   */
  final class Roomy implements RecordFile {
    private static final int BUFFER_BLOCKS = 64;

    private final FileChannel channel;
    private final int blockBytes;

    /** Given back with the file: a collector would not see how much it is. */
    private final Arena arena = Arena.ofShared();

    /** What is to be written, from a block's beginning on; it begins with what that block holds. */
    private final ByteBuffer blocks;

    private long blocksAt;
    private boolean failed;

    /** One that is to be written from its beginning on. */
    Roomy(FileChannel channel, int blockBytes) {
      this.channel = channel;
      this.blockBytes = blockBytes;
      this.blocks = blocks(arena, BUFFER_BLOCKS, blockBytes);
    }

    /** Memory for whole blocks, as {@link Disk#blocks} wants it; zeros. */
    static ByteBuffer blocks(Arena arena, int number, int blockBytes) {
      return arena.allocate((long) number * blockBytes, blockBytes).asByteBuffer();
    }

    /** Writes whole blocks to a place of a file. */
    static void write(FileChannel channel, ByteBuffer blocks, long place) throws IOException {
      for (long at = place; blocks.hasRemaining(); ) {
        at += channel.write(blocks, at);
      }
    }

    @Override
    public long size() {
      return blocksAt + blocks.position();
    }

    @Override
    public void write(byte[] bytes, int length) throws IOException {
      for (int done = 0; done < length; ) {
        int part = Math.min(length - done, blocks.remaining());
        blocks.put(bytes, done, part);
        done += part;
        if (!blocks.hasRemaining()) {
          writeBlocks();
        }
      }
    }

    @Override
    public void force() throws IOException {
      writeBlocks();
      channel.force(false);
    }

    private void writeBlocks() throws IOException {
      failed = true; // unless it comes to its end
      int end = blocks.position();
      int lastBlock = end - end % blockBytes;
      while (blocks.position() % blockBytes != 0) {
        blocks.put((byte) 0);
      }
      blocks.flip();
      write(channel, blocks, blocksAt);
      blocks.limit(end).position(lastBlock).compact();
      blocksAt += lastBlock;
      failed = false;
    }

    /** Gives back the room that was not needed, unless it is not known where that begins. */
    @Override
    public void close() throws IOException {
      try (arena;
          channel) {
        if (!failed) {
          channel.truncate(size());
          channel.force(true);
        }
      }
    }
  }
}
