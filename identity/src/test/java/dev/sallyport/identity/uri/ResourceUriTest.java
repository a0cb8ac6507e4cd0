package dev.sallyport.identity.uri;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ResourceUriTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          file:///a/b.txt              | file:///a/b.txt
          FILE:///a/b.txt              | file:///a/b.txt
          file:/a/b.txt                | file:///a/b.txt
          file://LocalHost/a/b.txt     | file:///a/b.txt
          file://localhost./a/b.txt    | file:///a/b.txt
          file:///%61/b%2Etxt          | file:///a/b.txt
          file:///a/b.txt#             | file:///a/b.txt
          file:///a/b.txt?             | file:///a/b.txt
          file:///it%27s               | file:///it's
          file:///a b                  | file:///a%20b
          file:///a%20b                | file:///a%20b
          file:///a%3fb                | file:///a%3Fb
          file:///a[1]                 | file:///a%5B1%5D
          file:///{a}                  | file:///%7Ba%7D
          file:///100%25               | file:///100%25
          file:///caf\u00e9            | file:///caf%C3%A9
          file:///cafe\u0301           | file:///caf%C3%A9
          file:///cafe%CC%81           | file:///caf%C3%A9
          file:///C:/x                 | file:///C:/x
          https://Example.ORG:443/a    | https://example.org/a
          https://example.org:/        | https://example.org
          https://example.org./a       | https://example.org/a
          https://example.org:8443/a   | https://example.org:8443/a
          http://[::1]:80/a            | http://[::1]/a
          https://example.org/?b=%2Fc  | https://example.org?b=/c
          https://example.org/?b=%26c  | https://example.org?b=%26c
          memo://Insights/             | memo://insights
          test://template/7/data       | test://template/7/data
          postgres://me@host/db/table  | postgres://me@host/db/table
          urn:isbn:0451450523          | urn:isbn:0451450523
          doc://x#part/1               | doc://x#part/1
          doc:///\u2026                | doc:///%E2%80%A6
          """)
  void hasOneFormForAllThatServersTakeForTheSame(String uri, String form) {
    assertThat(ResourceUri.of(uri).map(ResourceUri::toString)).contains(form);
    assertThat(ResourceUri.of(form).map(ResourceUri::toString)).contains(form);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a/b",
        "/etc/passwd",
        "//host/a",
        "1a://x",
        "file:a",
        "file:///a/../b",
        "file:///a/..",
        "file:///a/./b",
        "file:///a/%2e%2e/b",
        "file:///a/.%2E/b",
        "file:///a/%252e%252e/b",
        "file:///a/%25252e%25252e/b",
        "file:///a/..;x/b",
        "file:///a/\u2025/b",
        "file:///a/\u2024\u2024/b",
        "file:///a/\uff0e\uff0e/b",
        "file:////a",
        "file:///a//b",
        "file:///a%2Fb",
        "file:///a%2fb",
        "file:///a\\b",
        "file:///a%5Cb",
        "file:///a\uff0fb",
        "file:///a\u2215b",
        "file:///a\u2044b",
        "file:///a\uff3cb",
        "file:///a%EF%BC%8Fb",
        "file:///%2541",
        "file:///\uff05%41",
        "file:///%c0%ae%c0%ae/b",
        "file:///%ff",
        "file:///%ed%a0%80",
        "file:///%",
        "file:///%4",
        "file:///%zz",
        "file:///a\u0000b",
        "file:///a%00b",
        "file:///a\nb",
        "file:///a%0Ab",
        "file:///a\u200bb",
        "file:///a%E2%80%8Bb",
        "file:///a\u202eb",
        "file:///a\ud800",
        "file:///a?b",
        "file://host:80/a",
        "https:///a",
        "https:/host/a",
        "https:host/a",
        "https://user@host/a",
        "https://user:word@host/a",
        "https://host%2eorg/%2e%2e",
        "https://h\u00f6st/a",
        "https://host:a/b",
        "https://a:1:2/b",
        "https://host%00/a",
        "memo://a%2Fb/c",
        "memo://a|b/c"
      })
  void hasNoneForWhatCanBeReadInMoreThanOneWay(String uri) {
    assertThat(ResourceUri.of(uri)).isEmpty();
  }

  @Test
  void isAsLongAsAUriMayBe() {
    var longest = "doc:" + "a".repeat(ResourceUri.MAX_LENGTH - 4);

    assertThat(ResourceUri.of(longest)).isPresent();
    assertThat(ResourceUri.of(longest + "a")).isEmpty();
    assertThat(ResourceUri.of("doc:" + "\u00e9".repeat(340))).isPresent();
    assertThat(ResourceUri.of("doc:" + "\u00e9".repeat(341))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          TEST://template/{id}/d%61ta   | test://template/{id}/data
          file:///{+path}               | file:///{+path}
          https://{host}                | https://{host}
          https://Example.org/{a}/{b}   | https://example.org/{a}/{b}
          a://x{?a,b}                   | a://x{?a,b}
          a://q0q-0-/{a}/caf\u00e9      | a://q0q-0-/{a}/caf%C3%A9
          {scheme}://x                  | {scheme}://x
          a://x/{a}{b}{c}{d}{e}{f}{g}{h}{i}{j}{k} | a://x/{a}{b}{c}{d}{e}{f}{g}{h}{i}{j}{k}
          """)
  void hasAFormForTemplatesThatLeavesTheirVariables(String template, String form) {
    assertThat(ResourceUri.ofTemplate(template)).contains(form);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x/{a}", "a://{", "a://}", "a://x/../{a}", "a://x//{a}", "a://{{a}}"})
  void hasNoneForOtherTemplates(String template) {
    assertThat(ResourceUri.ofTemplate(template)).isEmpty();
  }
}
