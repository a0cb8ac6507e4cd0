package dev.sallyport.gateway.server;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;

/** The directory in which one gateway keeps everything, held against every other process. */
public final class DataDirectory implements AutoCloseable {
  private static final String ADDRESSES = "addresses.json";

  /** With fewer bytes than that, not even the smallest file can be made on usual disks. */
  private static final long LEAST_ROOM = 64 << 10;

  private final Path path;
  private final FileChannel lock;

  private DataDirectory(Path path, FileChannel lock) {
    this.path = path;
    this.lock = lock;
  }

  /**
   * Takes a directory, which is made if it is not there.
   *
   * @throws StartException if it cannot be written, is open to others, or another gateway has it
   */
  static DataDirectory take(Path path) throws StartException {
    make(path);
    var file = path.resolve("lock");
    try {
      var channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (locked(channel)) {
        return new DataDirectory(path, channel);
      }
      channel.close();
    } catch (IOException e) {
      throw unwritable(path, e);
    }
    throw new StartException(
        "Another gateway is running on the data directory "
            + path
            + "; stop it, or give this one a directory of its own with --data.");
  }

  /**
   * Finds out whether a directory could be taken or made, and does neither.
   *
   * @throws StartException if it could not
   */
  static void check(Path path) throws StartException {
    var there = path;
    while (there.getParent() != null && !Files.exists(there)) {
      there = there.getParent();
    }
    var denied = new AccessDeniedException(there.toString());
    if (!Files.isDirectory(there)) {
      throw there.equals(path) ? noDirectory(path, denied) : unwritable(path, denied);
    }
    if (!Files.isWritable(there)) {
      throw unwritable(path, denied);
    }
    try {
      if (there.equals(path)) {
        checkClosed(path);
      }
    } catch (IOException e) {
      throw unwritable(path, e);
    }
  }

  /** The file that says where a running gateway listens. */
  public static Path addresses(Path data) {
    return data.resolve(ADDRESSES);
  }

  /** The file that holds the admin token. */
  public static Path adminToken(Path data) {
    return data.resolve("admin-token");
  }

  /** Whether a database is in it. What that holds is not looked at. */
  static boolean hasStore(Path data) {
    return Files.exists(data.resolve("store.mv.db"));
  }

  /** The directory of the evidence. */
  public static Path evidence(Path data) {
    return data.resolve("evidence");
  }

  /** The directory of the bundles that were fetched of foreign trust domains. */
  static Path bundles(Path data) {
    return data.resolve("bundles");
  }

  Path path() {
    return path;
  }

  /** Leaves word of where this gateway listens, for commands. */
  void publish(String addresses) throws StartException {
    try {
      var draft = Files.writeString(path.resolve(ADDRESSES + ".new"), addresses);
      Files.move(
          draft,
          addresses(path),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw unwritable(path, e);
    }
  }

  @Override
  public void close() {
    try {
      Files.deleteIfExists(addresses(path));
      lock.close();
    } catch (IOException _) {
      return; // the process ends, and the lock with it
    }
  }

  private static void make(Path path) throws StartException {
    try {
      if (!Files.isDirectory(path)) {
        var parent = path.getParent();
        if (parent != null) {
          Files.createDirectories(parent);
        }
        Files.createDirectory(
            path,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      }
      checkClosed(path);
    } catch (FileAlreadyExistsException e) {
      throw noDirectory(path, e);
    } catch (IOException e) {
      throw unwritable(path, e);
    }
  }

  private static void checkClosed(Path path) throws IOException, StartException {
    if (!PosixFilePermissions.toString(Files.getPosixFilePermissions(path)).endsWith("------")) {
      throw new StartException(
          "The data directory "
              + path
              + " is open to other users; close it with: chmod 700 "
              + path);
    }
  }

  private static boolean locked(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException _) {
      return false;
    }
  }

  private static StartException noDirectory(Path path, IOException cause) {
    return new StartException("The data directory " + path + " is not a directory.", cause);
  }

  private static StartException unwritable(Path path, IOException cause) {
    var mend = isFull(path) ? "make room on its disk" : "make it writable";
    return new StartException(
        "The data directory "
            + path
            + " cannot be written; "
            + mend
            + ", or name another with --data.",
        cause);
  }

  private static boolean isFull(Path path) {
    try {
      return Files.getFileStore(path).getUsableSpace() < LEAST_ROOM;
    } catch (IOException _) {
      return false; // it is not there
    }
  }
}
