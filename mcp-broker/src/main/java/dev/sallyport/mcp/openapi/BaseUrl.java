package dev.sallyport.mcp.openapi;

import dev.sallyport.vault.egress.EgressRequest;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Arrays;

/** The address that all requests of a server begin with. */
public final class BaseUrl {
  private BaseUrl() {}

  /**
   * Reads one. A slash at its end makes no difference.
   *
   * @throws IllegalArgumentException with what is wrong, if no request can be sent below it
   */
  public static URI of(String text) {
    URI url;
    try {
      url = new URI(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
    } catch (URISyntaxException _) {
      throw new IllegalArgumentException("must be a URL such as https://host/v1");
    }
    EgressRequest.check(url);
    if (url.getRawQuery() != null) {
      throw new IllegalArgumentException("the address must not have a query");
    }
    if (!isPlain(url.getRawPath())) {
      throw new IllegalArgumentException("the path of the address must be plain");
    }
    return url;
  }

  /** Whether a path leads neither upwards nor nowhere. */
  static boolean isPlain(String path) {
    return !path.contains("//")
        && Arrays.stream(path.split("/", -1))
            .noneMatch(segment -> segment.equals(".") || segment.equals(".."));
  }
}
