package dev.sallyport.sandbox.contract;

/**
 * Where arguments stand: a JSON pointer, in which {@code *} is any member or item. All that lies
 * below it stands there, too.
 *
 * @param pointer such as {@code /to} or {@code /guests/*}{@code /address}
 */
public record ArgumentPath(String pointer) {
  private static final int MAX_CHARS = 256;

  public ArgumentPath {
    if (!pointer.startsWith("/") || pointer.length() < 2 || pointer.length() > MAX_CHARS) {
      throw new IllegalArgumentException(
          "an argument is the name of a member, or a JSON pointer of at most %d characters: \"%s\""
              .formatted(MAX_CHARS, pointer));
    }
  }

  /** The one that a member's name or a JSON pointer means. */
  public static ArgumentPath parse(String text) {
    return new ArgumentPath(text.startsWith("/") ? text : "/" + escaped(text));
  }

  /** Whether what stands at a JSON pointer stands there, or below. */
  public boolean holds(String other) {
    var parts = pointer.split("/", -1);
    var given = other.split("/", -1);
    if (given.length < parts.length) {
      return false;
    }
    for (var i = 1; i < parts.length; i++) {
      if (!parts[i].equals("*") && !parts[i].equals(given[i])) {
        return false;
      }
    }
    return true;
  }

  /** A member's name as a part of a pointer. */
  static String escaped(String name) {
    return name.replace("~", "~0").replace("/", "~1");
  }

  @Override
  public String toString() {
    return pointer;
  }
}
