package dev.sallyport.llm.gemini;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.llm.spi.CannotCarryException;
import dev.sallyport.llm.testing.GeminiSchemas;
import dev.sallyport.llm.testing.Wire;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SchemaSubsetTest {
  private static final String ANY =
      "{'anyOf':[{'type':'STRING'},{'type':'NUMBER'},{'type':'BOOLEAN'},{'type':'OBJECT'}]}";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'type':'string'}|{'type':'STRING'}|",
        "{'type':'string','$schema':'s','$id':'i','$comment':'c','examples':['a'],'readOnly':true}|{'type':'STRING'}|",
        "{'type':'string','title':'T','description':'D','default':'d','pattern':'a','minLength':1,'maxLength':2}|{'type':'STRING','title':'T','description':'D','default':'d','pattern':'a','minLength':1,'maxLength':2}|",
        "{'type':'string','default':null,'description':null}|{'type':'STRING'}|",
        "{'type':'string','format':'date-time'}|{'type':'STRING','format':'date-time'}|",
        "{'type':'string','format':'uri'}|{'type':'STRING'}|",
        "{'type':'integer','format':'int64','minimum':1,'maximum':9}|{'type':'INTEGER','minimum':1,'maximum':9,'format':'int64'}|",
        "{'type':'number','exclusiveMinimum':0,'multipleOf':2}|{'type':'NUMBER'}|multipleOf,exclusiveMinimum",
        "{'type':'string','enum':['a','b']}|{'type':'STRING','enum':['a','b']}|",
        "{'enum':['a','b']}|{'type':'STRING','enum':['a','b']}|",
        "{'type':'string','enum':['a','']}|{'type':'STRING'}|enum",
        "{'enum':['a',null]}|{'type':'STRING','enum':['a'],'nullable':true}|",
        "{'type':'integer','enum':[1,2]}|{'type':'INTEGER'}|enum",
        "{'enum':[1,2]}|{'type':'INTEGER'}|enum",
        "{'enum':[true]}|{'type':'BOOLEAN'}|enum",
        "{'enum':['a',1]}|{'type':'STRING'}|enum",
        "{'const':'a'}|{'type':'STRING','enum':['a']}|",
        "{'const':1.5}|{'type':'NUMBER'}|const",
        "{'const':null}|{'type':'STRING','nullable':true}|",
        "{'type':'null'}|{'type':'STRING','nullable':true}|",
        "{'type':['string','null']}|{'type':'STRING','nullable':true}|",
        "{'type':['null','object'],'properties':{'a':{'type':'string'}}}|{'type':'OBJECT','properties':{'a':{'type':'STRING'}},'nullable':true}|",
        "{'type':['string','integer'],'description':'D'}|{'anyOf':[{'type':'STRING','description':'D'},{'type':'INTEGER','description':'D'}]}|",
        "{'type':['string','integer','null']}|{'anyOf':[{'type':'STRING','nullable':true},{'type':'INTEGER','nullable':true}]}|",
        "{'type':'string','nullable':true}|{'type':'STRING','nullable':true}|",
        "{'anyOf':[{'type':'string'},{'type':'null'}],'description':'D'}|{'type':'STRING','description':'D','nullable':true}|",
        "{'oneOf':[{'type':'string'},{'type':'integer','description':'own'}],'description':'D'}|{'anyOf':[{'type':'STRING','description':'D'},{'type':'INTEGER','description':'own'}]}|",
        "{'anyOf':[{'type':'string'},{'anyOf':[{'type':'integer'},{'type':'null'}]},{'type':'boolean'}]}|{'anyOf':[{'type':'STRING'},{'type':'INTEGER','nullable':true},{'type':'BOOLEAN'}]}|",
        "{'anyOf':[{'type':'string'},{'anyOf':[{'type':'integer'},{'type':'boolean'}]}]}|{'anyOf':[{'type':'STRING'},{'type':'INTEGER'},{'type':'BOOLEAN'}]}|",
        "{'type':'object','properties':{'a':{'type':'string'}},'anyOf':[{'required':['a']},{'required':['b']}]}|{'type':'OBJECT','properties':{'a':{'type':'STRING'}}}|anyOf",
        "{'allOf':[{'type':'object','properties':{'a':{'type':'string'}},'required':['a']},{'properties':{'b':{'type':'integer'}},'required':['b','a']}]}|{'type':'OBJECT','properties':{'a':{'type':'STRING'},'b':{'type':'INTEGER'}},'required':['a','b']}|",
        "{'type':'object'}|{'type':'OBJECT'}|",
        "{'type':'object','properties':{}}|{'type':'OBJECT'}|",
        "{'type':'object','additionalProperties':false,'properties':{'a':{'type':'string'}},'required':['a','zz']}|{'type':'OBJECT','properties':{'a':{'type':'STRING'}},'required':['a']}|",
        "{'type':'object','additionalProperties':{'type':'string'}}|{'type':'OBJECT'}|additionalProperties",
        "{'properties':{'a':true}}|{'type':'OBJECT','properties':{'a':ANY}}|",
        "{'type':'array','items':{'type':'string'},'minItems':1,'uniqueItems':true}|{'type':'ARRAY','minItems':1,'items':{'type':'STRING'}}|uniqueItems",
        "{'type':'array'}|{'type':'ARRAY','items':ANY}|",
        "{'type':'array','items':[{'type':'string'},{'type':'integer'}]}|{'type':'ARRAY','items':ANY}|items",
        "{'prefixItems':[{'type':'string'}]}|{'type':'ARRAY','items':ANY}|prefixItems",
        "{}|ANY|",
        "{'not':{'type':'string'},'type':'integer'}|{'type':'INTEGER'}|not",
        "{'$ref':'#/$defs/A','$defs':{'A':{'type':'string'}}}|{'type':'STRING'}|",
        "{'$ref':'#/definitions/A%20b~1c','description':'here','definitions':{'A"
            + " b/c':{'type':'string','description':'there'}}}|{'type':'STRING','description':'here'}|",
        "{'type':'object','properties':{'a':{'$ref':'#/$defs/A'},'b':{'$ref':'#/$defs/A'}},'$defs':{'A':{'$ref':'#/$defs/B'},'B':{'type':'integer'}}}|{'type':'OBJECT','properties':{'a':{'type':'INTEGER'},'b':{'type':'INTEGER'}}}|",
      })
  void saysWhatGeminiCanBeTold(String given, String expected, String lost) throws Exception {
    var subset = new SchemaSubset(schema(given), "tools/0");
    var converted = subset.converted();

    assertThat(converted).isEqualTo(schema(expected.replace("ANY", ANY)));
    assertThat(String.join(",", subset.lost())).isEqualTo(lost == null ? "" : lost);
    GeminiSchemas.check(converted);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'$ref':'#'}|refers to itself by #,",
        "{'type':'array','items':{'$ref':'#'}}|refers to itself by #,",
        "{'$ref':'#/$defs/A','$defs':{'A':{'$ref':'#/$defs/A'}}}|refers to itself by #/$defs/A",
        "{'$ref':'#/$defs/A','$defs':{'A':{'$ref':'#/$defs/B'},'B':{'type':'array','items':{'$ref':'#/$defs/A'}}}}|refers"
            + " to itself by #/$defs/A",
        "{'$ref':'#/$defs/A','$defs':{'A':{'anyOf':[{'type':'null'},{'allOf':[{'$ref':'#/$defs/A'}]}]}}}|refers"
            + " to itself by #/$defs/A",
        "{'type':'object','properties':{'p':{'$ref':'#/properties/p'}}}|refers to itself by"
            + " #/properties/p",
        "{'$ref':'#/$defs/B'}|which is not in it",
        "{'$ref':'https://example.org/s.json'}|which is not in it",
        "{'$ref':'#/%zz'}|a reference that is none",
      })
  void refusesReferencesThatLeadNowhere(String given, String problem) {
    assertThatThrownBy(() -> new SchemaSubset(schema(given), "tools/0/parameters").converted())
        .isInstanceOf(CannotCarryException.class)
        .hasMessageStartingWith("tools/0/parameters")
        .hasMessageContaining(problem);
  }

  /** Each of these is small, and what it stands for is not. */
  @Test
  void refusesSchemasThatGrowWithoutEnd() {
    var doubling = JsonNodeFactory.instance.objectNode().put("$ref", "#/$defs/d0");
    var definitions = doubling.putObject("$defs");
    for (int i = 0; i < 30; i++) {
      var both = definitions.putObject("d" + i).put("type", "object").putObject("properties");
      both.putObject("a").put("$ref", "#/$defs/d" + (i + 1));
      both.putObject("b").put("$ref", "#/$defs/d" + (i + 1));
    }
    definitions.putObject("d30").put("type", "string");

    assertThatThrownBy(() -> new SchemaSubset(doubling, "tools/0").converted())
        .isInstanceOf(CannotCarryException.class)
        .hasMessageContaining("larger or deeper");
  }

  /** A reference is short, and what it stands for is written once more for each. */
  @Test
  void refusesSchemasThatReferToMuchAndOften() throws Exception {
    GeminiSchemas.check(new SchemaSubset(referring(50), "tools/0").converted());
    assertThatThrownBy(() -> new SchemaSubset(referring(5_000), "tools/0").converted())
        .isInstanceOf(CannotCarryException.class)
        .hasMessageContaining("larger or deeper");
  }

  private static ObjectNode referring(int times) {
    var root = JsonNodeFactory.instance.objectNode().put("type", "object");
    var properties = root.putObject("properties");
    for (int i = 0; i < times; i++) {
      properties.putObject("p" + i).put("$ref", "#/$defs/one");
    }
    var one = root.putObject("$defs").putObject("one").put("type", "string");
    one.put("description", "x".repeat(1 << 15));
    return root;
  }

  /** One reference to another, and so on, is followed only so far. */
  @Test
  void refusesReferencesThatLeadTooFar() throws Exception {
    GeminiSchemas.check(new SchemaSubset(chain(250), "tools/0").converted());
    assertThatThrownBy(() -> new SchemaSubset(chain(9_000), "tools/0").converted())
        .isInstanceOf(CannotCarryException.class)
        .hasMessageContaining("larger or deeper");
  }

  private static ObjectNode chain(int links) {
    var root = JsonNodeFactory.instance.objectNode().put("$ref", "#/$defs/d0");
    var definitions = root.putObject("$defs");
    for (int i = 0; i < links; i++) {
      definitions.putObject("d" + i).put("$ref", "#/$defs/d" + (i + 1));
    }
    definitions.putObject("d" + links).put("type", "string");
    return root;
  }

  @Test
  void takesSchemasAsDeepAsTheyMayBeAndNoDeeper() throws Exception {
    GeminiSchemas.check(new SchemaSubset(nested(63), "tools/0").converted());
    assertThatThrownBy(() -> new SchemaSubset(nested(64), "tools/0").converted())
        .isInstanceOf(CannotCarryException.class)
        .hasMessageContaining("larger or deeper");
  }

  private static ObjectNode nested(int levels) {
    var schema = JsonNodeFactory.instance.objectNode().put("type", "string");
    for (int i = 0; i < levels; i++) {
      var outer = JsonNodeFactory.instance.objectNode().put("type", "array");
      outer.set("items", schema);
      schema = outer;
    }
    return schema;
  }

  private static ObjectNode schema(String text) {
    return Wire.object(text.replace('\'', '"'));
  }
}
