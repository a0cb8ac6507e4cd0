package dev.sallyport.vault.egress;

import java.net.URI;
import java.util.Arrays;
import java.util.Map;

/** Writes the head of a request. For one use. */
final class RequestHead {
  private byte[] bytes;
  private int length;

  private RequestHead(byte[] buffer) {
    this.bytes = buffer;
  }

  /**
   * Writes the head of a request.
   *
   * @param buffer to write into, if it is large enough
   * @param lent headers that take the place of those of the same name, in any case
   */
  static RequestHead write(
      byte[] buffer, Origin origin, EgressRequest request, Map<String, String> lent) {
    var head = new RequestHead(buffer);
    head.text(request.method()).text(" ").target(request.uri()).text(" HTTP/1.1\r\nHost: ");
    head.text(origin.authority()).text("\r\nAccept-Encoding: identity\r\n");
    boolean named = false;
    for (var field : request.headers()) {
      if (!Fields.isOurs(field.name()) && !holds(lent, field.name())) {
        head.field(field.name(), field.value());
        named |= field.name().equalsIgnoreCase("user-agent");
      }
    }
    for (var entry : lent.entrySet()) {
      head.lent(entry.getKey(), entry.getValue());
    }
    if (!named) {
      head.text("User-Agent: sallyport\r\n");
    }
    if (request.body().length > 0 || !bodiless(request.method())) {
      head.text("Content-Length: ").text(Integer.toString(request.body().length)).text("\r\n");
    }
    head.text("\r\n");
    return head;
  }

  byte[] bytes() {
    return bytes;
  }

  int length() {
    return length;
  }

  private static boolean bodiless(String method) {
    return method.equals("GET") || method.equals("HEAD") || method.equals("DELETE");
  }

  private static boolean holds(Map<String, String> lent, String name) {
    for (var lentName : lent.keySet()) {
      if (lentName.equalsIgnoreCase(name)) {
        return true;
      }
    }
    return false;
  }

  private void lent(String name, String value) {
    Fields.checkName(name);
    Fields.checkValue(value);
    if (Fields.isOurs(name)) {
      throw new IllegalArgumentException("a credential cannot be lent as this header: " + name);
    }
    field(name, value);
  }

  private RequestHead field(String name, String value) {
    return text(name).text(": ").text(value).text("\r\n");
  }

  private RequestHead target(URI uri) {
    var path = uri.getRawPath();
    var query = uri.getRawQuery();
    if (!isAscii(path) || (query != null && !isAscii(query))) {
      return target(URI.create(uri.toASCIIString()));
    }
    if (path.isEmpty()) {
      text("/");
    } else {
      text(path);
    }
    return query == null ? this : text("?").text(query);
  }

  private static boolean isAscii(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c <= ' ' || c >= 0x7f) {
        return false;
      }
    }
    return true;
  }

  /** Writes Latin-1 text. */
  @SuppressWarnings("deprecation") // does just what is meant here, without a copy
  private RequestHead text(String text) {
    int count = text.length();
    if (bytes.length - length < count) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + count));
    }
    text.getBytes(0, count, bytes, length); // the low bytes, which are all that Latin-1 has
    length += count;
    return this;
  }
}
