package dev.sallyport.identity.condition;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cel.checker.CelStandardDeclarations.StandardFunction;
import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.types.SimpleType;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerFactory;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class EnvironmentTest {
  private static final List<String> FORMS =
      List.of(
          "%s()",
          "%s(1) == 1",
          "%s('a')",
          ".%s('a')",
          ".%s(args) == 1",
          "'a'.%s()",
          "'a'.%s('b')",
          "[1].%s(1)",
          "timestamp('2026-11-24T00:00:00Z').%s() == 1",
          "duration('1s').%s() == 1",
          "args.x.%s(args.y)",
          "%s(args) == 1",
          "args.%s.z(1)",
          "%s",
          "type(args.x) == %s",
          "%s{a: 1}");

  private final CelCompiler whole =
      CelCompilerFactory.standardCelCompilerBuilder()
          .setOptions(Environment.OPTIONS)
          .addVar("args", Environment.ANY_FIELDS)
          .setResultType(SimpleType.BOOL)
          .build();

  @ParameterizedTest
  @MethodSource("names")
  void checksByTheFunctionsThatAreCalledAsByAllThatThereAre(String name) throws Exception {
    for (var form : FORMS) {
      assertSame(form.formatted(name));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1 in [1]",
        "!(1 < 2.0)",
        "-1u == 2",
        "args.a ? args.b : args.c",
        "[1, 'a'].all(x, x == 1)",
        "{'a': 1}['a'] == 1u",
        "dyn(1) == 'a'",
        "has(args.x) && args.x.y.z(2)",
        "google.protobuf.Timestamp{seconds: 1} == timestamp(1)",
        "args.x[0] + 1 == b'a'",
        "int == int",
        "null == args.x",
        "args.l.map(k, k + 1).exists_one(v, v % 2 == 0)",
        "string == 1",
        "1 == 1.0 && 1u == 1 && 1 < 1u",
        "1 - 'a' == 2 || true",
      })
  void checksOperatorsAndMacrosAlike(String text) throws Exception {
    assertSame(text);
  }

  @Test
  void readsWhatIsCalledWhereverItStands() throws Exception {
    var text =
        "args.l.exists(x, x.startsWith('a')) || {'k': size(args.s)}['k'] > 1 || args.x.nothing()";

    assertThat(Environment.functions(parsed(text)))
        .contains("startsWith", "size", "_>_", "_||_", "_[_]")
        .doesNotContain("endsWith", "_<_", "nothing");
  }

  private void assertSame(String text) throws Exception {
    var result = Environment.PARSER.parse(text);
    if (result.hasError()) {
      return;
    }
    var parsed = result.getAst();
    var own = Environment.open(Environment.functions(parsed)).check(parsed);
    var expected = whole.check(parsed);

    assertThat(own.getIssueString()).as(text).isEqualTo(expected.getIssueString());
    if (!expected.hasError()) {
      assertThat(own.getAst().getReferenceMap())
          .as(text)
          .isEqualTo(expected.getAst().getReferenceMap());
      assertThat(own.getAst().getTypeMap()).as(text).isEqualTo(expected.getAst().getTypeMap());
    }
  }

  private static CelAbstractSyntaxTree parsed(String text) throws Exception {
    return Environment.PARSER.parse(text).getAst();
  }

  static Stream<String> names() {
    return Stream.concat(
        Stream.of("nothing", "in", "_in_", "__not_strictly_false__"),
        Arrays.stream(StandardFunction.values())
            .map(StandardFunction::functionName)
            .filter(name -> name.matches("[A-Za-z]+"))
            .distinct());
  }
}
