package dev.sallyport.mcp.http;

import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The names by which this gateway may be called. A page whose own name was made to point here (DNS
 * rebinding) calls by another. Which pages may call at all is not decided here.
 */
final class Hosts {
  private static final Set<String> USUAL = Set.of("localhost", "127.0.0.1", "[::1]");
  private static final Pattern LOOPBACK = Pattern.compile("127(\\.[0-9]{1,3}){3}");
  private static final int MOST_PORT_DIGITS = 5;

  private final Set<String> known;

  Hosts(Set<String> allowed) {
    known = new HashSet<>(allowed);
    known.addAll(USUAL);
  }

  /** Whether a request with this Host header may go on. */
  boolean allow(String host) {
    var name = withoutPort(host).toLowerCase(Locale.ROOT);
    return known.contains(name) || LOOPBACK.matcher(name).matches();
  }

  private static String withoutPort(String host) {
    int colon = host.lastIndexOf(':');
    int digits = host.length() - colon - 1;
    if (colon < 0 || digits < 1 || digits > MOST_PORT_DIGITS) {
      return host;
    }
    for (int i = colon + 1; i < host.length(); i++) {
      if (host.charAt(i) < '0' || host.charAt(i) > '9') {
        return host;
      }
    }
    return host.substring(0, colon);
  }
}
