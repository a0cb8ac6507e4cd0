package dev.sallyport.identity.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.Objects;

/**
 * What changes when a file does, also by being replaced.
 *
 * @param identity tells the file from one in its place, where the file system can
 */
public record FileStamp(Instant modified, long size, String identity) {
  /**
   * That of a file now.
   *
   * @throws IOException if there is none, or it cannot be looked at
   */
  public static FileStamp of(Path path) throws IOException {
    var attributes = Files.readAttributes(path, BasicFileAttributes.class);
    return new FileStamp(
        attributes.lastModifiedTime().toInstant(),
        attributes.size(),
        Objects.toString(attributes.fileKey(), ""));
  }
}
