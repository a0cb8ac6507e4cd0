package dev.sallyport.identity.turn;

import java.util.regex.Pattern;

/** The name of a turn: {@code turn_} and 26 characters that cannot be guessed. */
public record TurnId(String value) {
  private static final Pattern FORM = Pattern.compile("turn_[a-z2-7]{26}");

  public TurnId {
    if (!isValid(value)) {
      throw new IllegalArgumentException("not the name of a turn");
    }
  }

  /** Whether a text has the form of a turn's name. */
  public static boolean isValid(String text) {
    return FORM.matcher(text).matches();
  }

  @Override
  public String toString() {
    return value;
  }
}
