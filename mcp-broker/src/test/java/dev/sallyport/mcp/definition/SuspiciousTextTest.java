package dev.sallyport.mcp.definition;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** SB-16: text that is not what it looks like. */
class SuspiciousTextTest {
  private static final JsonMapper JSON = new JsonMapper();

  private static final int PLACES = 12;

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          200b
          200c
          200d
          200e
          200f
          202a
          202e
          2060
          2066
          2069
          feff
          00ad
          034f
          061c
          115f
          180e
          2028
          2029
          3164
          ffa0
          fff9
          e000
          1d173
          e0001
          e0041
          e0100
          """)
  void refusesWhatNobodySeesWhereverItStands(String hex) throws Exception {
    var hidden = "a" + Character.toString(Integer.parseInt(hex, 16)) + "b";
    for (int place = 0; place < PLACES; place++) {
      assertThat(SuspiciousText.problem(definition(place, hidden)))
          .as("place %d", place)
          .contains("invisible_characters");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"pаy", "раypal", "Βank", "αccount", "gооgle", "mе"})
  void refusesLettersOfSeveralScriptsInAWordThatIsShown(String word) throws Exception {
    for (int place : new int[] {0, 2, 3, 4, 6, 7, 8}) {
      assertThat(SuspiciousText.problem(definition(place, word))).as("place %d", place).isPresent();
    }
    assertThat(SuspiciousText.problem(definition(1, word))).isEmpty();
    assertThat(SuspiciousText.mixes(definition(1, word))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"сору", "рау", "ｐａｙ", "𝐩𝐚𝐲", "ΟΚ", "ѕсоре", "ᎪᏢᎥ"})
  void refusesANameThatPassesForAnother(String name) throws Exception {
    for (int place : new int[] {3, 4, 6}) {
      assertThat(SuspiciousText.problem(definition(place, name)))
          .as("place %d", place)
          .contains("confusable_name");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Grüße",
        "naïve café",
        "Ελληνικά",
        "Русский текст",
        "日本語のテスト",
        "Tシャツ",
        "한국어 text",
        "עברית",
        "हिन्दी",
        "x-y_z.1",
        "A и B",
        "👩‍💻 code"
      })
  void takesWhatPeopleWrite(String text) throws Exception {
    for (int place = 0; place < PLACES; place++) {
      assertThat(SuspiciousText.problem(definition(place, text))).as("place %d", place).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "query_accounts, query_acc0unts",
    "pay_bill, pay_biIl",
    "pay_bill, pаy_bill",
    "send_mail, ѕend_mail",
    "modern, modem",
    "view, vievv",
    "list1, listl",
    "scope, ѕсоре",
    "ok, ΟΚ"
  })
  void seesThatTwoLookAlike(String one, String other) {
    assertThat(Confusables.skeleton(other)).isEqualTo(Confusables.skeleton(one));
  }

  @ParameterizedTest
  @CsvSource({"get_item, get-item", "read, write", "a, b", "list, lost", "сын, sun"})
  void keepsApartWhatLooksDifferent(String one, String other) {
    assertThat(Confusables.skeleton(other)).isNotEqualTo(Confusables.skeleton(one));
  }

  @Test
  void findsTextsInAllPlaces() throws Exception {
    assertThat(SuspiciousText.texts(definition(11, "deep"))).contains("pay", "inputSchema", "deep");
  }

  /** One with the text at one of its places. */
  private static ObjectNode definition(int place, String text) throws Exception {
    var texts = new Object[PLACES];
    for (int i = 0; i < PLACES; i++) {
      texts[i] = i == place ? text : "plain" + i;
    }
    return (ObjectNode)
        JSON.readTree(
            """
            {"name": "pay", "title": "%s", "description": "%s", "annotations": {"title": "%s"},
             "arguments": [{"name": "%s"}],
             "inputSchema": {"type": "object", "required": ["%s"], "$defs": {"%s": {}},
               "properties": {"%s": {"enum": ["%s"], "title": "%s", "default": {"deep": ["%s"]}}}},
             "_meta": {"%s": "%s"}}
            """
                .formatted(texts));
  }
}
