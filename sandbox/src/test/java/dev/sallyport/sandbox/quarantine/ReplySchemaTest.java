package dev.sallyport.sandbox.quarantine;

import static dev.sallyport.sandbox.quarantine.TestJson.json;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReplySchemaTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'enum':['a','b']}|{'type':'string','enum':['a','b']}",
        "{'type':'boolean'}|{'type':'boolean'}",
        "{'type':'integer','minimum':1,'maximum':5,'description':'How many?'}"
            + "|{'type':'integer','description':'How many? From 1 to 5.'}",
        "{'type':'string','format':'date','formatMinimum':'2026-01-01','formatMaximum':'2026-02-01'}|{'type':'string','format':'date','description':'From"
            + " 2026-01-01 to 2026-02-01.'}",
        "{'type':'object','properties':{'a':{'type':'boolean'}},'required':[]}"
            + "|{'type':'object','properties':{'a':{'anyOf':[{'type':'boolean'},{'type':'null'}]}},"
            + "'required':['a'],'additionalProperties':false}"
      })
  void saysInAFewKeywordsWhatAnAnswerMayBe(String asked, String sent) throws Exception {
    var schema = json(asked);
    AnswerSchemas.read(schema);

    assertThat(ReplySchema.of(schema).at("/properties/answer/anyOf/0")).isEqualTo(json(sent));
  }

  @Test
  void asksForAnAnswerOrThatThereIsNone() {
    assertThat(ReplySchema.of(json("{'type':'boolean'}")))
        .isEqualTo(
            json(
                "{'type':'object','properties':{'abstain':{'type':'boolean'},"
                    + "'answer':{'anyOf':[{'type':'boolean'},{'type':'null'}]}},"
                    + "'required':['abstain','answer'],'additionalProperties':false}"));
  }
}
