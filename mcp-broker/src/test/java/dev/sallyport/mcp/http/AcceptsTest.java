package dev.sallyport.mcp.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AcceptsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      value = {
        "application/json                        | true  | false",
        "APPLICATION/Json                        | true  | false",
        "application/*                           | true  | false",
        "text/event-stream                       | false | true",
        "Text/*                                  | false | true",
        "*/*                                     | true  | true",
        "application/json, text/event-stream     | true  | true",
        "application/json,text/event-stream      | true  | true",
        "text/event-stream;q=0.5 , text/html;a=b | false | true",
        "text/html;q=1,application/json;q=0.1    | true  | false",
        "text/html, , */* ; q=0.1                | true  | true",
        "''                                      | false | false",
        "','                                     | false | false",
        "';'                                     | false | false",
        "text/html                               | false | false",
        "application/jsonp                       | false | false",
        "application/json text/event-stream      | false | false",
        "text/html;x=application/json            | false | false",
        "*                                       | false | false"
      })
  void takesWhatOneOfItsRangesNames(String header, boolean json, boolean stream) {
    assertThat(Accepts.of(List.of(header))).isEqualTo(new Accepts(json, stream));
  }

  @Test
  void takesWhatAnyOfItsHeadersNames() {
    assertThat(Accepts.of(List.of("application/json", "text/event-stream")))
        .isEqualTo(new Accepts(true, true));
  }

  @Test
  void takesJsonWhereNothingIsSaid() {
    assertThat(Accepts.of(List.of())).isEqualTo(new Accepts(true, false));
  }
}
