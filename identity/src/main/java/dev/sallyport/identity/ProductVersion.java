package dev.sallyport.identity;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The version of this product, as the build wrote it. */
public final class ProductVersion {
  private static final String TEXT = read();

  private ProductVersion() {}

  /** The version, such as {@code 1.2.0}; {@code development} where nothing was built. */
  public static String text() {
    return TEXT;
  }

  private static String read() {
    try (var in = ProductVersion.class.getResourceAsStream("version.txt")) {
      var written = in == null ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
      return written.isEmpty() || written.startsWith("$") ? "development" : written;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
