package dev.sallyport.mcp.openapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.mcp.wire.Json;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OperationsTest {
  private static final String SHOP = OpenApiScene.resource("shop.yaml");
  private static final CredentialPlace KEY = new CredentialPlace("X-Shop-Key", false);

  static Operations operations(String document, Set<String> include) throws Exception {
    return operations(document, include, Optional.of(KEY));
  }

  static Operations operations(
      String document, Set<String> include, Optional<CredentialPlace> credential) throws Exception {
    return Operations.of(
        OpenApiDocument.parse(document.getBytes(StandardCharsets.UTF_8)),
        new Operations.Wanted(Optional.empty(), include, credential),
        OpenApiScene.ALL_FIT);
  }

  static List<String> names(Operations operations) {
    return operations.definitions().stream().map(tool -> tool.path("name").asText()).toList();
  }

  private static ObjectNode shop(String tool) throws Exception {
    return operations(SHOP, Set.of()).find(tool).orElseThrow().definition();
  }

  @Test
  void makesAToolOfEachOperation() throws Exception {
    assertThat(names(operations(SHOP, Set.of())))
        .containsExactly(
            "addGood", "delete_goods_goodId", "getGood", "getTree", "listGoods", "replaceGood");
  }

  @ParameterizedTest
  @CsvSource({
    "getGood, getGood",
    "danger, delete_goods_goodId",
    "delete_goods_goodId, delete_goods_goodId",
    "goods, addGood delete_goods_goodId getGood listGoods"
  })
  void takesOnlyWhatIsIncluded(String include, String names) throws Exception {
    assertThat(names(operations(SHOP, Set.of(include)))).containsExactly(names.split(" "));
  }

  @Test
  void describesAToolAsTheDocumentDoes() throws Exception {
    var tool = shop("listGoods");

    assertThat(tool.path("title").asText()).isEqualTo("List goods");
    assertThat(tool.path("description").asText()).isEqualTo("Lists goods, the newest first.");
    assertThat(tool.path("inputSchema"))
        .isEqualTo(
            OpenApiScene.json(
                "{'type': 'object', 'properties': {"
                    + "'limit': {'type': 'integer', 'maximum': 100, 'examples': [20]},"
                    + "'kind': {'type': ['string', 'null'], 'enum': ['tea', 'cup', null],"
                    + " 'description': 'Of which kind.'}}, 'additionalProperties': false}"));
    assertThat(tool.at("/_meta/dev.sallyport~1openapi/method").asText()).isEqualTo("GET");
    assertThat(tool.at("/_meta/dev.sallyport~1openapi/path").asText()).isEqualTo("/goods");
    assertThat(shop("delete_goods_goodId").path("description").asText())
        .isEqualTo("Deprecated. DELETE /goods/{goodId}");
  }

  @ParameterizedTest
  @CsvSource({
    "listGoods, true, , true",
    "addGood, false, true, false",
    "replaceGood, false, true, true",
    "delete_goods_goodId, false, true, true"
  })
  void derivesTheAnnotationsFromTheMethod(
      String tool, boolean readOnly, Boolean destructive, boolean idempotent) throws Exception {
    var annotations = shop(tool).path("annotations");

    assertThat(annotations.path("readOnlyHint").asBoolean()).isEqualTo(readOnly);
    assertThat(annotations.has("destructiveHint")).isEqualTo(destructive != null);
    assertThat(annotations.path("idempotentHint").asBoolean()).isEqualTo(idempotent);
  }

  @Test
  void leavesOutOfABodyWhatOnlyAnswersHave() throws Exception {
    var input = shop("addGood").path("inputSchema");

    assertThat(input.path("required")).isEqualTo(OpenApiScene.json("['body']"));
    assertThat(input.at("/properties/body/$ref").asText()).isEqualTo("#/$defs/Good");
    assertThat(input.at("/properties/body/description").asText()).isEqualTo("What to add.");
    assertThat(input.at("/$defs/Good"))
        .isEqualTo(
            OpenApiScene.json(
                "{'type': 'object', 'required': ['name'], 'properties': {'name': {'type':"
                    + " 'string'}, 'note': {'type': ['string', 'null']},'pin': {'type': 'string',"
                    + " 'writeOnly': true},'maker': {'anyOf': [{'allOf': [{'$ref':"
                    + " '#/$defs/Maker'}]}, {'type': 'null'}]},'nullable': {'type': 'boolean',"
                    + " 'description': 'A member of this name.'}}}"));
    assertThat(input.at("/$defs/Maker/type").asText()).isEqualTo("object");
  }

  @Test
  void saysWhatIsAnsweredWhereThatIsOneThing() throws Exception {
    var one = shop("getGood").path("outputSchema");
    var list = shop("listGoods").path("outputSchema");

    assertThat(one.path("type").asText()).isEqualTo("object");
    assertThat(one.path("$ref").asText()).isEqualTo("#/$defs/Good");
    assertThat(one.at("/$defs/Good/properties").has("pin")).isFalse();
    assertThat(one.at("/$defs/Good/properties").has("id")).isTrue();
    assertThat(one.at("/$defs/Good/required")).isEqualTo(OpenApiScene.json("['id', 'name']"));
    assertThat(list.at("/properties/result/type").asText()).isEqualTo("array");
    assertThat(list.at("/required/0").asText()).isEqualTo("result");
    assertThat(shop("replaceGood").has("outputSchema")).isFalse();
    assertThat(shop("delete_goods_goodId").has("outputSchema")).isFalse();
  }

  @Test
  void keepsCirclesAsTheyAre() throws Exception {
    var output = shop("getTree").path("outputSchema");

    assertThat(output.at("/$defs/Node/properties/children/items/$ref").asText())
        .isEqualTo("#/$defs/Node");
    assertThat(output.path("$defs")).hasSize(1);
  }

  @Test
  void bringsAlongOnlyWhatEachSchemaPointsToWhateverItIsCalled() throws Exception {
    var definitions =
        operations(
                """
                openapi: 3.1.0
                servers: [{url: "http://api.example"}]
                components:
                  schemas:
                    A: {type: object, properties: {b: {$ref: '#/components/schemas/B'}}}
                    B: {type: string}
                    "odd name": {type: [integer, "null"], description: beside}
                paths:
                  /a: {post: {operationId: a, requestBody: {content: {application/json: {schema: {
                    $ref: '#/components/schemas/A', description: both}}}}}}
                  /b: {post: {operationId: b, requestBody: {content: {application/json: {schema: {
                    $ref: '#/components/schemas/A/properties/b'}}}}}}
                  /c: {post: {operationId: c, requestBody: {content: {application/json: {schema: {
                    $ref: '#/components/schemas/odd%20name'}}}}}}
                """,
                Set.of())
            .definitions();

    assertThat(definitions.get(0).at("/inputSchema/$defs").fieldNames())
        .toIterable()
        .containsExactly("A", "B");
    assertThat(definitions.get(0).at("/inputSchema/properties/body"))
        .isEqualTo(OpenApiScene.json("{'$ref': '#/$defs/A', 'description': 'both'}"));
    var indirect = definitions.get(1).at("/inputSchema/$defs");
    assertThat(indirect.path("B")).isEqualTo(OpenApiScene.json("{'type': 'string'}"));
    assertThat(indirect.fieldNames()).toIterable().anyMatch(name -> name.matches("b_[0-9a-f]{8}"));
    assertThat(definitions.get(2).at("/inputSchema/$defs").fieldNames())
        .toIterable()
        .hasSize(1)
        .allMatch(name -> name.matches("odd_20name_[0-9a-f]{8}"));
  }

  @Test
  void leavesOutSchemasThatAreTooLargeForADefinition() throws Exception {
    var parameters = new ArrayList<String>();
    for (int i = 0; i < 4_001; i++) {
      parameters.add("{name: a%d, in: query, schema: {type: string}}".formatted(i));
    }
    var document =
        """
        openapi: 3.1.0
        servers: [{url: "http://api.example"}]
        paths:
          /fit: {get: {operationId: fit}}
          /x: {get: {operationId: x, parameters: [%s]}}
        """
            .formatted(String.join(", ", parameters));

    assertThat(operations(document, Set.of()).unfit()).isEqualTo(Map.of("x", "unsupported_schema"));
  }

  @Test
  void cutsALongDescriptionBetweenCharacters() throws Exception {
    var document =
        """
        openapi: 3.1.0
        servers: [{url: "http://api.example"}]
        paths: {/x: {get: {operationId: x, description: "%s😀 and more"}}}
        """
            .formatted("a".repeat(15_999));

    var tool = operations(document, Set.of()).definitions().getFirst();

    assertThat(tool.path("description").asText()).isEqualTo("a".repeat(15_999));
    assertThat(Json.bytes(tool)).isNotEmpty();
  }

  @Test
  void turnsTheBoundsOfTheOldDialect() throws Exception {
    assertThat(shop("getGood").at("/inputSchema/properties/goodId"))
        .isEqualTo(
            OpenApiScene.json("{'type': 'integer', 'format': 'int64', 'exclusiveMinimum': 0}"));
  }

  @Test
  void letsAnOperationDeclareAParameterOfItsPathAnew() throws Exception {
    assertThat(shop("replaceGood").at("/inputSchema/properties/goodId/type").asText())
        .isEqualTo("string");
    assertThat(shop("replaceGood").at("/inputSchema/required"))
        .isEqualTo(OpenApiScene.json("['body', 'goodId']"));
  }

  @Test
  void keepsADefinitionWhateverTheOrderOfTheDocument() throws Exception {
    var document = OpenApiScene.tree(SHOP);
    var before = operations(document.toString(), Set.of()).definitions();

    var after = operations(reversed(document).toString(), Set.of()).definitions();

    for (int i = 0; i < before.size(); i++) {
      assertThat(sorted(after.get(i))).isEqualTo(sorted(before.get(i)));
    }
  }

  private static String sorted(JsonNode definition) {
    return new String(Json.canonical(definition), StandardCharsets.UTF_8);
  }

  private static JsonNode reversed(JsonNode tree) {
    if (!(tree instanceof ObjectNode object)) {
      return tree;
    }
    var turned = Json.object();
    var names = new ArrayList<String>();
    object.fieldNames().forEachRemaining(names::addFirst);
    names.forEach(name -> turned.set(name, reversed(object.get(name))));
    return turned;
  }

  /** Each of these is called in another way, so that its approval does not hold any more. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "https://shop.example/v1/ | https://shop.example/v2/",
        "https://shop.example/v1/ | https://other.example/v1/",
        "put: | patch:",
        "/goods/{goodId}: | /others/{goodId}:",
        "in: query, schema: {type: integer, maximum | in: header, schema: {type: integer, maximum",
        "name: limit | name: most",
      })
  void tellsAToolThatIsCalledInAnotherWay(String from, String to) throws Exception {
    assertThat(SHOP).contains(from);
    var changed = operations(SHOP.replace(from, to), Set.of()).definitions();

    assertThat(changed).isNotEqualTo(operations(SHOP, Set.of()).definitions());
    assertThat(changed)
        .extracting(tool -> OpenApiUpstream.request(tool).orElseThrow())
        .isNotEqualTo(
            operations(SHOP, Set.of()).definitions().stream()
                .map(tool -> OpenApiUpstream.request(tool).orElseThrow())
                .toList());
  }

  @Test
  void tellsApartOperationsOfOneNameWhateverStandsBesideThem() throws Exception {
    var document =
        """
        openapi: 3.1.0
        servers: [{url: "http://api.example"}]
        paths:
          /a: {get: {operationId: "get it"}}
          /b: {get: {operationId: get_it}}
          /%s: {get: {}}
        """;

    var names = names(operations(document.formatted("c".repeat(80)), Set.of()));

    assertThat(names).hasSize(3).allMatch(name -> name.length() <= 64);
    assertThat(names.get(0)).matches("get_ccc.*_[0-9a-f]{8}");
    assertThat(names.subList(1, 3)).allMatch(name -> name.matches("get_it_[0-9a-f]{8}"));
    assertThat(names(operations(document.formatted("d"), Set.of())).subList(1, 3))
        .isEqualTo(names.subList(1, 3));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[] | /servers",
        "[{url: 'http://a.example'}, {url: 'http://b.example'}] | /servers",
        "[{url: /v1}] | /servers/0/url",
        "[{url: 'https://{host}/v1', variables: {host: {default: a}}}] | /servers/0/url",
        "[{url: 'ftp://a.example'}] | /servers/0/url",
        "[{url: 'https://user:pw@a.example'}] | /servers/0/url",
        "[{url: 'https://a.example/v1?x=y'}] | /servers/0/url",
        "[{url: 'https://a.example/../v1'}] | /servers/0/url",
      })
  void asksForABaseUrlWhereTheDocumentHasNoneThatIsPlain(String servers, String pointer) {
    var document = "openapi: 3.1.0\nservers: %s\npaths: {/x: {get: {}}}\n".formatted(servers);

    assertThatThrownBy(() -> operations(document, Set.of()))
        .isInstanceOfSatisfying(
            InvalidDocumentException.class,
            e -> {
              assertThat(e.pointer()).isEqualTo(pointer);
              assertThat(e.problem()).contains("baseUrl");
            });
  }

  @Test
  void takesTheBaseUrlThatIsGiven() throws Exception {
    var wanted =
        new Operations.Wanted(
            Optional.of(BaseUrl.of("http://10.0.0.1:8080/api/")), Set.of(), Optional.of(KEY));

    var operations =
        Operations.of(
            OpenApiDocument.parse(SHOP.getBytes(StandardCharsets.UTF_8)),
            wanted,
            OpenApiScene.ALL_FIT);

    assertThat(operations.find("getGood").orElseThrow().request().base())
        .isEqualTo(URI.create("http://10.0.0.1:8080/api"));
  }

  @Test
  void namesWhatIsWantedAndNotThere() {
    assertThatThrownBy(() -> operations(SHOP, Set.of("getGood", "getBad")))
        .hasMessageContaining("getBad");
    assertThatThrownBy(() -> operations(SHOP, Set.of("goods"), Optional.empty()))
        .hasMessageContaining("needs_credential");
  }
}
