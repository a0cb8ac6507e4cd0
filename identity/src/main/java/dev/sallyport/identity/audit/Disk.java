package dev.sallyport.identity.audit;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Opens files for writing. A test gives one that fails. */
@FunctionalInterface
interface Disk {
  /** Opens a file at its end, and makes it if it is missing. */
  FileChannel append(Path file) throws IOException;

  /** The real one. */
  static Disk real() {
    return file ->
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
  }
}
