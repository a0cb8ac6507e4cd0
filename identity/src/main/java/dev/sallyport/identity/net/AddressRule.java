package dev.sallyport.identity.net;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.URI;
import java.util.Arrays;
import java.util.regex.Pattern;

/**
 * Says which addresses a request may go to. It is asked after a name was resolved, and the
 * connection goes to the very address that was asked about.
 *
 * <p>Refused always: link-local addresses and the metadata services of clouds, also where an IPv6
 * address carries such an IPv4 address; multicast; and the addresses that are none.
 */
public final class AddressRule {
  private static final Pattern LOOPBACK =
      Pattern.compile("localhost|127(\\.[0-9]{1,3}){3}|\\[::1]");
  private static final Pattern LITERAL = Pattern.compile("[0-9.]+|\\[.*]");
  private static final AddressRule ANYWHERE = new AddressRule(true);

  private final boolean privateAddresses;

  /**
   * A rule.
   *
   * @param privateAddresses whether addresses of this machine and of private networks are allowed
   */
  public AddressRule(boolean privateAddresses) {
    this.privateAddresses = privateAddresses;
  }

  /**
   * Checks where a request would go to which the answer of another server has led: never where no
   * request may go, and to this machine only from this machine.
   *
   * @param from that server's own address, which an administrator gave
   * @throws IOException if it may not go there, or nobody knows where that is
   */
  public static void checkLed(URI from, URI target) throws IOException {
    boolean isLocal = isLocal(from);
    for (var address : InetAddress.getAllByName(target.getHost())) {
      if (!ANYWHERE.allows(address) || (address.isLoopbackAddress() && !isLocal)) {
        throw new IOException("leads to an address that no request may go to");
      }
    }
  }

  /**
   * Whether the host of an address is an IP address, written out, to which no request may ever go.
   * Of a name that is said once it is resolved.
   */
  public static boolean isNeverAllowed(URI address) {
    var host = String.valueOf(address.getHost());
    if (!LITERAL.matcher(host).matches()) {
      return false;
    }
    try {
      return !ANYWHERE.allows(InetAddress.ofLiteral(host.replaceAll("[\\[\\]]|%.*", "")));
    } catch (IllegalArgumentException _) {
      return false;
    }
  }

  /** Whether an address names this machine. */
  public static boolean isLocal(URI address) {
    return address.getHost() != null && LOOPBACK.matcher(address.getHost()).matches();
  }

  /** Whether a request may go to this address. */
  public boolean allows(InetAddress address) {
    if (address.isLinkLocalAddress()
        || address.isAnyLocalAddress()
        || address.isMulticastAddress()) {
      return false;
    }
    var bytes = address.getAddress();
    return address instanceof Inet4Address ? allowsV4(bytes) : allowsV6(address, bytes);
  }

  private boolean allowsV4(byte[] b) {
    int first = b[0] & 0xff;
    int second = b[1] & 0xff;
    boolean none = first == 0 || first >= 224;
    boolean linkLocal = first == 169 && second == 254;
    if (none || linkLocal || isMetadata(b)) {
      return false;
    }
    boolean isPrivate =
        first == 127
            || first == 10
            || (first == 172 && second >= 16 && second < 32)
            || (first == 192 && second == 168)
            || (first == 100 && second >= 64 && second < 128);
    return privateAddresses || !isPrivate;
  }

  /** Alibaba Cloud, Oracle Cloud, Azure; all others are link-local. */
  private static boolean isMetadata(byte[] b) {
    return is(b, 100, 100, 100, 200) || is(b, 192, 0, 0, 192) || is(b, 168, 63, 129, 16);
  }

  private static boolean is(byte[] b, int... parts) {
    for (int i = 0; i < parts.length; i++) {
      if ((b[i] & 0xff) != parts[i]) {
        return false;
      }
    }
    return true;
  }

  private boolean allowsV6(InetAddress address, byte[] b) {
    int first = ((b[0] & 0xff) << 8) | (b[1] & 0xff);
    if (address.isLoopbackAddress()) {
      return privateAddresses;
    }
    boolean amazon = is(b, 0xfd, 0, 0x0e, 0xc2);
    boolean google = is(b, 0xfd, 0x20, 0, 0xce);
    if (amazon || google) {
      return false;
    }
    if (first == 0x2002) {
      return allowsV4(Arrays.copyOfRange(b, 2, 6));
    }
    boolean translated = is(b, 0, 0x64, 0xff, 0x9b) || is(b, 0, 0, 0, 0, 0, 0, 0, 0);
    if (translated) {
      return allowsV4(Arrays.copyOfRange(b, 12, 16));
    }
    boolean uniqueLocal = (b[0] & 0xfe) == 0xfc;
    boolean siteLocal = address.isSiteLocalAddress();
    return privateAddresses || !(uniqueLocal || siteLocal);
  }
}
