package dev.sallyport.mcp.http;

import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The names by which this gateway may be called. A page whose own name was made to point here (DNS
 * rebinding) calls by another.
 */
final class Hosts {
  private static final Pattern LOOPBACK =
      Pattern.compile("localhost|127(\\.[0-9]{1,3}){3}|\\[::1]");
  private static final Pattern PORT = Pattern.compile(":[0-9]{1,5}$");

  private final Set<String> allowed;

  Hosts(Set<String> allowed) {
    this.allowed = allowed;
  }

  /** Whether a request with these Host and Origin headers may go on. */
  boolean allow(String host, List<String> origins) {
    return isOurs(PORT.matcher(host).replaceFirst(""))
        && (origins.isEmpty() || (origins.size() == 1 && isOurOrigin(origins.getFirst())));
  }

  private boolean isOurOrigin(String origin) {
    try {
      var host = URI.create(origin).getHost();
      return host != null && isOurs(host);
    } catch (IllegalArgumentException _) {
      return false;
    }
  }

  private boolean isOurs(String host) {
    var name = host.toLowerCase(Locale.ROOT);
    return LOOPBACK.matcher(name).matches() || allowed.contains(name);
  }
}
