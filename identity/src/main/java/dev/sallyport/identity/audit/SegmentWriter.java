package dev.sallyport.identity.audit;

import dev.sallyport.identity.digest.Sha256;
import dev.sallyport.identity.store.Directory;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Writes records at the end of a ledger: {@link #append} collects them, {@link #commit} makes them
 * durable. Begins a new file when one is full. Not thread-safe; of no more use once it has thrown.
 */
final class SegmentWriter implements Closeable {
  private static final byte[] SEQ = "{\"seq\":".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] AT = ",\"at\":\"".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] HEAD_END = "\",".getBytes(StandardCharsets.US_ASCII);
  private static final int MAX_HEAD_BYTES = 80;
  private static final int FLUSH_BYTES = 1 << 20;

  /** Room for the next file is made once this part of a file is written: few ledgers need it. */
  private static final int PARTS_BEFORE_ROOM = 4;

  private final LedgerConfig config;
  private final Disk disk;
  private final InstantSource clock;
  private final HashState state;
  private final Timestamps timestamps = new Timestamps();
  private final Set<String> openCalls = new LinkedHashSet<>();
  private final Room room;
  private RecordFile file;
  private byte[] buffer = new byte[FLUSH_BYTES];
  private int used;

  SegmentWriter(LedgerConfig config, Disk disk, InstantSource clock, LedgerTail tail)
      throws IOException {
    this.config = config;
    this.disk = disk;
    this.clock = clock;
    this.state = new HashState(tail.head());
    this.openCalls.addAll(tail.openCalls());
    this.room = new Room(disk, config.directory(), config.segmentBytes());
    this.file = new RecordFile.Growing(disk.append(tail.file()));
    if (file.size() == 0) {
      addHeader();
    }
  }

  /** The ledger with all records that were appended; durable only after a commit. */
  LedgerHead head() {
    return state.head();
  }

  /** The calls whose intents have no outcome yet. */
  Set<String> openCalls() {
    return openCalls;
  }

  /** Adds a record, which is not durable yet. */
  void append(Body body) throws IOException {
    int most = Integer.BYTES + MAX_HEAD_BYTES + body.json().length + Sha256.BYTES;
    if (file.size() + used + most > config.segmentBytes() && holdsRecords()) {
      roll();
    }
    add(body);
    switch (body.type()) {
      case INTENT -> openCalls.add(body.callId());
      case OUTCOME -> openCalls.remove(body.callId());
      case DENIED, HELD, EVENT, STARTED, STOPPED -> {}
    }
    if (used > FLUSH_BYTES) {
      flush();
    }
  }

  /** Makes everything that was appended durable. */
  void commit() throws IOException {
    flush();
    file.force();
  }

  private void add(Body body) {
    int most = Integer.BYTES + MAX_HEAD_BYTES + body.json().length + Sha256.BYTES;
    if (used + most > buffer.length) {
      buffer = Arrays.copyOf(buffer, Math.max(2 * buffer.length, used + most));
    }
    int start = used + Integer.BYTES;
    int end = put(SEQ, start);
    end = put(Long.toString(state.size()).getBytes(StandardCharsets.US_ASCII), end);
    end = put(AT, end);
    end = timestamps.write(clock.instant(), buffer, end);
    end = put(HEAD_END, end);
    // The body's own opening brace gives way to the head.
    System.arraycopy(body.json(), 1, buffer, end, body.json().length - 1);
    end += body.json().length - 1;
    ByteBuffer.wrap(buffer).putInt(used, end - start);
    state.add(buffer, start, end - start);
    used = put(state.chain(), end);
  }

  private int put(byte[] bytes, int offset) {
    System.arraycopy(bytes, 0, buffer, offset, bytes.length);
    return offset + bytes.length;
  }

  private boolean holdsRecords() {
    return file.size() + used > SegmentHeader.length(state.size());
  }

  /**
   * Begins a new file. Its first record lists the calls that are open, so that no older file needs
   * to be read to find them.
   */
  private void roll() throws IOException {
    commit();
    file.close();
    var name = config.directory().resolve(SegmentHeader.fileName(state.size()));
    var withRoom = room.take(name, SegmentHeader.encode(state.head()));
    if (withRoom.isPresent()) {
      file = withRoom.get();
    } else {
      file = new RecordFile.Growing(disk.append(name));
      addHeader();
    }
    Directory.force(config.directory());
    add(RecordEncoder.rolled(openCalls));
  }

  private void addHeader() {
    used = put(SegmentHeader.encode(state.head()), used);
  }

  private void flush() throws IOException {
    file.write(buffer, used);
    used = 0;
    if (file.size() > config.segmentBytes() / PARTS_BEFORE_ROOM) {
      room.begin();
    }
  }

  @Override
  public void close() throws IOException {
    try (room) {
      file.close();
    }
  }
}
