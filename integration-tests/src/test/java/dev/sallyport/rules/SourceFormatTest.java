package dev.sallyport.rules;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.FormatterException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class SourceFormatTest {
  private static final Formatter FORMATTER = new Formatter();

  @Test
  void everySourceIsAsTheFormatterWritesIt() {
    var sources = Checkout.javaSources();
    assertThat(sources).hasSizeGreaterThan(50);
    assertThat(sources.stream().filter(source -> !isFormatted(source)).toList())
        .as("run spotless:apply, with Maven on JDK 25, to mend these")
        .isEmpty();
  }

  private static boolean isFormatted(Path source) {
    var text = Checkout.text(source).orElseThrow();
    try {
      return FORMATTER.formatSourceAndFixImports(text).equals(text);
    } catch (FormatterException e) {
      throw new IllegalStateException(source + " does not parse", e);
    }
  }
}
