package dev.sallyport.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
