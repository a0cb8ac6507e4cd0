package dev.sallyport.mcp.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HeaderTextTest {
  @ParameterizedTest
  @ValueSource(
      strings = {"echo", "a b", " padded", "padded ", "", "h\u00e9", "a\nb", "=?base64?QQ==?="})
  void decodesWhatItEncoded(String text) {
    var header = HeaderText.encode(text);

    assertThat(header).matches("[\\x20-\\x7e]+");
    assertThat(HeaderText.decode(header)).contains(text);
  }

  @ParameterizedTest
  @CsvSource({"=?base64?ZWNobw==?=, echo", "=?base64?w6k=?=, \u00e9", "echo, echo"})
  void readsBothForms(String header, String text) {
    assertThat(HeaderText.decode(header)).contains(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"=?base64?*?=", "=?base64?=", "=?base64?/w==?="})
  void doesNotReadWhatOnlyLooksEncoded(String header) {
    assertThat(HeaderText.decode(header)).isEmpty();
  }
}
