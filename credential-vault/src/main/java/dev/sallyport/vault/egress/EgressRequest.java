package dev.sallyport.vault.egress;

import dev.sallyport.vault.Outgoing;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A request to an upstream.
 *
 * @param method in capitals; never CONNECT
 * @param uri http or https, with a host, without user information or fragment
 * @param headers beside those that the client itself sends; fields about the connection, the length
 *     of the body or its encoding are left out
 * @param body not copied: never changed after this
 * @param headTimeout the longest wait for the head of the answer, and for the upstream to take more
 *     of the request in
 * @param idleTimeout the longest wait between two reads of the answer's body
 * @param maxResponseBytes the most bytes of body that are read, before and after it is decoded
 */
@SuppressWarnings("ArrayRecordComponent") // one copy less on the hot path, compared by no one
public record EgressRequest(
    String method,
    URI uri,
    List<Header> headers,
    byte[] body,
    Duration headTimeout,
    Duration idleTimeout,
    long maxResponseBytes)
    implements Outgoing {
  private static final int LONGEST_METHOD = 16;

  public EgressRequest {
    headers = List.copyOf(headers);
    if (!isInCapitals(method) || method.equals("CONNECT")) {
      throw new IllegalArgumentException("not a method that may be sent: " + method);
    }
    check(uri);
    checkPositive("headTimeout", headTimeout);
    checkPositive("idleTimeout", idleTimeout);
    if (maxResponseBytes < 0) {
      throw new IllegalArgumentException("maxResponseBytes must not be negative");
    }
  }

  /** A request whose answer may take as long to begin as it may be silent. */
  public EgressRequest(
      String method,
      URI uri,
      List<Header> headers,
      byte[] body,
      Duration idleTimeout,
      long maxResponseBytes) {
    this(method, uri, headers, body, idleTimeout, idleTimeout, maxResponseBytes);
  }

  private static void checkPositive(String name, Duration timeout) {
    if (!timeout.isPositive()) {
      throw new IllegalArgumentException(name + " must be positive: " + timeout);
    }
  }

  private static boolean isInCapitals(String method) {
    for (int i = 0; i < method.length(); i++) {
      if (method.charAt(i) < 'A' || method.charAt(i) > 'Z') {
        return false;
      }
    }
    return !method.isEmpty() && method.length() <= LONGEST_METHOD;
  }

  /** A request without a body. */
  public static EgressRequest get(
      URI uri, List<Header> headers, Duration idleTimeout, long maxResponseBytes) {
    return new EgressRequest("GET", uri, headers, new byte[0], idleTimeout, maxResponseBytes);
  }

  /** A request with a body. */
  public static EgressRequest post(
      URI uri, List<Header> headers, byte[] body, Duration idleTimeout, long maxResponseBytes) {
    return new EgressRequest("POST", uri, headers, body, idleTimeout, maxResponseBytes);
  }

  /**
   * Checks that requests can be sent to an address.
   *
   * @throws IllegalArgumentException with what is wrong, without the address itself, which may hold
   *     a password
   */
  public static void check(URI uri) {
    var scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    if (!scheme.equals("http") && !scheme.equals("https")) {
      throw new IllegalArgumentException("the address must begin with http:// or https://");
    }
    if (uri.getRawUserInfo() != null
        || (uri.getRawAuthority() != null && uri.getRawAuthority().indexOf('@') >= 0)) {
      throw new IllegalArgumentException(
          "the address must not hold a user name or password; use a Credential");
    }
    if (uri.getHost() == null || uri.getHost().isEmpty()) {
      throw new IllegalArgumentException(
          "the address must name a host, in letters that a host has");
    }
    if (uri.getPort() == 0 || uri.getPort() > 65_535) {
      throw new IllegalArgumentException("the port must be 1 to 65535");
    }
    if (uri.getRawFragment() != null) {
      throw new IllegalArgumentException("the address must not have a fragment");
    }
  }

  /**
   * Whether a header is the client's own, such as Host or Content-Length: a caller's is left out,
   * and no credential can be lent as one.
   */
  public static boolean isReserved(String headerName) {
    return Fields.isOurs(headerName);
  }

  @Override
  public String authority() {
    return Origin.of(uri).authority();
  }

  @Override
  public Optional<String> header(String name) {
    return headers.stream()
        .filter(field -> field.name().equalsIgnoreCase(name))
        .map(Header::value)
        .findFirst();
  }

  @Override
  public String toString() {
    return "EgressRequest[" + method + " " + uri.getScheme() + "://" + uri.getRawAuthority() + "]";
  }

  /** A header field: a token as its name, and a value without control characters. */
  public record Header(String name, String value) {
    public Header {
      Fields.checkName(name);
      Fields.checkValue(value);
    }

    @Override
    public String toString() {
      return "Header[" + name + "]";
    }
  }
}
