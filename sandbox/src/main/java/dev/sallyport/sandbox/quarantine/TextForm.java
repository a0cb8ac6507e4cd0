package dev.sallyport.sandbox.quarantine;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** The forms that a text which is copied out of another may have to have. */
enum TextForm {
  EMAIL(
      Kind.ADDRESS,
      320,
      "[A-Za-z0-9._%+'-]{1,64}@[A-Za-z0-9-]{1,63}(?:\\.[A-Za-z0-9-]{1,63}){1,8}"),
  URI(Kind.URL, 2_048, "(?i)https?://[^\\s<>\"]{1,2000}"),
  UUID(Kind.IDENTIFIER, 36, "[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"),
  /** A day however it is written. */
  DATE(Kind.DATE, 40, "[\\p{L}\\p{Nd}][\\p{L}\\p{Nd} ./,-]{3,38}"),
  /** A day and a time however they are written. */
  DATE_TIME(Kind.DATE, 60, "[\\p{L}\\p{Nd}][\\p{L}\\p{Nd} ./,:+-]{5,58}"),
  IBAN(Kind.IDENTIFIER, 42, "[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]){10,30}"),
  PHONE(Kind.IDENTIFIER, 32, "\\+?[0-9(](?:[ ()./-]{0,2}[0-9]){4,19}"),
  MONEY(
      Kind.NUMBER,
      40,
      "(?:[A-Z]{3} ?|\\p{Sc} ?)?[0-9](?:[0-9., ’']{0,24}[0-9])?(?: ?[A-Z]{3}| ?\\p{Sc})?"),
  IDENTIFIER(Kind.IDENTIFIER, 64, "[A-Za-z0-9_.:#/-]{1,64}"),
  /** Any text. */
  PLAIN(Kind.TEXT, 2_000, "(?s).+");

  private final Kind kind;
  private final int longest;
  private final Pattern pattern;

  TextForm(Kind kind, int longest, String pattern) {
    this.kind = kind;
    this.longest = longest;
    this.pattern = Pattern.compile(pattern);
  }

  /** The form that a JSON schema means by the word after {@code format}. */
  static Optional<TextForm> ofFormat(String format) {
    for (var form : values()) {
      if (form != PLAIN && form.format().equals(format)) {
        return Optional.of(form);
      }
    }
    return Optional.empty();
  }

  /** The word for it in a JSON schema. */
  String format() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** What a reference says of such a text. */
  Kind kind() {
    return kind;
  }

  /** The most characters of such a text. */
  int longest() {
    return longest;
  }

  boolean fits(String text) {
    return text.length() <= longest && pattern.matcher(text).matches();
  }
}
