package dev.sallyport.vault.egress;

import java.net.URI;
import java.util.Locale;

/** What a connection is to. */
record Origin(boolean secure, String host, int port) {
  static Origin of(URI uri) {
    boolean secure = uri.getScheme().equalsIgnoreCase("https");
    int port = uri.getPort() > 0 ? uri.getPort() : secure ? 443 : 80;
    var host = uri.getHost();
    if (host.startsWith("[")) {
      host = host.substring(1, host.length() - 1);
    }
    return new Origin(secure, host.toLowerCase(Locale.ROOT), port);
  }

  /** The Host header's value. */
  String authority() {
    var name = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
    return port == (secure ? 443 : 80) ? name : name + ":" + port;
  }
}
