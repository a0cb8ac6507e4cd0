package dev.sallyport.identity.token;

import dev.sallyport.identity.store.FileStamp;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;

/**
 * The keys in a file, read again when the file changes. A file that cannot be read any more leaves
 * the last good keys in force. Thread-safe.
 *
 * @param <K> what the keys are read into
 */
public final class KeyFile<K> {
  private static final Logger LOG = System.getLogger(KeyFile.class.getName());

  private final Path path;
  private final Function<byte[], K> reader;
  private volatile FileStamp stamp;
  private volatile Runnable changed = () -> {};
  private volatile K keys;

  /** Why the file could not be used the last time. Guarded by this. */
  private String fault = "";

  private KeyFile(Path path, Function<byte[], K> reader, FileStamp stamp, K keys) {
    this.path = path;
    this.reader = reader;
    this.stamp = stamp;
    this.keys = keys;
  }

  /**
   * Opens a key file.
   *
   * @throws IllegalArgumentException if it cannot be read, or does not hold what the reader wants
   */
  public static <K> KeyFile<K> open(Path path, Function<byte[], K> reader) {
    try {
      var stamp = FileStamp.of(path);
      return new KeyFile<>(path, reader, stamp, reader.apply(bytes(path)));
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "must be a file that can be read (" + e.getClass().getSimpleName() + "): " + path, e);
    }
  }

  public K keys() {
    return keys;
  }

  /** From now on, calls this after each change of the keys, and no longer the one before. */
  public void listen(Runnable listener) {
    changed = listener;
  }

  /** Reads the file again if it changed. */
  public void tick() {
    if (refresh()) {
      changed.run();
    }
  }

  /** Whether there are other keys now. */
  private synchronized boolean refresh() {
    try {
      var present = FileStamp.of(path);
      if (present.equals(stamp)) {
        return false;
      }
      var fresh = reader.apply(bytes(path));
      stamp = present;
      fault = "";
      if (fresh.equals(keys)) {
        return false;
      }
      keys = fresh;
      return true;
    } catch (IOException | IllegalArgumentException e) {
      tell(String.valueOf(e.getMessage()));
      return false;
    }
  }

  /** Once for each fault: the file is looked at again and again. */
  private void tell(String why) {
    if (!why.equals(fault)) {
      LOG.log(Level.WARNING, "the key file {0} cannot be used: {1}", path, why);
      fault = why;
    }
  }

  private static byte[] bytes(Path path) throws IOException {
    try (var in = Files.newInputStream(path)) {
      return in.readNBytes(KeySet.MAX_BYTES + 1);
    }
  }
}
