package dev.sallyport.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Command lines that are not understood, or that name what is not there. */
class MisusedCommandsTest {
  @TempDir private Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void namesTheCommandThatIsNearest() {
    assertThat(run("aply")).isEqualTo(2);
    assertThat(err.toString())
        .isEqualTo("There is no command aply; did you mean apply?\nTry: sallyport --help\n");
  }

  @ParameterizedTest
  @CsvSource({
    "version, --version",
    "help, --help",
    "start, up",
    "run, up",
    "serve, up",
    "server, up",
    "init, up",
    "login, key"
  })
  void namesWhatIsMeantByAFirstWordOfAnotherProduct(String word, String meant) {
    assertThat(run(word)).isEqualTo(2);
    assertThat(err.toString())
        .isEqualTo(
            "There is no command %s; did you mean %s?\nTry: sallyport --help\n"
                .formatted(word, meant));
    err.getBuffer().setLength(0);
    var isOption = meant.startsWith("--");
    assertThat(isOption ? run(meant) : run(meant, "--help")).as(err.toString()).isZero();
  }

  @Test
  void takesThatWordOnlyAsTheFirst() {
    assertThat(run("audit", "start")).isEqualTo(2);
    assertThat(err.toString()).doesNotContain("did you mean up");
  }

  @Test
  void namesTheOptionThatIsNearest() {
    assertThat(run("up", "--prot=3")).isEqualTo(2);
    assertThat(err.toString())
        .isEqualTo("There is no option --prot; did you mean --port?\nTry: sallyport up --help\n");
  }

  @Test
  void saysWhatACommandDoesNotTake() {
    assertThat(run("audit", "verify", "all")).isEqualTo(2);
    assertThat(err.toString()).startsWith("sallyport audit verify does not take all\n");
  }

  @Test
  void saysThatThereIsNoSuchFile() {
    var file = folder.resolve("none.yaml").toString();

    assertThat(run("apply", "-f", file)).isEqualTo(1);
    assertThat(err.toString()).isEqualTo("There is no file " + file + ".\n");
    assertThat(out.toString()).isEmpty();
  }

  private int run(String... arguments) {
    return TestingCommands.run(folder, out, err, arguments);
  }
}
