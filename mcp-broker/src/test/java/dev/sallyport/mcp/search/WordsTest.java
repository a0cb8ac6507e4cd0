package dev.sallyport.mcp.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WordsTest {
  @ParameterizedTest
  @CsvSource({
    "create_issue, create issue",
    "crm__get-account.v2, crm get account v2",
    "listOpenInvoices, list open invoice",
    "Größe ÄNDERN, größe ändern",
    "HTTPServer2, httpserver2",
    "class bus its, class bus its",
    "'  ,;  ', ''",
    "x😀y, x y",
  })
  void comparesWhatNamesAndSentencesHaveInCommon(String text, String words) {
    assertThat(String.join(" ", Words.of(text, 100))).isEqualTo(words);
  }

  @Test
  void readsNoMoreThanItHasTo() {
    assertThat(Words.of("one two three", 2)).isEqualTo(List.of("one", "two"));
    assertThat(Words.of("x".repeat(1_000), 1).getFirst()).hasSize(32);
  }
}
