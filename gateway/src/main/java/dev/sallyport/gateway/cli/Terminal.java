package dev.sallyport.gateway.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

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
  @SuppressWarnings("SystemConsoleNull") // since JDK 25 it is null again where there is none
  public static Terminal ofProcess(boolean colours) {
    var console = System.console();
    return new Terminal(
        new PrintWriter(System.out, true, StandardCharsets.UTF_8),
        new PrintWriter(System.err, true, StandardCharsets.UTF_8),
        colours && console != null && console.isTerminal());
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
