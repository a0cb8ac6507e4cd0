package dev.sallyport.mcp.openapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OpenApiDocumentTest {
  private static OpenApiDocument parse(String text) throws InvalidDocumentException {
    return OpenApiDocument.parse(text.getBytes(StandardCharsets.UTF_8));
  }

  private static Consumer<Throwable> says(String pointer, String problem) {
    return thrown ->
        assertThat(thrown)
            .isInstanceOfSatisfying(
                InvalidDocumentException.class,
                e -> {
                  assertThat(e.pointer()).isEqualTo(pointer);
                  assertThat(e.problem()).contains(problem);
                });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "openapi: 3.0.3\npaths: {}\n",
        "openapi: \"3.1.0\"\npaths: {}\n",
        "---\n# a comment\nopenapi: 3.1.1\npaths: {}\n",
        "\uFEFF{\"openapi\": \"3.0.0\", \"paths\": {}}",
        "openapi: 3.2.0\n$self: /api/shop.yaml\npaths: {}\n",
        "  \n{\"openapi\": \"3.1.0-rc1\", \"paths\": {}}",
        "openapi: 3.1.0\n"
            + "jsonSchemaDialect: https://spec.openapis.org/oas/3.1/dialect/base\n"
            + "paths: {}",
      })
  void readsJsonAndYaml(String text) throws Exception {
    assertThat(parse(text).root().path("paths").isObject()).isTrue();
  }

  @Test
  void keepsStatusCodesWordsAndNumbersAsTheyStand() throws Exception {
    var root =
        parse("openapi: 3.0.0\npaths: {}\nx: {200: {on: yes, at: 2026-01-01, n: 1.50, b: true}}\n")
            .root();

    assertThat(root.path("x").toString())
        .isEqualTo("{\"200\":{\"on\":\"yes\",\"at\":\"2026-01-01\",\"n\":1.50,\"b\":true}}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"swagger\": \"2.0\"} | /swagger | npx swagger2openapi",
        "{\"paths\": {}} | /openapi | 3.0",
        "{\"openapi\": 3.1, \"paths\": {}} | /openapi | a text",
        "openapi: 3.1 | /openapi | a text",
        "{\"openapi\": \"3.3.0\", \"paths\": {}} | /openapi | 3.2",
        "{\"openapi\": \"4.0.0\", \"paths\": {}} | /openapi | 3.1",
        "{\"openapi\": \"3.0.0\"} | /paths | object",
        "{\"openapi\": \"3.0.0\", \"paths\": []} | /paths | object",
        "{\"openapi\": \"3.1.0\", \"jsonSchemaDialect\": \"urn:x\", \"paths\": {}}"
            + " | /jsonSchemaDialect | dialect",
        "[] | `` | object",
        "text | `` | object",
        "`` | `` | one document",
        "{\"openapi\": \"3.0.0\"} {} | `` | one document",
        "`a: 1\n---\nb: 2` | `` | one document",
        "{\"a\": 1, | `` | line 1: is not valid JSON",
        "`{\"a\": 1,\n\"a\": 2}` | `` | line 2: is given twice: 'a'",
        "`a: 1\na: 2` | `` | line 2: is given twice: 'a'",
        "`a: [1\nb: 2` | `` | line 2: is not valid YAML",
        "`a: &x 1\nb: *x` | `` | anchors",
        "`a: !!binary aGk=` | `` | line 1: tags",
        "`a: 1\nb: 0x10` | `` | line 2: write a number",
        "a: 1_000 | `` | line 1: write a number",
        "a: .nan | `` | is not valid YAML",
      })
  void saysWhereADocumentIsWrong(String text, String pointer, String problem) {
    assertThatThrownBy(() -> parse(text)).satisfies(says(pointer, problem));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "`a: 1\n# x\nswagger: '2.0'` | /swagger | 3",
        "`{\"a\": 1,\n\n\"swagger\": \"2.0\"}` | /swagger | 3",
        "`swagger: '2.0'` | /swagger | 1",
        "`a:\n  swagger: x\nservers:\n  - url: x\n  - url: y` | /servers/1/url | 5",
        "`a:\n  swagger: x` | /swagger | 0",
        "`a: [` | /swagger | 0",
        "`` | /swagger | 0",
      })
  void findsTheLineOfWhatIsWrong(String text, String pointer, int line) {
    var found = DocumentText.line(text.getBytes(StandardCharsets.UTF_8), pointer);

    assertThat(found.orElse(0)).isEqualTo(line);
  }

  @Test
  void readsNoMoreThanItsBounds() throws Exception {
    var deep = "{\"openapi\": \"3.0.0\", \"paths\": " + "[".repeat(101) + "]".repeat(101) + "}";
    var whole = "{\"openapi\": \"3.0.0\", \"paths\": {}}";
    var fits = " ".repeat(DocumentText.MAX_BYTES - whole.length()) + whole;
    var line = "#" + "x".repeat(DocumentText.MAX_LINE - 1) + "\n";
    var lines = "openapi: 3.0.0\npaths: {}\n" + line.repeat(63);
    var yamlFits = lines + "#".repeat(DocumentText.MAX_BYTES - lines.length());
    var bomb = "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nd: [*c, *c]\n";

    assertThatThrownBy(() -> parse(deep)).satisfies(says("", "is not valid JSON"));
    assertThat(parse(fits).root()).hasSize(2);
    assertThat(parse(yamlFits).root()).hasSize(2);
    assertThatThrownBy(() -> parse(" " + fits)).satisfies(says("", "larger than 16 MiB"));
    assertThatThrownBy(() -> parse(yamlFits + "x")).satisfies(says("", "larger than 16 MiB"));
    assertThatThrownBy(() -> parse("a: 1\n#" + line)).satisfies(says("", "line 2: is longer"));
    assertThatThrownBy(() -> parse(bomb)).satisfies(says("", "anchors"));
    assertThatThrownBy(() -> OpenApiDocument.parse(new byte[] {'a', ':', (byte) 0xff}))
        .satisfies(says("", "UTF-8"));
  }

  @ParameterizedTest
  @CsvSource({
    "#/a~1b/c%20d, right",
    "#/a~1b/e+f, plus",
    "#/round, BROKEN_REFERENCE",
    "#/none, BROKEN_REFERENCE",
    "#a, BROKEN_REFERENCE",
    "#/%zz, BROKEN_REFERENCE",
    "other.json#/a, REMOTE_REFERENCE",
    "https://evil.example/a, REMOTE_REFERENCE",
    "file:///etc/passwd, REMOTE_REFERENCE",
    "'', REMOTE_REFERENCE",
  })
  void followsReferencesWithinTheDocumentOnly(String reference, String expected) throws Exception {
    var document =
        parse(
            """
            openapi: 3.1.0
            paths: {}
            a/b: {c d: right, e+f: plus}
            round: {$ref: "#/trip"}
            trip: {$ref: "#/round"}
            """);
    var node = document.root().objectNode().put("$ref", reference);

    String found;
    try {
      found = document.resolved(node).asText();
    } catch (UnfitException e) {
      found = e.reason().name();
    }
    assertThat(found).isEqualTo(expected);
  }
}
