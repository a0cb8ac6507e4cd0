package dev.sallyport.identity.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.identity.Principal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdminAuthenticatorTest {
  @TempDir private Path directory;
  private Path file;

  @BeforeEach
  void nameTheFile() {
    file = directory.resolve("admin.token");
  }

  @Test
  void makesATokenThatOnlyTheOwnerCanReadAndKeepsIt() throws Exception {
    var first = AdminAuthenticator.open(file);
    var token = Files.readString(file).strip();
    var second = AdminAuthenticator.open(file);

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(token).hasSize(43);
    assertThat(Files.readString(file).strip()).isEqualTo(token);
    for (var authenticator : List.of(first, second)) {
      assertThat(authenticator.authenticate(List.of("Bearer " + token)))
          .contains(Principal.internal("admin"));
    }
  }

  @Test
  void knowsNoOneElse() throws Exception {
    var authenticator = AdminAuthenticator.open(file);
    var token = Files.readString(file).strip();
    var other = (token.startsWith("A") ? "B" : "A") + token.substring(1);

    for (var authorizations :
        List.of(
            List.<String>of(),
            List.of(""),
            List.of("Bearer"),
            List.of(token),
            List.of("Basic " + token),
            List.of("Bearer " + other),
            List.of("Bearer " + token + "x"),
            List.of("Bearer " + token.substring(1)),
            List.of("Bearer\t" + token),
            List.of("Bearer " + token, "Bearer " + token))) {
      assertThat(authenticator.authenticate(authorizations))
          .as(authorizations.toString())
          .isEmpty();
    }
  }

  @Test
  void refusesAFileThatOthersCanRead() throws Exception {
    AdminAuthenticator.open(file);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));

    assertThatThrownBy(() -> AdminAuthenticator.open(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("others may read the admin token (rw-r-----)")
        .hasMessageContaining(file.toString());
  }

  @Test
  void refusesAFileWithoutATokenAndALink() throws Exception {
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    assertThatThrownBy(() -> AdminAuthenticator.open(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("there is no admin token");

    var link = Files.createSymbolicLink(directory.resolve("link"), file);
    assertThatThrownBy(() -> AdminAuthenticator.open(link))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("plain file");
  }
}
