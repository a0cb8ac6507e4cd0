package dev.sallyport.identity.http;

import io.helidon.webserver.http.ServerRequest;
import java.net.URI;
import java.util.regex.Pattern;

/** The address at which callers reach the data plane, without a slash at its end. */
public final class PublicAddress {
  private static final Pattern HOST = Pattern.compile("[A-Za-z0-9.:\\[\\]-]{1,255}");

  private final String fixed;

  private PublicAddress(String fixed) {
    this.fixed = fixed;
  }

  /** Always this one: the right choice wherever the gateway is not reached on loopback. */
  public static PublicAddress fixed(URI address) {
    if (address.getScheme() == null
        || address.getHost() == null
        || address.getRawUserInfo() != null
        || address.getRawQuery() != null) {
      throw new IllegalArgumentException("a public address is http(s)://host[:port]: " + address);
    }
    var text = address.toString();
    return new PublicAddress(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
  }

  /** The one that each request was sent to, by its {@code Host} header. */
  public static PublicAddress asRequested() {
    return new PublicAddress("");
  }

  /** Where a request was sent to, as its sender sees it, without a query. */
  String uriOf(ServerRequest request) {
    return of(request) + request.prologue().uriPath().rawPath();
  }

  /** The address for one request, such as {@code http://127.0.0.1:8080}. */
  String of(ServerRequest request) {
    if (!fixed.isEmpty()) {
      return fixed;
    }
    var host = request.authority();
    return (request.isSecure() ? "https://" : "http://")
        + (HOST.matcher(host).matches() ? host : "localhost");
  }
}
