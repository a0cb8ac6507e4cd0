package dev.sallyport.mcp.openapi;

import dev.sallyport.vault.egress.EgressRequest;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Which headers of a request a caller's arguments may stand in. */
final class SentHeaders {
  /** Source: OpenAPI 3.1, "Parameter Object": parameters of these names are ignored. */
  private static final Set<String> IGNORED = Set.of("accept", "content-type", "authorization");

  /** What says who calls, from where, or how a server or a proxy on the way is to act. */
  private static final Set<String> FORBIDDEN =
      Set.of(
          "authorization",
          "cookie",
          "set-cookie",
          "date",
          "via",
          "forwarded",
          "origin",
          "referer",
          "accept-charset",
          "x-http-method",
          "x-http-method-override",
          "x-method-override",
          "x-original-url",
          "x-rewrite-url",
          "x-real-ip");

  private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]{1,128}");

  private SentHeaders() {}

  /** Whether a text can be the name of a header or a cookie. */
  static boolean isToken(String name) {
    return TOKEN.matcher(name).matches();
  }

  static boolean isIgnored(String name) {
    return IGNORED.contains(name.toLowerCase(Locale.ROOT));
  }

  static boolean isForbidden(String name) {
    var lower = name.toLowerCase(Locale.ROOT);
    return FORBIDDEN.contains(lower)
        || lower.startsWith("proxy-")
        || lower.startsWith("sec-")
        || lower.startsWith("x-forwarded-")
        || EgressRequest.isReserved(name);
  }
}
