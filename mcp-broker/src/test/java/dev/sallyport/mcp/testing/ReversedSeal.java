package dev.sallyport.mcp.testing;

import dev.sallyport.vault.StateSeal;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Writes what it seals backwards, so that it outlives a restart and a test sees it was sealed. */
public final class ReversedSeal implements StateSeal {
  @Override
  public String seal(byte[] state, String boundTo) {
    return reversed(boundTo + "#" + new String(state, StandardCharsets.UTF_8));
  }

  @Override
  public Optional<byte[]> open(String sealed, String boundTo) {
    var text = reversed(sealed);
    return text.startsWith(boundTo + "#")
        ? Optional.of(text.substring(boundTo.length() + 1).getBytes(StandardCharsets.UTF_8))
        : Optional.empty();
  }

  private static String reversed(String text) {
    return new StringBuilder(text).reverse().toString();
  }
}
