package dev.sallyport.vault.seal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;

/** A secret that stands in a file, which is read at every loan, so that it can be changed there. */
final class SecretFile {
  /** What nobody may do but the owner and, for reading, the group. */
  private static final EnumSet<PosixFilePermission> FORBIDDEN =
      EnumSet.of(
          PosixFilePermission.OTHERS_READ,
          PosixFilePermission.OTHERS_WRITE,
          PosixFilePermission.GROUP_WRITE);

  private SecretFile() {}

  /**
   * The file's text, without white space at its end. A link is followed.
   *
   * @throws IOException if it is not a plain file, is too long, or others can read or write it; the
   *     message says what to do and holds nothing of the secret
   */
  static String read(Path path) throws IOException {
    if (!Files.isRegularFile(path)) {
      throw new IOException("there is no plain file at " + path);
    }
    if (Files.getPosixFilePermissions(path).stream().anyMatch(FORBIDDEN::contains)) {
      throw new IOException("others can read or write " + path + "; run: chmod 600 " + path);
    }
    try (var in = Files.newInputStream(path)) {
      var bytes = in.readNBytes(SecretText.MAX_OBJECT + 3);
      if (bytes.length > SecretText.MAX_OBJECT + 2) {
        throw new IOException("the secret is too long in " + path);
      }
      return new String(bytes, StandardCharsets.ISO_8859_1).stripTrailing();
    }
  }
}
