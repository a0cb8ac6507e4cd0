package dev.sallyport.gateway.cli;

import java.io.Console;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Where commands write.
 *
 * @param out what was asked for
 * @param err everything else
 * @param colours whether colours are understood
 */
public record Terminal(PrintWriter out, PrintWriter err, boolean colours) {
  /**
   * The terminal of this process.
   *
   * @param colours whether colours are wanted where there is a terminal
   */
  public static Terminal ofProcess(boolean colours) {
    return new Terminal(
        new PrintWriter(System.out, true, StandardCharsets.UTF_8),
        new PrintWriter(System.err, true, StandardCharsets.UTF_8),
        colours && Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent());
  }

  /** The text in green, for what is well. */
  public String good(String text) {
    return styled("32", text);
  }

  /** The text in red, for what is not. */
  public String bad(String text) {
    return styled("31", text);
  }

  /** The text in yellow, for what wants attention. */
  public String notable(String text) {
    return styled("33", text);
  }

  private String styled(String code, String text) {
    return colours ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
  }
}
