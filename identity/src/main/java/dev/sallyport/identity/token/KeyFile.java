package dev.sallyport.identity.token;

import dev.sallyport.identity.store.FileStamp;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.function.Function;
import java.util.function.Predicate;

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
  private final Predicate<K> proves;
  private volatile FileStamp stamp;
  private volatile Runnable changed = () -> {};
  private volatile K keys;

  /** Why the file could not be used the last time. Guarded by this. */
  private String fault = "";

  private KeyFile(
      Path path, Function<byte[], K> reader, Predicate<K> proves, FileStamp stamp, K keys) {
    this.path = path;
    this.reader = reader;
    this.proves = proves;
    this.stamp = stamp;
    this.keys = keys;
  }

  /**
   * Opens a key file.
   *
   * @param proves whether anything can be proved by some keys; where it cannot any more, operators
   *     are told
   * @throws IllegalArgumentException if it cannot be read, or does not hold what the reader wants
   */
  public static <K> KeyFile<K> open(Path path, Function<byte[], K> reader, Predicate<K> proves) {
    try {
      var stamp = FileStamp.of(path);
      return new KeyFile<>(path, reader, proves, stamp, reader.apply(bytes(path)));
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "must be a file that can be read: " + path + ": " + problem(e), e);
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
      if (!proves.test(fresh)) {
        LOG.log(
            Level.WARNING,
            "the key file {0} holds no key of use any more: all that it proved is refused",
            path);
      }
      return true;
    } catch (IOException e) {
      tell(problem(e));
      return false;
    } catch (IllegalArgumentException e) {
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

  /** What keeps the file from being read: of some exceptions the message is but its path. */
  private static String problem(IOException e) {
    return switch (e) {
      case NoSuchFileException _ -> "it is not there";
      case AccessDeniedException _ -> "the gateway's user may not read it";
      default -> String.valueOf(e.getMessage());
    };
  }

  private static byte[] bytes(Path path) throws IOException {
    try (var in = Files.newInputStream(path)) {
      return in.readNBytes(KeySet.MAX_BYTES + 1);
    }
  }
}
