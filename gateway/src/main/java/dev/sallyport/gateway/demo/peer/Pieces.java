package dev.sallyport.gateway.demo.peer;

import java.util.ArrayList;
import java.util.List;

/** Cuts a text as a model streams it. */
final class Pieces {
  private static final int CHARS = 12;

  private Pieces() {}

  static List<String> of(String text) {
    List<String> pieces = new ArrayList<>();
    var from = 0;
    while (from < text.length()) {
      var to = Math.min(text.length(), from + CHARS);
      if (to < text.length() && Character.isHighSurrogate(text.charAt(to - 1))) {
        to++;
      }
      pieces.add(text.substring(from, to));
      from = to;
    }
    return pieces;
  }
}
