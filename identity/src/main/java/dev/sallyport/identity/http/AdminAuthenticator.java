package dev.sallyport.identity.http;

import dev.sallyport.identity.Principal;
import dev.sallyport.identity.digest.Sha256;
import dev.sallyport.identity.store.PrivateFile;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Tells an administrator by the one token in a file that only the gateway's own user can read. The
 * token itself is not kept in memory, only its digest. Thread-safe.
 */
public final class AdminAuthenticator {
  private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9_-]{43}");
  private static final Pattern BEARER = Pattern.compile("(?i:bearer) +([A-Za-z0-9_-]{43}) *");
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");
  private static final Principal ADMINISTRATOR = Principal.internal("admin");

  private final byte[] digest;

  private AdminAuthenticator(byte[] digest) {
    this.digest = digest;
  }

  /**
   * Reads the token from its file, and makes both where there is no such file.
   *
   * @throws IOException if the file cannot be made or read, others may read it too, or it does not
   *     hold a token
   */
  public static AdminAuthenticator open(Path file) throws IOException {
    try {
      create(file);
    } catch (FileAlreadyExistsException _) {
      return new AdminAuthenticator(Sha256.of(read(file)));
    }
    return new AdminAuthenticator(Sha256.of(read(file)));
  }

  /** The administrator, if the request carries the one token in its one header for that. */
  public Optional<Principal> authenticate(ServerRequest request) {
    return authenticate(request.headers().all(HeaderNames.AUTHORIZATION, List::of));
  }

  Optional<Principal> authenticate(List<String> authorizations) {
    if (authorizations.size() != 1) {
      return Optional.empty();
    }
    var matcher = BEARER.matcher(authorizations.getFirst());
    return matcher.matches() && MessageDigest.isEqual(Sha256.of(matcher.group(1)), digest)
        ? Optional.of(ADMINISTRATOR)
        : Optional.empty();
  }

  private static void create(Path file) throws IOException {
    var secret = new byte[32];
    new SecureRandom().nextBytes(secret);
    var token = Base64.getUrlEncoder().withoutPadding().encodeToString(secret) + "\n";
    PrivateFile.create(file, token.getBytes(StandardCharsets.US_ASCII));
  }

  private static String read(Path file) throws IOException {
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new IOException("the admin token must be in a plain file: " + file);
    }
    var permissions = Files.getPosixFilePermissions(file);
    if (!OWNER_ONLY.containsAll(permissions)) {
      throw new IOException(
          "others may read the admin token (%s): remove %s and start again, for a new one"
              .formatted(PosixFilePermissions.toString(permissions), file));
    }
    try (var in = Files.newInputStream(file)) {
      var token = new String(in.readNBytes(64), StandardCharsets.US_ASCII).strip();
      if (!TOKEN.matcher(token).matches()) {
        throw new IOException(
            "there is no admin token in " + file + ": remove it and start again, for a new one");
      }
      return token;
    }
  }
}
