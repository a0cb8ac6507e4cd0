package dev.sallyport.identity.dpop;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** The address of a request in one writing. Source: RFC 3986, section 6.2.2 and 6.2.3. */
final class TargetUri {
  private static final Pattern ESCAPE = Pattern.compile("%([0-9A-Fa-f]{2})");
  private static final Pattern UNRESERVED = Pattern.compile("[A-Za-z0-9._~-]");

  private TargetUri() {}

  /** Without query and fragment; empty if it is no address of a web server. */
  static Optional<String> normal(String text) {
    try {
      var uri = new URI(text);
      if (uri.getScheme() == null || uri.getHost() == null || uri.getRawUserInfo() != null) {
        return Optional.empty();
      }
      var scheme = uri.getScheme().toLowerCase(Locale.ROOT);
      if (!scheme.equals("https") && !scheme.equals("http")) {
        return Optional.empty();
      }
      var isStandard = uri.getPort() == -1 || uri.getPort() == (scheme.equals("https") ? 443 : 80);
      var path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
      return Optional.of(
          scheme
              + "://"
              + uri.getHost().toLowerCase(Locale.ROOT)
              + (isStandard ? "" : ":" + uri.getPort())
              + ESCAPE
                  .matcher(path)
                  .replaceAll(escape -> {
                    var character = String.valueOf((char) Integer.parseInt(escape.group(1), 16));
                    return UNRESERVED.matcher(character).matches()
                        ? character
                        : escape.group().toUpperCase(Locale.ROOT);
                  }));
    } catch (URISyntaxException _) {
      return Optional.empty();
    }
  }
}
