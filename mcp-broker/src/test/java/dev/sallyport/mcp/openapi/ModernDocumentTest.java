package dev.sallyport.mcp.openapi;

import static dev.sallyport.identity.testing.Refusals.hasCode;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.mcp.testing.TestingApi.Answer;
import dev.sallyport.mcp.wire.Json;
import dev.sallyport.vault.Lent;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What OpenAPI 3.2 adds. */
class ModernDocumentTest extends OpenApiScene {
  private static final String MODERN = resource("modern.yaml");
  private static final String ONE =
      """
      openapi: %s
      servers: [{url: "http://api.example"}]
      paths:
        /fit: {get: {operationId: fit}}
        /x: %s
      """;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          findGoods   | {'body': {'kind': 'tea'}}              | QUERY /v1/goods
          copyGoods   | {'to': 'b', 'body': 'x'}               | COPY /v1/goods?to=b
          link_goods  | {}                                     | LINK /v1/goods
          getForm     | {'querystring': {'foo': 'a + b', 'bar': true}} | GET /v1/form?foo=a+%2B+b&bar=true
          getForm     | {'querystring': {'joined': ['a', 'b,c'], 'each': ['x', 'y']}} | GET /v1/form?joined=a,b%2Cc&each=x&each=y
          getForm     | {'querystring': {'deep': {'a': 1}, 'o': {'n': [1]}}} | GET /v1/form?deep%5Ba%5D=1&o=%7B%22n%22%3A%5B1%5D%7D
          getForm     | {'querystring': {'a&admin': '1#x'}}    | GET /v1/form?a%26admin=1%23x
          getForm     | {'querystring': {}}                    | GET /v1/form
          getJson     | {'all': {'numbers': [1, 2], 'flag': null}} | GET /v1/json?%7B%22numbers%22%3A%5B1%2C2%5D%2C%22flag%22%3Anull%7D
          getJson     | {}                                     | GET /v1/json
          getSelected | {'selector': '$.a.b[1:1]'}             | GET /v1/selector?%24.a.b%5B1%3A1%5D
          getSelected | {'selector': 'a&b=c#d'}                | GET /v1/selector?a%26b%3Dc%23d
          """)
  void writesTheTarget(String tool, String arguments, String expected) {
    call(upstream(MODERN), tool, json(arguments));

    assertThat(api.last().method() + " " + api.last().target()).isEqualTo(expected);
  }

  @Test
  void sendsTheBodyOfAQuery() {
    call(upstream(MODERN), "findGoods", json("{'body': {'kind': 'tea'}}"));

    assertThat(api.last().header("Content-Type")).isEqualTo("application/json");
    assertThat(api.last().body()).isEqualTo("{\"kind\":\"tea\"}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          {'raw': 'Hello%2C world!'}               | raw=Hello%2C world!
          {'raw': ['blue', 'black']}               | raw=blue; raw=black
          {'raw': {'greeting': 'hi', 'code': 42}}  | greeting=hi; code=42
          {'tied': ['blue', 'black']}              | tied=blue,black
          {'tied': {'R': 100, 'G': 200}}           | tied=R,100,G,200
          {'raw': 'a=b', 'tied': ''}               | raw=a=b; tied=
          """)
  void leavesACookieAsItIs(String arguments, String expected) {
    call(upstream(MODERN), "getCookies", json(arguments));

    assertThat(api.last().header("Cookie")).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          getForm     | {'querystring': 'a=b'}
          getForm     | {'querystring': ['a']}
          getForm     | {'querystring': {'joined': [[1]]}}
          getForm     | {'querystring': {'deep': {'a': 1}, 'deep[a]': 2}}
          getSelected | {'selector': {'a': 1}}
          getSelected | {'selector': ['a']}
          getCookies  | {'raw': 'a; admin=1'}
          getCookies  | {'raw': 'a,b'}
          getCookies  | {'raw': ' a'}
          getCookies  | {'raw': 'é'}
          getCookies  | {'raw': 'a\\r\\nX: y'}
          getCookies  | {'raw': 'a\\\\b'}
          getCookies  | {'raw': {'tied': 'evil'}}
          getCookies  | {'tied': ['a', 'b;c']}
          """)
  void refusesWhatCannotBeWritten(String tool, String arguments) {
    var upstream = upstream(MODERN);

    assertThatThrownBy(() -> call(upstream, tool, json(arguments)))
        .satisfies(hasCode(RefusalCode.INVALID_ARGUMENTS));
    assertThat(api.seen()).isEmpty();
  }

  @Test
  void refusesAWholeQueryThatIsTooLong() {
    var long16 = Json.object();
    long16.putObject("querystring").put("a", "x".repeat(16_400));

    assertThatThrownBy(() -> call(upstream(MODERN), "getForm", long16))
        .satisfies(hasCode(RefusalCode.REQUEST_TOO_LARGE));
  }

  @Test
  void takesAQueryForWhatChangesNothing() {
    var listing = upstream(MODERN).inspect(Lent.nothing());

    assertThat(tool(listing, "findGoods").at("/annotations/readOnlyHint").asBoolean()).isTrue();
    assertThat(tool(listing, "copyGoods").at("/annotations/readOnlyHint").asBoolean(true))
        .isFalse();
  }

  @Test
  void followsReferencesByTheNameThatTheDocumentGivesItself() {
    var input = tool(upstream(MODERN).inspect(Lent.nothing()), "postSelf").path("inputSchema");

    assertThat(input.at("/properties/page/type").asText()).isEqualTo("integer");
    assertThat(input.path("$defs").fieldNames()).toIterable().containsExactly("Good");
    for (var name : new String[] {"whole", "beside", "within"}) {
      assertThat(input.at("/properties/body/properties/" + name + "/$ref").asText())
          .isEqualTo("#/$defs/Good");
    }
  }

  @Test
  void findsWhatIsSaidOfAMediaTypeElsewhere() {
    var find = tool(upstream(MODERN).inspect(Lent.nothing()), "findGoods");

    assertThat(find.at("/inputSchema/properties/body/properties/kind/type").asText())
        .isEqualTo("string");
    assertThat(find.at("/outputSchema/properties/good/$ref").asText()).isEqualTo("#/$defs/Good");
  }

  @Test
  void givesItemsAsText() {
    api.answering(Answer.of(200, "application/jsonl", "{\"name\":\"a\"}\n{\"name\":\"b\"}\n"));

    var result = result(call(upstream(MODERN), "getEvents", Json.object()));

    assertThat(result.at("/content/0/text").asText())
        .isEqualTo("{\"name\":\"a\"}\n{\"name\":\"b\"}\n");
    assertThat(api.last().header("Accept")).isEqualTo("application/jsonl");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{additionalOperations: {POST: {}}} | POST /x | invalid_operation",
        "{additionalOperations: {post: {}}} | post /x | invalid_operation",
        "{additionalOperations: {QUERY: {}}} | QUERY /x | invalid_operation",
        "{additionalOperations: {CONNECT: {operationId: x}}} | x | unsupported_method",
        "{additionalOperations: {TRACK: {operationId: x}}} | x | unsupported_method",
        "{additionalOperations: {PRI: {operationId: x}}} | x | unsupported_method",
        "{additionalOperations: {copy: {operationId: x}}} | x | unsupported_method",
        "{additionalOperations: {M-SEARCH: {operationId: x}}} | x | unsupported_method",
        "{additionalOperations: {'GET / HTTP/1.1': {operationId: x}}} | x | unsupported_method",
        "{additionalOperations: {ABCDEFGHIJKLMNOPQ: {operationId: x}}} | x |"
            + " unsupported_method",
        "{get: {operationId: x, parameters: [{name: a, in: querystring, schema: {}}]}} | x |"
            + " invalid_operation",
        "{get: {operationId: x, parameters: [{in: querystring, content: {application/json: {}}},"
            + " {name: b, in: query}]}} | x | invalid_operation",
        "{get: {operationId: x, parameters: [{name: a, in: querystring, content: {text/plain: {}}},"
            + " {name: b, in: querystring, content: {text/plain: {}}}]}} | x | invalid_operation",
        "{get: {operationId: x, parameters: [{in: querystring, content: {image/png: {}}}]}} | x |"
            + " unsupported_parameter",
        "{get: {operationId: x, parameters: [{in: querystring, content: {'': {}}}]}} | x |"
            + " unsupported_parameter",
        "{query: {operationId: x, requestBody: {content: {application/jsonl: {itemSchema: {}}}}}} |"
            + " x | unsupported_body",
        "{query: {operationId: x, requestBody: {content: {application/json: {itemSchema: {}}}}}} |"
            + " x | unsupported_body",
        "{post: {operationId: x, requestBody: {content: {multipart/form-data:"
            + " {prefixEncoding: [{}]}}}}} | x | unsupported_body",
        "{post: {operationId: x, requestBody: {content: {application/json:"
            + " {$ref: 'https://docs.example/other.yaml#/m'}}}}} | x | remote_reference",
      })
  void leavesOutTheOneOperationThatItCannotSend(String item, String name, String reason)
      throws Exception {
    var operations = OperationsTest.operations(ONE.formatted("3.2.0", item), Set.of());

    assertThat(OperationsTest.names(operations)).containsExactly("fit");
    assertThat(operations.unfit()).isEqualTo(Map.of(name, reason));
  }

  @ParameterizedTest
  @CsvSource({
    "key, ''",
    "'#/components/securitySchemes/key', ''",
    "'https://docs.example/a#/components/securitySchemes/key', ''",
    "'#/hidden', credential_elsewhere",
    "'#/components/securitySchemes/none', broken_reference",
    "none, credential_elsewhere",
    "'https://evil.example/a#/components/securitySchemes/key', remote_reference",
  })
  void findsASecuritySchemeByItsNameBeforeAReference(String scheme, String reason)
      throws Exception {
    var operations = secured("[{\"%s\": []}]".formatted(scheme));

    assertThat(operations.unfit()).isEqualTo(reason.isEmpty() ? Map.of() : Map.of("x", reason));
  }

  @ParameterizedTest
  @CsvSource({
    "none, {}",
    "none, {key: []}",
    "#/components/securitySchemes/none, {}",
    "other.yaml#/key, {}",
    "other.yaml#/key, {key: []}",
  })
  void triesWhatElseIsEnoughForAnOperation(String unknown, String enough) throws Exception {
    var operations = secured("[{\"%s\": []}, %s]".formatted(unknown, enough));

    assertThat(operations.unfit()).isEmpty();
  }

  private static Operations secured(String security) throws Exception {
    var document =
        """
        openapi: 3.2.0
        $self: https://docs.example/a
        servers: [{url: "http://api.example"}]
        paths:
          /fit: {get: {operationId: fit}}
          /x: {get: {operationId: x, security: %s}}
        hidden: {type: http, scheme: bearer}
        components:
          securitySchemes:
            key: {type: apiKey, in: header, name: x-shop-key}
        """
            .formatted(security);
    return OperationsTest.operations(document, Set.of());
  }

  @ParameterizedTest
  @ValueSource(strings = {"{query: {}}", "{additionalOperations: {COPY: {}}}"})
  void knowsNothingOfThatInADocumentOfAnEarlierVersion(String item) throws Exception {
    var operations = OperationsTest.operations(ONE.formatted("3.1.1", item), Set.of());

    assertThat(OperationsTest.names(operations)).containsExactly("fit");
    assertThat(operations.unfit()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "other.yaml#/components/schemas/Good",
        "https://docs.example/apis/other.yaml#/components/schemas/Good",
        "https://evil.example/apis/shop.yaml#/components/schemas/Good",
        "http://docs.example/apis/shop.yaml#/components/schemas/Good",
        "//[#/components/schemas/Good",
        "file:///etc/passwd",
      })
  void fetchesNothingByAnyOtherName(String reference) {
    var document =
        MODERN.replace(
            "shop.yaml#/components/schemas/Good\"}\n                within",
            reference + "\"}\n                within");

    var listing = upstream(document).inspect(Lent.nothing());

    assertThat(document).contains(reference);
    assertThat(listing.unfit()).containsEntry("postSelf", "remote_reference");
  }

  @ParameterizedTest
  @ValueSource(strings = {"'a#b'", "'[no URI'", "7", "{}"})
  void saysThatTheNameOfADocumentIsNone(String self) {
    var document = MODERN.replaceFirst("(?m)^\\$self: .*$", "\\$self: " + self);

    assertThatThrownBy(() -> OpenApiDocument.parse(document.getBytes(UTF_8)))
        .isInstanceOfSatisfying(
            InvalidDocumentException.class, e -> assertThat(e.pointer()).isEqualTo("/$self"));
  }
}
