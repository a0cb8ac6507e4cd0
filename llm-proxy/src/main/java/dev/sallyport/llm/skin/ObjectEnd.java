package dev.sallyport.llm.skin;

/**
 * Finds the end of a JSON object that comes bit by bit; of what is none, there may be no end. For
 * one thread.
 */
public final class ObjectEnd {
  private int depth;
  private boolean begun;
  private boolean said;
  private boolean quoted;
  private boolean escaped;

  /** Takes more of it. */
  public void accept(String more) {
    said |= !more.isBlank();
    for (int at = 0; at < more.length(); at++) {
      if (quoted) {
        quote(more.charAt(at));
      } else {
        structure(more.charAt(at));
      }
    }
  }

  /** Whether all of it came. */
  public boolean isReached() {
    return begun && depth == 0 && !quoted;
  }

  /** Whether nothing of it came, nor of anything else but spaces. */
  public boolean isAwaited() {
    return !said;
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
