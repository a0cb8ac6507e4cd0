package dev.sallyport.mcp.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.mcp.wire.Base64Text;

/** The bytes of the files of one request, which were given in base64. */
final class FileBytes {
  /** The most bytes of all files of one request together. */
  static final int MAX_BYTES = 4 * 1_024 * 1_024;

  private final String argument;
  private int left = MAX_BYTES;

  /**
   * No files yet.
   *
   * @param argument in which they are
   */
  FileBytes(String argument) {
    this.argument = argument;
  }

  /**
   * The bytes of one more file.
   *
   * @throws UnfitArgumentException if the value is no text in base64
   * @throws Refusal with REQUEST_TOO_LARGE if they are more than {@link #MAX_BYTES} with those
   *     before
   */
  byte[] of(JsonNode value) {
    var bytes =
        Base64Text.decode(value.isTextual() ? value.textValue() : "-")
            .orElseThrow(() ->
                new UnfitArgumentException(
                    argument,
                    "holds a file that is not in base64, with padding and without line ends"));
    if (bytes.length > left) {
      throw new Refusal(RefusalCode.REQUEST_TOO_LARGE);
    }
    left -= bytes.length;
    return bytes;
  }
}
