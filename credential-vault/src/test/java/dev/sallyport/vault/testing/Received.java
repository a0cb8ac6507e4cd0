package dev.sallyport.vault.testing;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** A request as an upstream received it, byte for byte. */
public final class Received {
  private final byte[] bytes;

  public Received(byte[] bytes) {
    this.bytes = bytes.clone();
  }

  /** All of it, as Latin-1. */
  public String raw() {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  /** The request line and the header fields, without the empty line. */
  public String head() {
    return raw().substring(0, endOfHead());
  }

  /** The body as UTF-8. */
  public String body() {
    int from = Math.min(endOfHead() + 4, bytes.length);
    return new String(Arrays.copyOfRange(bytes, from, bytes.length), StandardCharsets.UTF_8);
  }

  public String method() {
    return head().split(" ", 3)[0];
  }

  /** The path and the query. */
  public String target() {
    return head().split(" ", 3)[1];
  }

  /** The value of the first field of that name, in any case. */
  public Optional<String> header(String name) {
    return headers(name).stream().findFirst();
  }

  /** The values of all fields of that name, in any case. */
  public List<String> headers(String name) {
    return head()
        .lines()
        .skip(1)
        .filter(line -> line.regionMatches(true, 0, name + ":", 0, name.length() + 1))
        .map(line -> line.substring(name.length() + 1).strip())
        .toList();
  }

  @Override
  public String toString() {
    return raw();
  }

  private int endOfHead() {
    return raw().indexOf("\r\n\r\n");
  }
}
