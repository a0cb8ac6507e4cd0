package dev.sallyport.mcp.wire;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/**
 * A text that a header repeats from a body: as it is if it is plain visible ASCII, otherwise as
 * {@code =?base64?…?=}. Source: MCP 2026-07-28, "Streamable HTTP".
 */
public final class HeaderText {
  private static final String PREFIX = "=?base64?";
  private static final String SUFFIX = "?=";

  private HeaderText() {}

  public static String encode(String text) {
    if (isPlain(text) && !text.startsWith(PREFIX)) {
      return text;
    }
    return PREFIX
        + Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8))
        + SUFFIX;
  }

  /** The text, or empty if it says that it is encoded and is not. */
  public static Optional<String> decode(String header) {
    if (!header.startsWith(PREFIX) || !header.endsWith(SUFFIX)) {
      return Optional.of(header);
    }
    if (header.length() < PREFIX.length() + SUFFIX.length()) {
      return Optional.empty();
    }
    var encoded = header.substring(PREFIX.length(), header.length() - SUFFIX.length());
    return Base64Text.decode(encoded).flatMap(HeaderText::text);
  }

  private static Optional<String> text(byte[] utf8) {
    try {
      return Optional.of(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString());
    } catch (CharacterCodingException _) {
      return Optional.empty();
    }
  }

  private static boolean isPlain(String text) {
    if (text.isEmpty()) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c > '~' || c < ' ') {
        return false;
      }
    }
    return text.charAt(0) != ' ' && text.charAt(text.length() - 1) != ' ';
  }
}
