package dev.sallyport.identity.trust;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.identity.testing.TestingIssuer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IssuerSpecTest {
  @TempDir private Path folder;

  @Test
  void handsTheScopesOnThatATokenMustHave() throws Exception {
    try (var issuer = new TestingIssuer()) {
      var file = Files.writeString(folder.resolve("keys.json"), issuer.jwks()).toString();
      var spec =
          new IssuerSpec("i", null, file, "a", List.of("ES256"), null, List.of("agents", "x:y"));
      var keys = spec.open();
      assertThat(spec.trusted("corp", keys).requiredScopes()).containsExactly("agents", "x:y");
    }
  }
}
