package dev.sallyport.gateway.demo;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Writes a story that can be read at a glance: numbered steps, and facts with their names. */
final class Terminal {
  /** Of the narrowest terminals that are usual, in characters. */
  private static final int WIDTH = 80;

  private static final int NAME_WIDTH = 12;

  private volatile PrintStream out;
  private final boolean colour;
  private int step;

  /**
   * @param colour whether the terminal shows colours
   */
  Terminal(PrintStream out, boolean colour) {
    this.out = out;
    this.colour = colour;
  }

  /** From now on, writes nothing. */
  void silence() {
    out = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
  }

  void title(String text) {
    out.println();
    out.println(paint(Ink.BOLD, text));
  }

  /** Begins a step. */
  void step(String text) {
    step++;
    out.println();
    out.println(paint(Ink.BLUE, "%2d  ".formatted(step)) + paint(Ink.BOLD, text));
  }

  /** A fact; a long one goes on below itself. */
  void fact(String name, String text) {
    fact(name, text, Ink.PLAIN);
  }

  /** A fact to be copied: never broken. */
  void copyable(String name, String text) {
    out.println("    " + paint(Ink.DIM, ("%-" + NAME_WIDTH + "s").formatted(name)) + text);
  }

  void good(String name, String text) {
    fact(name, text, Ink.GREEN);
  }

  void bad(String name, String text) {
    fact(name, text, Ink.RED);
  }

  void note(String text) {
    for (var line : wrap(text, WIDTH - 4)) {
      out.println("    " + paint(Ink.DIM, line));
    }
  }

  /** Text of somebody else, set apart. */
  void quote(String text, int mostLines) {
    var lines = wrap(text, WIDTH - 8);
    for (int i = 0; i < Math.min(lines.size(), mostLines); i++) {
      out.println("      " + paint(Ink.DIM, "│ ") + lines.get(i));
    }
    if (lines.size() > mostLines) {
      out.println("      " + paint(Ink.DIM, "│ … " + (lines.size() - mostLines) + " more lines"));
    }
  }

  void line(String text) {
    out.println(text);
  }

  private void fact(String name, String text, Ink ink) {
    var lines = wrap(text, WIDTH - 4 - NAME_WIDTH);
    for (int i = 0; i < lines.size(); i++) {
      var head = i == 0 ? name : "";
      out.println(
          "    "
              + paint(Ink.DIM, ("%-" + NAME_WIDTH + "s").formatted(head))
              + paint(ink, lines.get(i)));
    }
  }

  private static List<String> wrap(String text, int width) {
    var lines = new ArrayList<String>();
    for (var paragraph : text.split("\n", -1)) {
      var rest = paragraph;
      while (rest.length() > width) {
        int cut = Math.max(rest.lastIndexOf(' ', width), rest.lastIndexOf(',', width - 1) + 1);
        if (cut < width / 4) {
          cut = width;
        }
        lines.add(rest.substring(0, cut).stripTrailing());
        rest = rest.substring(cut).stripLeading();
      }
      lines.add(rest);
    }
    return lines;
  }

  private String paint(Ink ink, String text) {
    return colour && ink != Ink.PLAIN ? "\u001b[" + ink.code + "m" + text + "\u001b[0m" : text;
  }

  private enum Ink {
    PLAIN(0),
    BOLD(1),
    DIM(2),
    RED(31),
    GREEN(32),
    BLUE(34);

    private final int code;

    Ink(int code) {
      this.code = code;
    }
  }
}
