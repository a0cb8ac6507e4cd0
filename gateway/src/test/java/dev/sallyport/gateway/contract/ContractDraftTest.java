package dev.sallyport.gateway.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.gateway.document.DocumentReader;
import dev.sallyport.gateway.document.InvalidDocumentsException;
import dev.sallyport.sandbox.contract.FieldPath;
import dev.sallyport.sandbox.quarantine.Quarantine;
import dev.sallyport.sandbox.quarantine.QuarantineLimits;
import dev.sallyport.sandbox.quarantine.Shape;
import dev.sallyport.sandbox.quarantine.Vocabulary;
import dev.sallyport.sandbox.testing.SeededRandom;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ContractDraftTest {
  private static final JsonMapper JSON = new JsonMapper();

  private final Quarantine quarantine =
      new Quarantine(QuarantineLimits.defaults(), new SeededRandom(1), () -> Instant.EPOCH);

  @Test
  void writesAContractThatAPersonCanReadFromTheTop() {
    var definition =
        json(
            """
            {"name": "send",
             "inputSchema": {"properties": {"to": {}, "body": {}, "urgent": {}}},
             "outputSchema": {"properties": {
               "id": {"type": "string"}, "state": {"enum": ["sent", "held"]}}}}
            """);

    assertThat(ContractDraft.of("mail", "send", definition, Map.of()))
        .isEqualTo(
            """
            # A draft: read every line before you apply it.
            # 0 results were looked at since the gateway started.
            apiVersion: sallyport.dev/v1
            kind: ToolContract
            metadata:
              name: "mail-send"
            spec:
              tool: "mail/send"
              # anybody may have written its results; raise this only if all their authors are known
              authority: PUBLIC
              results:
                # approved output schema: string
                "$.id": {kind: text}
                # approved output schema: enum
                "$.state": {kind: enum, values: ["sent", "held"]}
              args:
                # by its name, it says whom the call reaches: a value that anybody may have chosen needs a person
                "to": {authority: [USER, ORG], else: ask}
                # by its name, it says what is sent: whom the call reaches must be able to read it
                "body": {readers: covers, else: ask}
              # whom a call reaches, by the names of the arguments
              audience_from: ["to"]
              # its definition does not say that it only reads, so it may take something out
              effects: {emits: [egress]}
            """);
  }

  @Test
  void saysOutrightThatASinkWithoutANamedReceiverReachesEveryone() {
    var definition = json("{'name': 'restart', 'inputSchema': {'properties': {'service': {}}}}");
    var draft = ContractDraft.of("ops", "restart", definition, Map.of());

    assertThat(draft).contains("  effects: {emits: [egress]}\n", "  audience_from: []\n");
    assertThat(draft.split("audience_from:", -1)).hasSize(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'type':'string','format':'email'} | {'kind':'addr'}",
        "{'type':'string','format':'uri'} | {'kind':'url'}",
        "{'type':'string','format':'uuid'} | {'kind':'ident'}",
        "{'type':'string'} | {'kind':'text'}",
        "{'type':['string','null']} | {'kind':'text'}",
        "{'type':'boolean'} | {'kind':'bool'}",
        "{'type':'integer','minimum':0,'maximum':9} | {'kind':'integer','min':0,'max':9}",
        "{'type':'integer'} | {'kind':'number'}",
        "{'type':'integer','minimum':9,'maximum':0} | {'kind':'number'}",
        "{'type':'integer','minimum':0,'maximum':1e300} | {'kind':'number'}",
        "{'type':'number','minimum':0,'maximum':1.5}"
            + " | {'kind':'decimal','min':0,'max':1.5,'scale':2}",
        "{'type':'array','maxItems':5} | {'kind':'array','max_items':5}",
        "{'enum':['a', 7]} | {'kind':'text'}",
        "{'enum':[]} | {'kind':'text'}",
      })
  void saysWhatTheApprovedSchemaSays(String schema, String rule) {
    var definition = json("{'outputSchema': {'properties': {'f': " + schema + "}}}");

    assertThat(drafted(definition, Map.of()).at("/spec/results/$.f"))
        .hasToString(json(rule).toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'ann@x.example' | {'kind':'addr'}",
        "'https://x.example/a' | {'kind':'url'}",
        "'2031-01-02T10:00:00Z' | {'kind':'date','window':['-10y','+1y'],'resolution':'1m'}",
        "'A-17' | {'kind':'ident'}",
        "'two words' | {'kind':'text'}",
        "true | {'kind':'bool'}",
        "17 | {'kind':'integer','min':0,'max':100}",
        "-17 | {'kind':'integer','min':-100,'max':1}",
        "1.25 | {'kind':'decimal','min':0,'max':10,'scale':2}",
        "[1,2,3] | {'kind':'array','max_items':16}",
      })
  void saysWhatWasSeenWhereThereIsNoSchema(String value, String rule) {
    var draft = drafted(json("{}"), seen("{'f': " + value + "}"));

    assertThat(draft.at("/spec/results/$.f")).hasToString(json(rule).toString());
  }

  @Test
  void saysNoValueThatWasSeen() {
    var shapes = seen("{'state': 'canary-word', 'note': 'canary text'}");

    assertThat(ContractDraft.of("crm", "get", json("{}"), shapes)).doesNotContain("canary");
  }

  @Test
  void saysNothingOfWhatASchemaDescribes() {
    var definition =
        json(
            "{'description': 'canary', 'title': 'canary', 'outputSchema': {'description': 'canary',"
                + "'properties': {'f': {'type': 'string', 'description': 'canary', 'pattern':"
                + " 'canary', 'default': 'canary', 'format': 'canary'}}},"
                + "'inputSchema': {'properties': {'to': {'description': 'canary'}}}}");

    assertThat(ContractDraft.of("crm", "get", definition, Map.of())).doesNotContain("canary");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x\": {kind: text}\nspec: evil\n#",
        "x\\\": evil",
        "a\nmode: trusted",
        "\u0085mode: trusted",
        "\u2028mode: trusted",
        "# evil",
        "*anchor",
        "!!java.lang.Runtime",
        "{{evil}}",
        "- evil",
        "\u202eevil",
        "\ud83d\ude00",
      })
  void quotesNamesSoThatTheyAreNothingButNames(String name) {
    var definition = JSON.createObjectNode();
    definition.putObject("inputSchema").putObject("properties").putObject(name + " to");
    var properties = definition.putObject("outputSchema").putObject("properties");
    properties.putObject(name).put("type", "string");
    properties.putObject("e").putArray("enum").add(name);

    var yaml = ContractDraft.of("crm", name, definition, Map.of());
    var draft = read(yaml);

    assertThat(yaml.chars().allMatch(c -> c == '\n' || (c >= ' ' && c <= '~'))).isTrue();
    assertThat(draft.fieldNames())
        .toIterable()
        .containsExactly("apiVersion", "kind", "metadata", "spec");
    assertThat(draft.at("/spec/tool").textValue()).isEqualTo("crm/" + name);
    assertThat(draft.at("/spec/results/$.e/values/0").textValue()).isEqualTo(name);
    assertThat(draft.at("/spec/args").has(name + " to")).isTrue();
    assertThat(draft.at("/spec").has("mode")).isFalse();
    assertThat(draft.at("/metadata/name").textValue()).matches("[a-z0-9][a-z0-9-]{0,61}[a-z0-9]");
  }

  @Test
  void givesToolsOfLikeNamesContractsOfDifferentNames() {
    assertThat(name("Get")).isNotEqualTo(name("get")).isNotEqualTo(name("GET"));
    assertThat(name("get")).isEqualTo("crm-get");
    assertThat(name("x".repeat(200))).hasSizeLessThanOrEqualTo(63);
  }

  @Test
  void asksForNothingOfATextThatAToolOnlyReadsBy() {
    var definition =
        json(
            "{'annotations': {'readOnlyHint': true},"
                + " 'inputSchema': {'properties': {'query': {}, 'replyTo': {}, 'photo': {}}}}");

    var draft = drafted(definition, Map.of());

    assertThat(draft.at("/spec/args").fieldNames()).toIterable().containsExactly("replyTo");
    assertThat(draft.at("/spec").has("effects")).isFalse();
  }

  @Test
  void endsWithDefinitionsThatHoldThemselves() {
    var definition =
        json(
            "{'outputSchema': {'$defs': {'n': {'type': 'object', 'properties': {"
                + "'a': {'$ref': '#/$defs/n'}, 'b': {'$ref': '#/$defs/n'}, 'c': {'$ref':"
                + " '#/$defs/n'}, 'd': {'type': 'boolean'}}}}, '$ref': '#/$defs/n'}}");

    var draft = drafted(definition, Map.of());

    assertThat(draft.at("/spec/results").size()).isEqualTo(128);
  }

  private Map<FieldPath, Shape> seen(String content) {
    var result = JSON.createObjectNode();
    result.set("structuredContent", json(content));
    var _ = quarantine.projectToolResult("t", "crm/get", Vocabulary.NONE, result);
    return quarantine.shapes().of("crm/get");
  }

  private static String name(String tool) {
    var yaml = ContractDraft.of("crm", tool, json("{}"), Map.of());
    return read(yaml).at("/metadata/name").textValue();
  }

  private static JsonNode drafted(JsonNode definition, Map<FieldPath, Shape> shapes) {
    return read(ContractDraft.of("crm", "get", definition, shapes));
  }

  private static JsonNode read(String yaml) {
    try {
      var documents = DocumentReader.yaml("draft", yaml);
      assertThat(documents).hasSize(1);
      return documents.getFirst().tree();
    } catch (InvalidDocumentsException e) {
      throw new AssertionError(yaml, e);
    }
  }

  private static ObjectNode json(String text) {
    try {
      return (ObjectNode) JSON.readTree(text.replace('\'', '"'));
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }
}
