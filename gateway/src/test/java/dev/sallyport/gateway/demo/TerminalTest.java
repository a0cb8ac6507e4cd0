package dev.sallyport.gateway.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class TerminalTest {
  private final ByteArrayOutputStream written = new ByteArrayOutputStream();
  private final Terminal terminal =
      new Terminal(new PrintStream(written, true, StandardCharsets.UTF_8), false);

  @Test
  void writesNoLineThatATerminalOf80CharactersWouldBreak() {
    var words = "a word, and another one; ".repeat(40);
    terminal.fact("name", words);
    terminal.quote(words, 100);
    terminal.note(words);
    terminal.fact("unbroken", "x".repeat(400));

    assertThat(written.toString(StandardCharsets.UTF_8).lines())
        .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80))
        .anySatisfy(line -> assertThat(line).hasSize(80));
  }
}
