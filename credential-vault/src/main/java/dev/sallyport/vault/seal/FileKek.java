package dev.sallyport.vault.seal;

import com.google.crypto.tink.Aead;
import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.RegistryConfiguration;
import com.google.crypto.tink.TinkJsonProtoKeysetFormat;
import com.google.crypto.tink.aead.AeadConfig;
import com.google.crypto.tink.aead.PredefinedAeadParameters;
import dev.sallyport.identity.store.PrivateFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;

/**
 * A key-encryption key in a file that only its owner can read.
 *
 * <p>It is made where there is none yet and nothing is sealed. It is never made anew over secrets
 * that were sealed with another: that would lose them without a word.
 */
public final class FileKek implements Kek {
  private static final Set<PosixFilePermission> OTHERS =
      EnumSet.complementOf(
          EnumSet.of(
              PosixFilePermission.OWNER_READ,
              PosixFilePermission.OWNER_WRITE,
              PosixFilePermission.OWNER_EXECUTE));
  private static final long MAX_BYTES = 64 * 1024;

  private final String id;
  private final Aead aead;

  private FileKek(String id, Aead aead) {
    this.id = id;
    this.aead = aead;
  }

  /**
   * Opens the key, or makes it if nothing was sealed yet.
   *
   * @param secretsExist whether anything is sealed already
   * @throws KekException if the file is missing though something is sealed, can be read by others,
   *     or is not a key
   */
  public static FileKek open(Path file, boolean secretsExist) throws KekException {
    try {
      AeadConfig.register();
      if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
        if (secretsExist) {
          throw new KekException(
              "the key file "
                  + file
                  + " is missing, and there are secrets sealed with it; put it back from your"
                  + " backup (a new one could open none of them)");
        }
        create(file);
      }
      return read(file);
    } catch (GeneralSecurityException _) {
      throw new KekException(
          "the key file " + file + " does not hold a key; put it back from your backup");
    } catch (IOException _) {
      throw new KekException(
          "the key file " + file + " cannot be read or written; check its owner and its directory");
    }
  }

  private static void create(Path file) throws GeneralSecurityException, IOException {
    var handle =
        KeysetHandle.generateNew(PredefinedAeadParameters.AES256_GCM, RegistryConfiguration.get());
    var json =
        TinkJsonProtoKeysetFormat.serializeKeyset(
                handle, RegistryConfiguration.get(), InsecureSecretKeyAccess.get())
            .getBytes(StandardCharsets.UTF_8);
    try {
      PrivateFile.create(file, json);
    } catch (FileAlreadyExistsException _) {
      return; // another process made one at the same time, and this one uses it too
    } finally {
      Arrays.fill(json, (byte) 0);
    }
  }

  private static FileKek read(Path file)
      throws GeneralSecurityException, IOException, KekException {
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new KekException("the key file " + file + " is not a plain file");
    }
    var shared = Files.getPosixFilePermissions(file);
    if (shared.stream().anyMatch(OTHERS::contains)) {
      throw new KekException(
          "the key file " + file + " can be read by others; run: chmod 600 " + file);
    }
    if (Files.size(file) > MAX_BYTES) {
      throw new KekException(
          "the key file " + file + " does not hold a key; put it back from your backup");
    }
    var handle =
        TinkJsonProtoKeysetFormat.parseKeyset(
            Files.readString(file), RegistryConfiguration.get(), InsecureSecretKeyAccess.get());
    return new FileKek(
        "file:" + Integer.toUnsignedString(handle.getPrimary().getId()),
        handle.getPrimitive(RegistryConfiguration.get(), Aead.class));
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public Aead aead() {
    return aead;
  }
}
