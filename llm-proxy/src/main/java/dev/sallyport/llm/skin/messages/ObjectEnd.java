package dev.sallyport.llm.skin.messages;

/** Finds the end of a JSON object that comes bit by bit; of what is none, there may be no end. */
final class ObjectEnd {
  private int depth;
  private boolean begun;
  private boolean quoted;
  private boolean escaped;

  void accept(String more) {
    for (int at = 0; at < more.length(); at++) {
      if (quoted) {
        quote(more.charAt(at));
      } else {
        structure(more.charAt(at));
      }
    }
  }

  boolean isReached() {
    return begun && depth == 0 && !quoted;
  }

  private void quote(char next) {
    if (escaped) {
      escaped = false;
    } else if (next == '\\') {
      escaped = true;
    } else {
      quoted = next != '"';
    }
  }

  private void structure(char next) {
    switch (next) {
      case '"' -> quoted = true;
      case '{', '[' -> {
        begun = true;
        depth++;
      }
      case '}', ']' -> depth--;
      default -> {}
    }
  }
}
