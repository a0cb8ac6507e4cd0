package dev.sallyport.identity.condition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sallyport.identity.AuthenticationMethod;
import dev.sallyport.identity.Confirmation;
import dev.sallyport.identity.Delegation;
import dev.sallyport.identity.Principal;
import dev.sallyport.identity.PrincipalId;
import dev.sallyport.identity.action.Circumstances;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConditionCompilerTest {
  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();
  private static final String NOON = "2026-11-22T12:00:00Z";

  private final ConditionCompiler conditions = new ConditionCompiler();

  @ParameterizedTest(name = "{0} of {1}: {2}")
  @DisplayName("AZ-05, AZ-06: what is compared is what was sent, and what cannot be is no match")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "args.limit <= 100 | {'limit': 50} | yes",
        "args.limit <= 100 | {'limit': 100} | yes",
        "args.limit <= 100 | {'limit': 101} | no",
        "args.limit <= 100 | {'limit': 50.0} | yes",
        "args.limit <= 100 | {'limit': 100.5} | no",
        "args.limit <= 100 | {'limit': -0} | yes",
        "args.limit >= 0 | {'limit': -0.0} | yes",
        "args.limit <= 100 | {'limit': 9223372036854775807} | no",
        "args.limit <= 100 | {'limit': 9223372036854775808} | number_out_of_range",
        "args.limit <= 100 | {'limit': -9223372036854775809} | number_out_of_range",
        "args.limit <= 100 | {'limit': 1e18} | no",
        "args.limit <= 100 | {'limit': 1e19} | number_out_of_range",
        "args.limit <= 100 | {'limit': -1e400} | number_out_of_range",
        "args.limit <= 100 | {'limit': 1e-400} | number_out_of_range",
        "args.limit <= 100 | {'limit': '50'} | overload_not_found",
        "args.limit <= 100 | {'limit': true} | overload_not_found",
        "args.limit <= 100 | {'limit': [50]} | overload_not_found",
        "args.limit <= 100 | {'limit': {'a': 1}} | overload_not_found",
        "args.limit <= 100 | {'limit': null} | overload_not_found",
        "args.limit <= 100 | {} | attribute_not_found",
        "args.limit == null | {'limit': null} | yes",
        "args.limit == null | {'limit': 3} | no",
        "has(args.limit) | {'limit': null} | yes",
        "has(args.limit) | {} | no",
        "!has(args.limit) ? true : args.limit <= 100 | {} | yes",
        "args.limit == 50 | {'limit': 50} | yes",
        "args.limit == 50 | {'limit': 50.0} | yes",
        "args.limit == '50' | {'limit': 50} | no",
        "args.to.all(x, x.endsWith('@corp.example')) | {'to': ['a@corp.example']} | yes",
        "args.to.all(x, x.endsWith('@corp.example')) | {'to': ['a@corp.example', 'b@x']} | no",
        "args.to.all(x, x.endsWith('@corp.example')) | {'to': [null, 'b@x']} | no",
        "args.to.all(x, x.endsWith('@c')) | {'to': ['a@c', null]} | overload_not_found",
        "args.to.all(x, x.endsWith('@corp.example')) | {'to': 'a@corp.example'} | internal_error",
        "args.a.b[1].c == 7 | {'a': {'b': [0, {'c': 7}]}} | yes",
        "args.a.b[2].c == 7 | {'a': {'b': [0, {'c': 7}]}} | index_out_of_bounds",
        "args['a b'] == 7 | {'a b': 7} | yes",
        "'a' in args | {'a': 7} | yes",
        "size(args) == 2 | {'a': 7, 'b': 1e400} | number_out_of_range",
        "args.path == '/x' | {'path': '{{text#1.abcdefghij}}'} | held_argument",
        "!args.path.startsWith('/x') | {'path': '{{text#1.abcdefghij}}'} | held_argument",
        "params.limit <= 100 | {'filter': {'limit': 7}} | yes",
        "params.limit <= 100 | {'filter': {}} | attribute_not_found",
        "has(params.limit) | {'filter': {}} | no",
        "params.other == 1 | {} | attribute_not_found",
        "args.limit / 0 == 1 | {'limit': 1} | divide_by_zero",
        "args.limit + 1 > 0 | {'limit': 9223372036854775807} | numeric_overflow",
        "args.limit | {'limit': 50} | not_a_boolean",
        "args.limit == 1 && false | {} | no",
        "args.name.matches('[') | {'name': 'x'} | invalid_argument",
        "args.name == 'x' | {'name': 'x', 'extra': 9223372036854775808} | number_out_of_range",
        "args.name == 'x' | {'name': 'x', 'extra': 9223372036854775807} | yes",
        "args.name == 'x' | {'name': 'x', 'extra': [{'deep': 1e400}]} | number_out_of_range",
        "args.name == 'x' | {'name': 'x', 'extra': [{'deep': -1e18}, true, null]} | yes",
        "!(has(args.name) && false) | {'n': 1e400} | number_out_of_range",
        "params.limit <= 100 | {'filter': {'limit': 7}, 'n': 1e400} | number_out_of_range",
        "tool == 'query' && ctx.calls == 7 | {'n': 1e400} | yes",
        "args.limit <= 100 | {'limit': 100.00000000000000001} | number_out_of_range",
        "args.limit <= 100 | {'limit': 99.99999999999999} | yes",
        "args.limit <= 100 | {'limit': 100.00000000000001} | no",
        "args.limit == 0.1 | {'limit': 0.1} | yes",
        "args.limit == 0.1 | {'limit': 0.100} | yes",
        "args.limit <= 100 | {'limit': 9007199254740993.0} | number_out_of_range",
        "args.limit <= 100 | {'limit': 9007199254740992.0} | no",
        "args.limit <= 100 | {'limit': 1e-320} | yes",
        "tool == 'query' && server == 'sf' && resource == 'crm' && action == 'read' | {} | yes",
      })
  void testsWhatWasSent(String condition, String args, String expected) throws Exception {
    assertThat(told(condition, args, NOON)).as(condition + " of " + args).isEqualTo(expected);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "principal.id == 'spiffe://prod/agent/a' | yes",
        "principal.domain == 'prod' && principal.path == '/agent/a' | yes",
        "principal.method == 'jwt-svid' | yes",
        "'crm.read' in principal.scopes | yes",
        "principal.user == 'oidc://corp/alice' | yes",
        "principal.team == 'sales' && principal.owner == 'ann' && principal.environment == 'p' |"
            + " yes",
        "ctx.label == 'USER' && ctx.calls == 7 && ctx.source == '10.0.0.1' | yes",
        "ctx.time < timestamp('2026-11-23T00:00:00Z') | yes",
        "ctx.time > timestamp('2026-11-23T00:00:00Z') | no",
      })
  void knowsWhoActsAndHow(String condition, String expected) throws Exception {
    assertThat(told(condition, "{}", NOON)).isEqualTo(expected);
  }

  @ParameterizedTest(name = "{0} is {1} h in Berlin")
  @DisplayName("AZ-19: an hour of a place is that of its clocks, also when they change")
  @CsvSource({
    "2026-03-29T00:59:59Z, 1",
    "2026-03-29T01:00:00Z, 3",
    "2026-10-25T00:30:00Z, 2",
    "2026-10-25T01:30:00Z, 2",
    "2026-10-25T02:00:00Z, 3",
    "2026-11-22T12:00:00Z, 13",
  })
  void readsTheClockOfAPlace(String time, int hour) throws Exception {
    assertThat(told("ctx.time.getHours('Europe/Berlin') == " + hour, "{}", time)).isEqualTo("yes");
    assertThat(told("ctx.time.getHours('Europe/Nowhere') == 1", "{}", time))
        .isEqualTo("bad_format");
  }

  @ParameterizedTest
  @DisplayName("AZ-13: what does not compile, or is no condition, is refused with its place")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "args.limit < | column 13",
        "args | column 1: expected type 'bool'",
        "1 + 1 | expected type 'bool'",
        "limit < 3 | undeclared reference to 'limit'",
        "ctx.tim == 3 | undefined field 'tim'",
        "principal.name == 'x' | undefined field 'name'",
        "ctx.calls < 'x' | found no matching overload",
        "tool.foo() | undeclared reference to 'foo'",
        "args.x == 1; args.y == 1 | token recognition error",
      })
  void refusesWhatIsNoCondition(String text, String problem) {
    assertThatThrownBy(() -> conditions.compile(text))
        .isInstanceOf(InvalidConditionException.class)
        .hasMessageContaining(problem);
  }

  @Test
  @DisplayName("AZ-13: an expression is bounded in length, depth and the rounds of its loops")
  void boundsWhatAnExpressionCosts() throws Exception {
    var longest = "true" + " ".repeat(Environment.MOST_CHARACTERS - 4);
    assertThat(told(longest, "{}", NOON)).isEqualTo("yes");
    assertThatThrownBy(() -> conditions.compile(longest + " "))
        .isInstanceOf(InvalidConditionException.class);
    assertThatThrownBy(() -> conditions.compile("(".repeat(500) + "true" + ")".repeat(500)))
        .isInstanceOf(InvalidConditionException.class);
    var list = "[" + "1,".repeat(199) + "1]";
    assertThat(told(list + ".all(a, a == 1)", "{}", NOON)).isEqualTo("yes");
    assertThat(told(list + ".all(a, %s.all(b, true))".formatted(list), "{}", NOON))
        .isEqualTo("iteration_budget_exceeded");
    assertThat(told("[1,1" + list.substring(1).replace("]", "].all(a, true)"), "{}", NOON))
        .isEqualTo("iteration_budget_exceeded");
    assertThat(told("args.n.matches('^(a+)+$')", "{'n': '" + "a".repeat(5_000) + "b'}", NOON))
        .isEqualTo("no");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"args.secret < 3", "timestamp(args.secret) < ctx.time", "args[args.secret]"})
  void saysNothingOfWhatWasSentWhereItFails(String condition) throws Exception {
    assertThat(told(condition, "{'secret': 'canary'}", NOON)).doesNotContain("canary");
  }

  @ParameterizedTest(name = "{0}: {1}")
  @DisplayName("AZ-13: a condition fits the schema of the tool, or it is refused")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "args.limit <= 100 | ",
        "has(args.limit) && args.limit <= 100 | ",
        "args.limt <= 100 | column 5: undefined field 'limt'",
        "has(args.limt) | undefined field 'limt'",
        "args.limit == 'x' | found no matching overload for '_==_'",
        "args.name < 3 | found no matching overload",
        "args.amount <= 100 | ",
        "args.amount <= 100.5 | ",
        "args.tags.exists(t, t == 'x') | ",
        "args.tags.exists(t, t == 3) | found no matching overload",
        "args.filter.account == 'x' | ",
        "args.filter.acount == 'x' | undefined field 'acount'",
        "args.open.whatever == 3 | ",
        "args.odd == 3 | ",
        "params.limit <= 100 | ",
        "params.limit == 'x' | found no matching overload",
        "params.account == 'x' | ",
        "params.lmit == 1 | undefined field 'lmit'",
      })
  void checksConditionsBySchemas(String condition, String problem) throws Exception {
    var known = types("/limit", "/filter/account");
    var misfit = conditions.misfit(condition, known);
    if (problem == null) {
      assertThat(misfit).isEmpty();
    } else {
      assertThat(misfit).hasValueSatisfying(told -> assertThat(told).contains(problem));
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "args.anything == 1 | ",
        "tool == 'x' | ",
        "params.anything == 1 | undefined field 'anything'",
        "has(params.anything) | undefined field 'anything'",
        ".params.anything == 1 | undefined field 'anything'",
        ".size(params) == 1 && .params['anything'] == 1 | found no matching overload",
        "args.l.all(x, x == params['anything']) | found no matching overload",
      })
  void takesNoNameOfAnArgumentThatWasNotGivenWhereNothingElseIsKnown(String text, String problem)
      throws Exception {
    var misfit = conditions.misfit(text, ArgumentTypes.ANY);
    if (problem == null) {
      assertThat(misfit).isEmpty();
    } else {
      assertThat(misfit).hasValueSatisfying(told -> assertThat(told).contains(problem));
    }
  }

  @Test
  void compilesATextOnceForItselfAndItsCopies() throws Exception {
    var first = conditions.compile("args.a == 1");
    var copy = conditions.copy();
    copy.keep(Set.of());
    copy.compile("args.b == 1");

    assertThat(conditions.copy().compile("args.a == 1")).isSameAs(first);
    assertThat(conditions.compile("args.a == 1")).isSameAs(first);
    assertThat(copy.compile("args.a == 1")).isNotSameAs(first);
  }

  @Test
  void takesWhatAnyOfSeveralToolsHas() throws Exception {
    var other =
        ArgumentTypes.of(
            Optional.of(
                json("{'properties': {'id': {'type': 'string'}, 'limit': {'type': 'string'}}}")),
            Map.of());
    var both = types("/limit", "/name").or(other);

    assertThat(conditions.misfit("args.id == 'x' && args.name == 'y'", both)).isEmpty();
    assertThat(conditions.misfit("args.limit == 'x' || args.limit == 3", both)).isEmpty();
    assertThat(conditions.misfit("args.nothing == 3", both)).isPresent();
    assertThat(conditions.misfit("args.nothing == 3", both.or(ArgumentTypes.ANY))).isEmpty();
    assertThat(both).isEqualTo(types("/limit", "/name").or(other)).isNotEqualTo(other);
    assertThat(both).hasSameHashCodeAs(types("/limit", "/name").or(other));
  }

  @Test
  void knowsWhereASchemaHasAPlace() throws Exception {
    var schema = schema();
    for (var place : List.of("/limit", "/filter/account", "/open/a/b", "/odd/x")) {
      assertThat(ArgumentTypes.hasPlace(schema, JsonPointer.compile(place))).as(place).isTrue();
    }
    for (var place : List.of("/limt", "/filter/acount")) {
      assertThat(ArgumentTypes.hasPlace(schema, JsonPointer.compile(place))).as(place).isFalse();
    }
  }

  private static ArgumentTypes types(String limit, String account) throws Exception {
    return ArgumentTypes.of(
        Optional.of(schema()),
        Map.of("limit", JsonPointer.compile(limit), "account", JsonPointer.compile(account)));
  }

  private static JsonNode schema() throws Exception {
    return json(
        """
        {'type': 'object', 'properties': {
           'limit': {'type': 'integer'}, 'name': {'type': 'string'}, 'amount': {'type': 'number'},
           'tags': {'type': 'array', 'items': {'type': 'string'}},
           'filter': {'type': 'object', 'properties': {'account': {'type': 'string'}}},
           'open': {'type': 'object'}, 'odd': {'$ref': '#/x'}}}
        """);
  }

  private static JsonNode json(String text) throws Exception {
    return MAPPER.readTree(text.replace('\'', '"'));
  }

  private String told(String condition, String args, String time) throws Exception {
    var principal =
        new Principal(
            new PrincipalId("spiffe://prod/agent/a"),
            AuthenticationMethod.JWT_SVID,
            "prod",
            Instant.MAX,
            Confirmation.NONE,
            Set.of("crm.read"),
            Optional.of(new Delegation(new PrincipalId("oidc://corp/alice"), "corp", List.of())));
    var facts =
        new Facts(
            new Facts.Subject(principal, "ann", "sales", "p"),
            new Facts.Doing(
                "query",
                "sf",
                "crm",
                "read",
                Map.of("limit", JsonPointer.compile("/filter/limit"))),
            json(args),
            new Circumstances(Instant.parse(time), Optional.of("10.0.0.1"), "USER", 7));
    return switch (conditions.compile(condition).test(facts)) {
      case Verdict.Fulfilled(var is) -> is ? "yes" : "no";
      case Verdict.Failed(var reason) -> reason;
    };
  }
}
