package dev.sallyport.identity.revocation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.AuthenticationMethod;
import dev.sallyport.identity.Confirmation;
import dev.sallyport.identity.Delegation;
import dev.sallyport.identity.Principal;
import dev.sallyport.identity.PrincipalId;
import dev.sallyport.identity.resource.InvalidResourcesException;
import dev.sallyport.identity.resource.Resource;
import dev.sallyport.identity.resource.ResourceSet;
import dev.sallyport.identity.testing.FixedTokens;
import dev.sallyport.identity.testing.TestingClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RevocationResourcesTest {
  private static final PrincipalId CI = new PrincipalId("spiffe://prod/agent/ci");
  private static final PrincipalId ADA = new PrincipalId("oidc://corp/ada");
  private static final PrincipalId APP = new PrincipalId("spiffe://prod/app");

  private final TestingClock clock = new TestingClock();
  private final AtomicInteger changes = new AtomicInteger();
  private final RevocationResources revocations =
      new RevocationResources(clock, changes::incrementAndGet);

  private void apply(String... specs) throws Exception {
    var resources = new ArrayList<Resource>();
    for (var spec : specs) {
      var tree = (ObjectNode) new JsonMapper().readTree(spec.replace('\'', '"'));
      resources.add(
          new Resource(Resource.API_VERSION, "Revocation", "r" + resources.size(), Map.of(), tree));
    }
    revocations.prepare(new ResourceSet(resources)).activate();
  }

  private static Principal acting(PrincipalId agent, PrincipalId user, PrincipalId... through) {
    return new Principal(
        agent,
        AuthenticationMethod.JWT_SVID,
        "prod",
        Instant.MAX,
        Confirmation.NONE,
        Set.of(),
        Optional.of(new Delegation(user, "corp", List.of(through))));
  }

  @Test
  void keepsOutAPrincipalAndWhoeverActsForItOrThroughIt() throws Exception {
    apply("{'principal':'spiffe://prod/agent/ci'}", "{'principal':'oidc://corp/ada'}");

    assertThat(revocations.has(FixedTokens.principal(CI.value()))).isTrue();
    assertThat(revocations.has(acting(CI, new PrincipalId("oidc://corp/bob")))).isTrue();
    assertThat(revocations.has(acting(APP, ADA))).isTrue();
    assertThat(revocations.has(acting(APP, new PrincipalId("oidc://corp/bob"), CI))).isTrue();
    assertThat(revocations.has(acting(APP, new PrincipalId("oidc://corp/bob"), APP))).isFalse();
    assertThat(revocations.has(FixedTokens.principal("spiffe://prod/agent/ci2"))).isFalse();
    assertThat(changes).hasValue(1);
  }

  @Test
  void letsInAgainAtTheMomentThatItNamesAndNotBefore() throws Exception {
    var until = clock.instant().plusSeconds(60);
    apply("{'principal':'spiffe://prod/agent/ci','until':'%s'}".formatted(until));

    clock.advance(Duration.ofSeconds(60).minusMillis(1));
    assertThat(revocations.has(FixedTokens.principal(CI.value()))).isTrue();
    clock.advance(Duration.ofMillis(1));
    assertThat(revocations.has(FixedTokens.principal(CI.value()))).isFalse();
  }

  @Test
  void keepsOutAsLongAsAnyOfSeveralSays() throws Exception {
    apply(
        "{'principal':'spiffe://prod/agent/ci'}",
        "{'principal':'spiffe://PROD/agent/ci','until':'%s'}".formatted(clock.instant()));

    clock.advance(Duration.ofDays(1));
    assertThat(revocations.has(FixedTokens.principal(CI.value()))).isTrue();
    apply();
    assertThat(revocations.has(FixedTokens.principal(CI.value()))).isFalse();
  }

  /** As evidence has it, a subject is written in one way alone. */
  @Test
  void keepsOutASubjectOfAnyCharacters() throws Exception {
    var ada = PrincipalId.ofSubject("corp", "ada/100%@\u0456.~_-");
    apply("{'principal':'%s'}".formatted(ada));

    assertThat(revocations.has(FixedTokens.principal(ada.value()))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{'principal':''}",
        "{'principal':'ci'}",
        "{'principal':'sallyport:admin'}",
        "{'principal':'https://prod/agent/ci'}",
        "{'principal':'spiffe://'}",
        "{'principal':'spiffe://prod/../x'}",
        "{'principal':'spiffe://prod/agent/ci '}",
        "{'principal':'spiffe://prod/agent/\u0456'}",
        "{'principal':'oidc://'}",
        "{'principal':'oidc://corp/a b'}",
        "{'principal':'oidc://corp'}",
        "{'principal':'oidc://corp/'}",
        "{'principal':'oidc://Corp/ada'}",
        "{'principal':'oidc://corp/ada@example.com'}",
        "{'principal':'oidc://corp/ada%2fadmin'}",
        "{'principal':'oidc://corp/%61da'}",
        "{'principal':'oidc://corp/100%'}",
        "{'principal':'oidc://corp/a/b'}",
        "{'principal':['spiffe://prod/agent/ci']}",
        "{'principal':'oidc://corp/ada','until':'tomorrow'}",
        "{'principal':'oidc://corp/ada','until':5}",
        "{'principal':'oidc://corp/ada','for':'ever'}"
      })
  void refusesWhatNamesNobodyOrNoTime(String spec) {
    assertThatThrownBy(() -> apply(spec)).isInstanceOf(InvalidResourcesException.class);
    assertThat(changes).hasValue(0);
  }

  @ParameterizedTest
  @CsvSource({"1000, true", "1001, false"})
  void takesAReasonOfSomeLength(int length, boolean holds) {
    var spec = "{'principal':'oidc://corp/ada','reason':'%s'}".formatted("x".repeat(length));

    if (holds) {
      assertThatCode(() -> apply(spec)).doesNotThrowAnyException();
    } else {
      assertThatThrownBy(() -> apply(spec)).hasMessageContaining("longer than 1000");
    }
  }
}
