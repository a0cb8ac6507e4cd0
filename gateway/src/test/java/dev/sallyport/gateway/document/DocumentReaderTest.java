package dev.sallyport.gateway.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class DocumentReaderTest {
  @Test
  void knowsTheLineOfEveryValueOfEveryDocument() throws InvalidDocumentsException {
    var documents =
        DocumentReader.yaml(
            "a.yaml",
            """
            # a comment
            kind: A
            spec:
              tools:
                - name: one
                - name: two
            ---
            kind: B
            """);

    assertThat(documents).hasSize(2);
    assertThat(documents.get(0).line("/kind")).isEqualTo(2);
    assertThat(documents.get(0).line("/spec/tools/1/name")).isEqualTo(6);
    assertThat(documents.get(0).line("/spec/tools/1/missing")).isEqualTo(6);
    assertThat(documents.get(1).line("/kind")).isEqualTo(8);
    assertThat(documents.get(1).mistake("/kind", "is odd")).hasToString("a.yaml:8: /kind: is odd");
  }

  @Test
  void leavesOutEmptyDocuments() throws InvalidDocumentsException {
    assertThat(DocumentReader.yaml("a.yaml", "---\n---\nkind: A\n---\n")).hasSize(1);
    assertThat(DocumentReader.yaml("a.yaml", "")).isEmpty();
  }

  @Test
  void readsTextsThatLookLikeAYesAsTexts() throws InvalidDocumentsException {
    var tree = DocumentReader.yaml("a.yaml", "a: yes\nb: 'true'\nc: true\nd: 1").getFirst().tree();

    assertThat(tree.path("a").isTextual()).isTrue();
    assertThat(tree.path("b").isTextual()).isTrue();
    assertThat(tree.path("c").isBoolean()).isTrue();
    assertThat(tree.path("d").isInt()).isTrue();
  }

  @ParameterizedTest
  @MethodSource
  void refusesYaml(String text, int line, String problem) {
    assertThatThrownBy(() -> DocumentReader.yaml("a.yaml", text))
        .isInstanceOfSatisfying(
            InvalidDocumentsException.class,
            e -> {
              assertThat(e.mistakes()).hasSize(1);
              assertThat(e.mistakes().getFirst().line()).isEqualTo(line);
              assertThat(e.mistakes().getFirst().problem()).contains(problem);
            });
  }

  static Stream<Arguments> refusesYaml() {
    return Stream.of(
        Arguments.of("a: 1\nb: 2\na: 3\n", 3, "given twice"),
        Arguments.of("a: &x 1\nb: *x\n", 2, "anchors and aliases are not taken"),
        Arguments.of("a: 1\nb: *x\n", 2, "not"),
        Arguments.of("a: !!java.net.URL [x]\n", 1, "tags are not taken"),
        Arguments.of("a: !secret x\n", 1, "tags are not taken"),
        Arguments.of("a: .nan\n", 1, "not valid YAML"),
        Arguments.of("a: .inf\n", 1, "not valid YAML"),
        Arguments.of("a: 010\n", 1, "plain digits"),
        Arguments.of("a: 0x10\n", 1, "plain digits"),
        Arguments.of("a: 1_000\n", 1, "plain digits"),
        Arguments.of("a: 92233720368547758070\n", 1, "too large a number"),
        Arguments.of("a: [1, 2\nb: 3\n", 2, "not valid YAML"),
        Arguments.of("a:\n\t- tab\n", 2, "not valid YAML"),
        Arguments.of("a:\n  b: 1\n c: 2\n", 3, "indentation does not fit the lines before it"),
        Arguments.of("a: b: c\n", 1, "one colon too many"),
        Arguments.of(
            "a: " + "[".repeat(64) + "]".repeat(64),
            1,
            "is nested too deeply: at most 64 levels are taken"));
  }

  @Test
  void takesWhatIsNestedAsDeeplyAsMayBe() throws InvalidDocumentsException {
    var nested = "[".repeat(63) + "]".repeat(63);

    assertThat(DocumentReader.yaml("a.yaml", "a: " + nested)).hasSize(1);
    assertThat(DocumentReader.json("request", "[" + nested + "]").tree().isArray()).isTrue();
  }

  @Test
  void namesNoClassWhereJsonIsNestedTooDeeply() {
    assertThatThrownBy(() -> DocumentReader.json("request", "[".repeat(65)))
        .isInstanceOfSatisfying(
            InvalidDocumentsException.class,
            e ->
                assertThat(e.mistakes().getFirst().problem())
                    .isEqualTo("is nested too deeply: at most 64 levels are taken"));
  }

  @ParameterizedTest
  @MethodSource
  void refusesJson(String text) {
    assertThatThrownBy(() -> DocumentReader.json("request", text))
        .isInstanceOf(InvalidDocumentsException.class)
        .message()
        .doesNotContain("hunter2");
  }

  static List<String> refusesJson() {
    return List.of(
        "",
        "{",
        "{\"a\":1,\"a\":2}",
        "{} {}",
        "hunter2",
        "{\"password\": hunter2}",
        "[".repeat(100) + "]".repeat(100),
        "{\"a\":1e999}");
  }
}
