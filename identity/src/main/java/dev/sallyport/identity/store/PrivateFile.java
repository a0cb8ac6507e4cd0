package dev.sallyport.identity.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Makes files that only their owner can read, each whole or not at all. */
public final class PrivateFile {
  private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private PrivateFile() {}

  /**
   * Makes a file with this content, which is on the disk before the file has its name. A crash
   * leaves at most a draft beside it, that nothing reads.
   *
   * @throws FileAlreadyExistsException if there is a file of that name, which is left as it is
   */
  public static void create(Path file, byte[] content) throws IOException {
    if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new FileAlreadyExistsException(file.toString());
    }
    write(file, content, PrivateFile::name);
  }

  /**
   * Makes a file with this content, as {@link #create} does, in the place of the one of that name
   * if there is one. Whoever reads it meanwhile reads the one or the other, whole.
   */
  public static void replace(Path file, byte[] content) throws IOException {
    write(
        file,
        content,
        (draft, name) ->
            Files.move(
                draft, name, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING));
  }

  private static void write(Path file, byte[] content, Naming naming) throws IOException {
    var directory = file.resolveSibling("").toAbsolutePath();
    var draft = Files.createTempFile(directory, "." + file.getFileName(), ".draft", OWNER_ONLY);
    try {
      write(draft, content);
      naming.name(draft, file);
    } finally {
      Files.deleteIfExists(draft);
    }
    Directory.force(directory);
  }

  private static void write(Path draft, byte[] content) throws IOException {
    try (var channel = FileChannel.open(draft, StandardOpenOption.WRITE)) {
      var left = ByteBuffer.wrap(content);
      while (left.hasRemaining()) {
        channel.write(left);
      }
      channel.force(true);
    }
  }

  /** A link is made only where there is no such name yet, which a move cannot promise. */
  private static void name(Path draft, Path file) throws IOException {
    try {
      Files.createLink(file, draft);
    } catch (FileAlreadyExistsException e) {
      throw e;
    } catch (IOException | UnsupportedOperationException _) {
      Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE); // a file system without links
    }
  }

  @FunctionalInterface
  private interface Naming {
    void name(Path draft, Path file) throws IOException;
  }
}
