package dev.sallyport.identity.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A directory as something that has to be on the disk, beside the files in it. */
public final class Directory {
  private Directory() {}

  /** Waits until the names of the files in it are on the disk. */
  public static void force(Path directory) throws IOException {
    try (var channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
