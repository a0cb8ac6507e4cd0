package dev.sallyport.llm.spi;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A file or an image that stands in a URL itself.
 *
 * @param mediaType what it is
 * @param base64 its bytes, as written: they may be no base64
 */
public record DataUrl(String mediaType, String base64) {
  private static final Pattern FORM =
      Pattern.compile(
          "data:([a-z]+/[a-z0-9.+-]+)(?:;charset=[A-Za-z0-9-]+)?;base64,(.*)", Pattern.DOTALL);

  /** What a URL holds; empty if it only says where something is, or has another form. */
  public static Optional<DataUrl> of(String url) {
    var data = FORM.matcher(url);
    return data.matches()
        ? Optional.of(new DataUrl(data.group(1), data.group(2)))
        : Optional.empty();
  }

  /** Whether it can be read as it is. */
  public boolean isText() {
    return mediaType.startsWith("text/");
  }

  /**
   * The text that it holds.
   *
   * @param place where it stands, for the caller
   */
  public String text(String place) throws CannotCarryException {
    try {
      return new String(Base64.getMimeDecoder().decode(base64), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException _) {
      throw new CannotCarryException(place + " is not base64.");
    }
  }
}
