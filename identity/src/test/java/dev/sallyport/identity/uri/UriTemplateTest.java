package dev.sallyport.identity.uri;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UriTemplateTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          test://template/{id}/data   | test://template/7/data
          test://template/{id}/data   | test://template/a%20b/data
          crm://{kind}-{id}           | crm://a-b-c
          file:///{+path}             | file:///a/b/c.txt
          file:///{path*}             | file:///a/b/c.txt
          a://x{/one,two}             | a://x/1/2
          a://x{.ext}                 | a://x.txt
          a://x{#part}                | a://x#top/1
          a://x{;a,b}                 | a://x;a=1;b
          a://x{?a,b}                 | a://x
          a://x{?a,b}                 | a://x?a=1
          a://x{?a,b}                 | a://x?b=2
          a://x{?a,b}                 | a://x?a=1&b=2
          a://x{?a*}                  | a://x?a=1&a=2
          a://x?z=1{&a}               | a://x?z=1&a=2
          a://plain                   | a://plain
          """)
  void coversWhatCouldComeFromIt(String template, String uri) {
    assertThat(UriTemplate.of(template).covers(uri)).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          test://template/{id}/data   | test://template//data
          test://template/{id}/data   | test://template/7/8/data
          test://template/{id}/data   | xtest://template/7/data
          test://template/{id}/data   | test://template/7/data/
          test://template/{id}/data   | test://template/7/data?x=1
          test://template/{id}/data   | test://template/../data
          test://template/{id}/data   | test://template/%2e%2e/data
          test://template/{id}/data   | test://template/%252e%252e/data
          test://template/{id}/data   | test://template/..%2f..%2fetc/data
          test://template/{id}/data   | test://template/a\\b/data
          file:///{+path}             | file:///a/../../etc/passwd
          file:///{+path}             | file:///a/%2E%2e/b
          file:///{+path}             | file:///..
          file:///{+path}             | file:///a b
          a://x{?a,b}                 | a://x?c=1
          a://x{?a,b}                 | a://x?b=1&a=2
          a://x{?a}                   | a://x?a=1#z
          a://plain                   | a://plain2
          """)
  void coversNothingElse(String template, String uri) {
    assertThat(UriTemplate.of(template).covers(uri)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a://{", "a://{}", "a://}", "a://{a b}", "a://{!a}", "a://x y/{a}"})
  void refusesWhatIsNoTemplate(String template) {
    assertThatThrownBy(() -> UriTemplate.of(template)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void takesNoLongerForAnEvilPair() {
    var template = UriTemplate.of("a://" + "{a}a".repeat(32) + "!");
    var uri = "a://" + "a".repeat(2_000);

    Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(30), () -> assertThat(template.covers(uri)).isFalse());
    assertThatThrownBy(() -> UriTemplate.of("a://" + "{a}".repeat(33))).hasMessageContaining("32");
  }
}
