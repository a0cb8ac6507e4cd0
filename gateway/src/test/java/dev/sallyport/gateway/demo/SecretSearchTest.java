package dev.sallyport.gateway.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretSearchTest {
  private static final String SECRET = "canary-0123456789";

  @TempDir private Path folder;
  private final SecretSearch search = new SecretSearch();

  @Test
  void findsASecretInAnAnswerAndInAFileThatIsNoText() throws IOException {
    search.lent("crm", SECRET);
    search.keep("nothing here");
    search.keep("{\"echo\": \"Bearer " + SECRET + "\"}");
    var file = Files.createDirectories(folder.resolve("deep")).resolve("store.db");
    Files.writeString(file, "\u00ff\0" + SECRET + "\u0080", StandardCharsets.ISO_8859_1);

    var found = search.in(folder);

    assertThat(found.places()).containsExactly("crm in answer 2", "crm in deep/store.db");
    assertThat(found.sentence())
        .isEqualTo(
            "crm in answer 2; crm in deep/store.db; of crm (looked for in 2 answers and 1 files,"
                + " byte by byte)");
  }

  @Test
  void saysWhatItLookedForAndWhere() throws IOException {
    search.lent("crm", SECRET);
    search.lent("model", "another-" + SECRET);
    search.keep("nothing here");

    assertThat(search.in(folder).sentence())
        .isEqualTo("nowhere: crm, model (looked for in 1 answers and 0 files, byte by byte)");
  }

  @Test
  void doesNotClaimToHaveLookedForAPlaceholder() throws IOException {
    search.lent("model", "x");
    search.keep("x marks the spot");

    assertThat(search.in(folder).names()).isEmpty();
  }
}
