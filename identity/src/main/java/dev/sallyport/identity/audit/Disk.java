package dev.sallyport.identity.audit;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Opens files for writing. A test gives one that fails. */
interface Disk {
  /** Opens a file at its end, and makes it if it is missing. */
  FileChannel append(Path file) throws IOException;

  /**
   * Opens a file to be written in whole blocks, past what the operating system keeps of files in
   * memory, and makes it if it is missing.
   *
   * @throws UnsupportedOperationException if this JVM or the file system has no such thing, or an
   *     IOException
   */
  FileChannel blocks(Path file) throws IOException;

  /** Direct I/O. By its name: it is in jdk.unsupported, and javac warns of all that is. */
  private static OpenOption direct() {
    try {
      return (OpenOption)
          Class.forName("com.sun.nio.file.ExtendedOpenOption").getField("DIRECT").get(null);
    } catch (ReflectiveOperationException e) {
      throw new UnsupportedOperationException("this JVM has no direct I/O", e);
    }
  }

  /** The real one. */
  static Disk real() {
    return new Disk() {
      @Override
      public FileChannel append(Path file) throws IOException {
        return FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
      }

      @Override
      public FileChannel blocks(Path file) throws IOException {
        return FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, direct());
      }
    };
  }
}
