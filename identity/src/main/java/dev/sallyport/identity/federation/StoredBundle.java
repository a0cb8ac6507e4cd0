package dev.sallyport.identity.federation;

import dev.sallyport.identity.digest.Sha256;
import dev.sallyport.identity.store.PrivateFile;
import dev.sallyport.identity.svid.TrustBundle;
import dev.sallyport.identity.token.KeySet;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Optional;

/**
 * The last good bundle of one endpoint in a file, so that a restart does not forget it. A fault of
 * the disk is logged, and costs no more than that memory.
 */
public final class StoredBundle {
  private static final Logger LOG = System.getLogger(StoredBundle.class.getName());

  private final Path file;

  private StoredBundle(Path file) {
    this.file = file;
  }

  /**
   * The place for one endpoint.
   *
   * @param directory where such files are; it is made when it is needed
   * @param terms all that an administrator said of the endpoint: other terms have another place, so
   *     that nothing is taken over from what they replace
   */
  public static StoredBundle of(Path directory, String terms) {
    return new StoredBundle(directory.resolve(Sha256.hex(terms) + ".json"));
  }

  /** A bundle that was kept. */
  record Kept(TrustBundle bundle, Instant heardAt) {}

  Optional<Kept> read() {
    try (var in = Files.newInputStream(file)) {
      return Optional.of(
          new Kept(
              TrustBundle.ofSpiffe(in.readNBytes(KeySet.MAX_BYTES + 1)),
              Files.getLastModifiedTime(file).toInstant()));
    } catch (NoSuchFileException _) {
      return Optional.empty();
    } catch (IOException | IllegalArgumentException e) {
      LOG.log(Level.WARNING, "the bundle kept in {0} cannot be used: {1}", file, e.getMessage());
      return Optional.empty();
    }
  }

  void write(byte[] document, Instant heardAt) {
    try {
      Files.createDirectories(
          file.resolveSibling("").toAbsolutePath(),
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      PrivateFile.replace(file, document);
      Files.setLastModifiedTime(file, FileTime.from(heardAt));
    } catch (IOException e) {
      LOG.log(Level.WARNING, "a bundle cannot be kept in {0}: {1}", file, e.toString());
    }
  }

  void delete() {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      LOG.log(Level.WARNING, "the bundle kept in {0} cannot be deleted: {1}", file, e.toString());
    }
  }
}
