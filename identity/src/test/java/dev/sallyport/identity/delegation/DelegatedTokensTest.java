package dev.sallyport.identity.delegation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.identity.Authentication.Authenticated;
import dev.sallyport.identity.Authentication.Rejected;
import dev.sallyport.identity.AuthenticationMethod;
import dev.sallyport.identity.Confirmation;
import dev.sallyport.identity.Principal;
import dev.sallyport.identity.PrincipalId;
import dev.sallyport.identity.SignIn;
import dev.sallyport.identity.testing.TestingClock;
import dev.sallyport.identity.testing.TestingSigningKeys;
import dev.sallyport.identity.token.TokenFault;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class DelegatedTokensTest {
  private static final Duration LONG = Duration.ofHours(1);

  private final TestingClock clock = new TestingClock();
  private final TestingSigningKeys keys = new TestingSigningKeys();
  private final Map<String, String> standing =
      new HashMap<>(Map.of("prod", "1", "corp", "1", "apps", "1"));
  private final DelegatedTokens tokens =
      new DelegatedTokens(
          keys, principal -> Optional.ofNullable(standing.get(principal.authority())), clock);

  @Test
  void saysWhoActsForWhomAndWithWhatScopes() {
    var token = issue(Duration.ofHours(1), Duration.ofHours(1), Confirmation.NONE).text();

    var principal = principal(token);

    assertThat(principal.id().value()).isEqualTo("spiffe://prod/agent/ci");
    assertThat(principal.owner().text()).isEqualTo("spiffe://prod/agent/ci for oidc://corp/alice");
    assertThat(principal.delegation().orElseThrow().authority()).isEqualTo("corp");
    assertThat(principal.scopes()).containsExactlyInAnyOrder("crm:read", "crm:write");
    assertThat(principal.authority()).isEqualTo(DelegatedTokens.AUTHORITY);
    assertThat(tokens.recall(token)).hasValue(principal);
  }

  /** RFC 9470: an agent does not make its user's sign-in any fresher. */
  @Test
  void saysHowItsUserSignedIn() {
    var at = clock.instant().minusSeconds(77);
    var agent = principal("spiffe://prod/agent/ci", AuthenticationMethod.JWT_SVID, "prod", LONG);
    var user = principal("oidc://corp/alice", AuthenticationMethod.ACCESS_TOKEN, "corp", LONG);
    for (var signIn :
        List.of(
            new SignIn(Optional.of("gold"), Optional.of(at)),
            new SignIn(Optional.empty(), Optional.of(at)),
            SignIn.UNKNOWN)) {
      var issued = tokens.issue("t1", agent, user.signedIn(signIn), Set.of(), Confirmation.NONE);

      assertThat(principal(issued.text()).signIn()).isEqualTo(signIn);
      assertThat(tokens.recall(issued.text()).orElseThrow().signIn()).isEqualTo(signIn);
    }
  }

  @ParameterizedTest
  @CsvSource({"3600, 3600, 600", "599, 3600, 599", "3600, 30, 30", "601, 600, 600"})
  void endsWithTheFirstOfBothAndAfterTenMinutes(int agent, int user, int lifetime) {
    var issued = issue(Duration.ofSeconds(agent), Duration.ofSeconds(user), Confirmation.NONE);
    assertThat(issued.expiresAt()).isEqualTo(clock.instant().plusSeconds(lifetime));
    assertThat(principal(issued.text()).expiresAt()).isEqualTo(issued.expiresAt());

    clock.advance(Duration.ofSeconds(lifetime).minusMillis(1));
    assertThat(tokens.recall(issued.text())).isPresent();
    assertThat(tokens.verify(issued.text()).orElseThrow()).isInstanceOf(Authenticated.class);

    clock.advance(Duration.ofMillis(1));
    assertThat(tokens.recall(issued.text())).isEmpty();
    assertThat(tokens.verify(issued.text())).hasValue(new Rejected("expired"));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1})
  void isNotGivenForProofsThatAreOver(int seconds) {
    assertThatThrownBy(
            () -> issue(Duration.ofSeconds(seconds), Duration.ofHours(1), Confirmation.NONE))
        .isInstanceOf(TokenFault.class)
        .hasMessage("expired");
  }

  @ParameterizedTest
  @ValueSource(strings = {"prod", "corp"})
  void endsAtOnceWhereWhatVouchedForEitherChangedOrIsGone(String voucher) {
    var token = issue(Duration.ofHours(1), Duration.ofHours(1), Confirmation.NONE).text();
    assertThat(principal(token)).isNotNull();

    standing.put(voucher, "2");
    assertThat(tokens.recall(token)).isEmpty();
    assertThat(tokens.verify(token)).hasValue(new Rejected("voucher_changed"));

    standing.remove(voucher);
    assertThat(tokens.recall(token)).isEmpty();
    assertThat(tokens.verify(token)).hasValue(new Rejected("voucher_changed"));
    assertThatThrownBy(() -> issue(Duration.ofHours(1), Duration.ofHours(1), Confirmation.NONE))
        .hasMessage("no_voucher");
  }

  @Test
  void staysBoundToWhatTheAgentHasShown() {
    for (var confirmation :
        Set.of(
            new Confirmation.Certificate("A".repeat(43)), new Confirmation.Key("B".repeat(43)))) {
      var token = issue(Duration.ofHours(1), Duration.ofHours(1), confirmation).text();

      assertThat(principal(token).confirmation()).isEqualTo(confirmation);
    }
  }

  /** RFC 8707: a token for some servers is not widened to all by an exchange. */
  @ParameterizedTest
  @MethodSource
  void mayBeSentWhereBothMaySendTheirsAndNowhereElse(
      Set<String> agent, Set<String> user, Set<String> both) {
    var token =
        tokens
            .issue("t1", sentTo("prod", agent), sentTo("corp", user), Set.of(), Confirmation.NONE)
            .text();

    assertThat(principal(token).resources()).isEqualTo(both);
    assertThat(tokens.recall(token).orElseThrow().resources()).isEqualTo(both);
  }

  static Stream<Arguments> mayBeSentWhereBothMaySendTheirsAndNowhereElse() {
    return Stream.of(
        Arguments.of(Set.of(), Set.of(), Set.of()),
        Arguments.of(Set.of(), Set.of("", "/mcp/crm"), Set.of("", "/mcp/crm")),
        Arguments.of(Set.of(""), Set.of(), Set.of("")),
        Arguments.of(
            Set.of("", "/mcp/a", "/mcp"), Set.of("", "/mcp/b", "/mcp"), Set.of("", "/mcp")));
  }

  @Test
  void isNotGivenWhereBothMaySendTheirsNowhere() {
    assertThatThrownBy(() ->
            tokens.issue(
                "t1",
                sentTo("prod", Set.of("/mcp/a")),
                sentTo("corp", Set.of("/mcp/b")),
                Set.of(),
                Confirmation.NONE))
        .isInstanceOf(TokenFault.class)
        .hasMessage("wrong_resource");
  }

  private Principal sentTo(String authority, Set<String> resources) {
    return new Principal(
        new PrincipalId("oidc://" + authority + "/someone"),
        AuthenticationMethod.ACCESS_TOKEN,
        authority,
        clock.instant().plusSeconds(60),
        Confirmation.NONE,
        Set.of(),
        resources,
        Optional.empty());
  }

  @Test
  void knowsTheTokensOfItsOwnKeyAlone() {
    var others = new DelegatedTokens(new TestingSigningKeys(), _ -> Optional.of("1"), clock);
    var token = issue(Duration.ofHours(1), Duration.ofHours(1), Confirmation.NONE).text();
    var parts = token.split("\\.", -1);

    assertThat(others.verify(token)).isEmpty();
    assertThat(others.recall(token)).isEmpty();
    assertThat(tokens.verify("x." + parts[1] + "." + parts[2])).isEmpty();
    assertThat(tokens.verify(parts[0] + "." + parts[1] + "." + "A".repeat(86)))
        .hasValue(new Rejected("bad_signature"));
    assertThat(tokens.verify(parts[0] + "." + parts[1] + ".AAAA"))
        .hasValue(new Rejected("bad_signature"));
    assertThat(tokens.verify(token + "=")).hasValue(new Rejected("malformed"));
    assertThat(tokens.verify(parts[0] + ".")).hasValue(new Rejected("malformed"));
  }

  private DelegatedTokens.Issued issue(Duration agent, Duration user, Confirmation confirmation) {
    return tokens.issue(
        "t1",
        principal("spiffe://prod/agent/ci", AuthenticationMethod.JWT_SVID, "prod", agent),
        principal("oidc://corp/alice", AuthenticationMethod.ACCESS_TOKEN, "corp", user),
        Set.of("crm:write", "crm:read"),
        confirmation);
  }

  private Principal principal(
      String id, AuthenticationMethod method, String authority, Duration lifetime) {
    Instant end = clock.instant().plus(lifetime);
    return new Principal(new PrincipalId(id), method, authority, end);
  }

  private Principal principal(String token) {
    return ((Authenticated) tokens.verify(token).orElseThrow()).principal();
  }
}
