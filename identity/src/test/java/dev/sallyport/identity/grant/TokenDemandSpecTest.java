package dev.sallyport.identity.grant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.sallyport.identity.resource.InvalidResourcesException;
import dev.sallyport.identity.resource.ResourceSet;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What bindings may demand of access tokens, as it is written. */
class TokenDemandSpecTest {
  static Stream<Arguments> mistakes() {
    var seventeen =
        "['"
            + String.join("','", Stream.iterate(1, i -> i + 1).limit(17).map(i -> "s" + i).toList())
            + "']";
    return Stream.of(
        arguments("{}", "", "demands nothing: give scopes, acr or maxAgeSeconds"),
        arguments("{'scopes': []}", "/scopes", "must hold 1 to 16"),
        arguments("{'acr': []}", "/acr", "must hold 1 to 16"),
        arguments("{'scopes': " + seventeen + "}", "/scopes", "must hold 1 to 16"),
        arguments("{'scopes': ['a b']}", "/scopes/0", "must be 1 to 128 visible"),
        arguments("{'scopes': ['ok', '']}", "/scopes/1", "must be 1 to 128 visible"),
        arguments("{'scopes': ['a\\\\b']}", "/scopes/0", "must be 1 to 128 visible"),
        arguments("{'scopes': ['a\\u0022b']}", "/scopes/0", "must be 1 to 128 visible"),
        arguments("{'scopes': ['a\\r\\nb']}", "/scopes/0", "must be 1 to 128 visible"),
        arguments("{'scopes': ['\\u00e9']}", "/scopes/0", "must be 1 to 128 visible"),
        arguments("{'scopes': ['" + "s".repeat(129) + "']}", "/scopes/0", "must be 1 to 128"),
        arguments("{'scopes': ['offline_access']}", "/scopes", "may not hold offline_access"),
        arguments("{'acr': ['a b']}", "/acr/0", "must be 1 to 128 visible"),
        arguments("{'maxAgeSeconds': 0}", "/maxAgeSeconds", "must be 1 to 86400"),
        arguments("{'maxAgeSeconds': 86401}", "/maxAgeSeconds", "must be 1 to 86400"),
        arguments("{'scope': ['a']}", "/scope", "is not a field here; did you mean scopes?"));
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void refusesADemandThatDoesNotHoldTogether(String token, String pointer, String problem) {
    assertMistake("{'server': 'crm', 'token': " + token + "}", "/spec/token" + pointer, problem);
    assertMistake(
        "{'server': 'crm', 'tools': {'a/b': {'resource': 'r', 'action': 'x', 'token': "
            + token
            + "}}}",
        "/spec/tools/a~1b/token" + pointer,
        problem);
  }

  @Test
  void takesDemandsAtTheirBounds() {
    var most =
        String.join("','", Stream.iterate(1, i -> i + 1).limit(16).map(String::valueOf).toList());
    var set =
        GrantSamples.compile(
            GrantSamples.binding(
                "crm",
                "{'server': 'crm', 'token': {'scopes': ['%s'], 'maxAgeSeconds': 86400}}"
                    .formatted(most)),
            GrantSamples.binding(
                "more",
                "{'server': 'more', 'token': {'scopes': ['%s'], 'maxAgeSeconds': 1}}"
                    .formatted("s".repeat(128))));

    assertThat(set.demandOfServer("crm").scopes()).hasSize(16);
    assertThat(set.demandOfServer("crm").maxAge()).contains(Duration.ofDays(1));
    assertThat(set.demandOfServer("more").maxAge()).contains(Duration.ofSeconds(1));
  }

  @Test
  void refusesClassesThatNobodyCouldHave() {
    assertMistake(
        "{'server': 'crm', 'token': {'acr': ['gold']}, 'tools': {'pay': {'resource': 'r',"
            + " 'action': 'x', 'token': {'acr': ['silver']}}}}",
        "/spec/tools/pay/token/acr",
        "names no class that is demanded of its server, too");
  }

  private static void assertMistake(String spec, String pointer, String problem) {
    var resources = new ResourceSet(List.of(GrantSamples.binding("crm", spec)));
    assertThatThrownBy(() -> PolicySet.compile(resources))
        .isInstanceOfSatisfying(
            InvalidResourcesException.class,
            e ->
                assertThat(e.mistakes())
                    .anySatisfy(mistake -> {
                      assertThat(mistake.pointer()).isEqualTo(pointer);
                      assertThat(mistake.problem()).startsWith(problem);
                    }));
  }
}
