package dev.sallyport.sandbox.quarantine;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Stands for a held value where an agent can see it: {@code {{txt#3.k4mzq7wx2a}}}.
 *
 * @param number the place in the turn, from 1, in the order in which values came
 * @param nonce what only this turn's references carry, so that no text can forge one
 */
record Reference(Kind kind, int number, String nonce) {
  /** What every reference begins with. */
  static final String BEGIN = "{{";

  /** One reference in its exact form. */
  static final Pattern EXACT =
      Pattern.compile(
          "\\{\\{(" + Kind.shortNamesAlternated() + ")#([1-9][0-9]{0,8})\\.([a-z2-7]{10})\\}\\}");

  /** What can only be meant as a reference, exact or not. */
  static final Pattern MEANT =
      Pattern.compile("\\{\\{\\s*(?:" + Kind.shortNamesAlternated() + ")\\s*#\\s*[0-9]");

  /** Reads the reference that {@link #EXACT} has just found. */
  static Reference of(Matcher found) {
    return new Reference(
        Kind.ofShortName(found.group(1)), Integer.parseInt(found.group(2)), found.group(3));
  }

  String token() {
    return BEGIN + kind.shortName() + "#" + number + "." + nonce + "}}";
  }
}
