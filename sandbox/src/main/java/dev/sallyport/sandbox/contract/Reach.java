package dev.sallyport.sandbox.contract;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads out of a text whom it names: addresses, or the host of a URL. */
final class Reach {
  private static final String ADDRESS =
      "[A-Za-z0-9._%+'-]{1,64}@[A-Za-z0-9-]{1,63}(?:\\.[A-Za-z0-9-]{1,63}){0,8}";
  private static final Pattern BARE = Pattern.compile(ADDRESS);
  private static final Pattern NAMED =
      Pattern.compile("[^<>@,;\"\\p{Cntrl}]{0,128}<(" + ADDRESS + ")>");
  private static final Pattern SEPARATOR = Pattern.compile("[,;]");
  private static final int MAX_CHARS = 65_536;

  private Reach() {}

  /**
   * The addresses that a text is, one or several, bare or as {@code Name <address>}; the host of
   * the http or https URL that it is; or else the text, whole. None of a blank text.
   */
  static List<String> names(String text) {
    var names = new ArrayList<String>();
    if (text.length() > MAX_CHARS) {
      return List.of(text);
    }
    for (var part : SEPARATOR.split(text, -1)) {
      var one = part.strip();
      var named = NAMED.matcher(one);
      if (BARE.matcher(one).matches()) {
        names.add(one);
      } else if (named.matches()) {
        names.add(named.group(1));
      } else if (!one.isEmpty()) {
        return List.of(host(text.strip()).orElse(text.strip()));
      }
    }
    return names;
  }

  /** The domain of the one bare address, or of the URL, that a text is. */
  static Optional<String> domain(String text) {
    return BARE.matcher(text).matches()
        ? Optional.of(text.substring(text.indexOf('@') + 1))
        : host(text);
  }

  private static Optional<String> host(String text) {
    try {
      var uri = URI.create(text);
      var scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
      return Optional.ofNullable(uri.getHost())
          .filter(_ -> scheme.equals("https") || scheme.equals("http"));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }
}
