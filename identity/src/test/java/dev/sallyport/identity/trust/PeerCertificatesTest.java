package dev.sallyport.identity.trust;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.identity.Authentication.Authenticated;
import dev.sallyport.identity.Authentication.Rejected;
import dev.sallyport.identity.AuthenticationMethod;
import dev.sallyport.identity.Authenticator;
import dev.sallyport.identity.Confirmation;
import dev.sallyport.identity.Presented;
import dev.sallyport.identity.Principal;
import dev.sallyport.identity.PrincipalId;
import dev.sallyport.identity.svid.InlineBundle;
import dev.sallyport.identity.svid.TrustBundle;
import dev.sallyport.identity.svid.TrustedDomain;
import dev.sallyport.identity.testing.FixedTokens;
import dev.sallyport.identity.testing.TestingAuthority;
import dev.sallyport.identity.testing.TestingClock;
import dev.sallyport.identity.token.KeySet;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PeerCertificatesTest {
  private static final String ID = "spiffe://prod/agent/ci";

  private final TestingClock clock = new TestingClock();
  private final TestingAuthority prod = TestingAuthority.of("prod", clock.instant());
  private final TestingAuthority partner = TestingAuthority.of("partner", clock.instant());
  private final PeerCertificates peers =
      new PeerCertificates(List.of(trusted(prod, "prod"), trusted(partner, "partner")), clock);
  private final List<X509Certificate> chain = List.of(prod.svid("/agent/ci").certificate());
  private final Principal agent =
      new Principal(
          new PrincipalId(ID),
          AuthenticationMethod.X509_SVID,
          "domain-prod",
          clock.instant().plus(Duration.ofHours(1)));

  @Test
  void knowsAWorkloadByTheBundleOfItsTrustDomain() {
    assertThat(peers.verify(chain)).isEqualTo(new Authenticated(agent));
    assertThat(
            peers.verify(
                List.of(partner.certify(ID, clock.instant(), agent.expiresAt()).certificate())))
        .isEqualTo(new Rejected("untrusted_certificate"));
    assertThat(
            peers.verify(
                List.of(TestingAuthority.of("x", clock.instant()).svid("/a").certificate())))
        .isEqualTo(new Rejected("unknown_trust_domain"));
  }

  /** ID-31. */
  @Test
  void recallsACertificateForAMinuteAndNotPastItsEnd() {
    var brief = prod.certify(ID, clock.instant(), clock.instant().plusSeconds(30)).certificate();
    assertThat(peers.recall(chain)).isEmpty();
    assertThat(peers.verify(chain)).isInstanceOf(Authenticated.class);
    assertThat(peers.verify(List.of(brief))).isInstanceOf(Authenticated.class);

    assertThat(peers.recall(chain)).contains(agent);
    clock.advance(Duration.ofSeconds(29));
    assertThat(peers.recall(List.of(brief))).isPresent();
    clock.advance(Duration.ofSeconds(1));
    assertThat(peers.recall(List.of(brief))).isEmpty();
    assertThat(peers.verify(List.of(brief))).isEqualTo(new Rejected("certificate_expired"));
    clock.advance(Duration.ofSeconds(30));
    assertThat(peers.recall(chain)).isEmpty();
  }

  /** ID-29: what held with its intermediate was not shown to hold without. */
  @Test
  void recallsAChainAndNotItsFirstCertificateAlone() {
    var intermediate =
        prod.intermediate("between", TestingAuthority.newKey(), TestingAuthority.Form::authority);
    var leaf = intermediate.certify(ID, clock.instant(), agent.expiresAt()).certificate();
    var whole = List.of(leaf, intermediate.certificate());
    assertThat(peers.verify(whole)).isInstanceOf(Authenticated.class);

    assertThat(peers.recall(whole)).isPresent();
    assertThat(peers.recall(List.of(leaf))).isEmpty();
    assertThat(peers.verify(List.of(leaf))).isEqualTo(new Rejected("untrusted_certificate"));
  }

  /** ID-26. */
  @Test
  void forgetsWhatHeldOnceABundleChanged() {
    assertThat(peers.verify(chain)).isInstanceOf(Authenticated.class);
    peers.forget();

    assertThat(peers.recall(chain)).isEmpty();
  }

  /** ID-32: what a token of the same principal says holds, until the first of both ends. */
  @Test
  void joinsATokenAndACertificateOfOnePrincipal() {
    var tokens = new FixedTokens().with("own", ID).with("other", "spiffe://prod/agent/other");
    var authenticator = new Authenticator(List.of(tokens), peers, clock);

    var both = authenticator.authenticate(presented("own"));

    assertThat(both)
        .isEqualTo(new Authenticated(FixedTokens.principal(ID).until(agent.expiresAt())));
    assertThat(authenticator.authenticate(presented("other")))
        .isEqualTo(new Rejected("two_principals"));
    assertThat(
            authenticator
                .requiringCertificates()
                .authenticate(Presented.bearer(List.of("Bearer own"))))
        .isEqualTo(new Rejected("no_certificate"));
  }

  /** ID-31: a token that is bound to a certificate holds no longer than that. */
  @Test
  void endsABoundTokenWithItsCertificate() {
    var bound =
        new Principal(
            new PrincipalId("oidc://corp/agent-7"),
            AuthenticationMethod.ACCESS_TOKEN,
            "corp",
            agent.expiresAt().plusSeconds(60),
            Confirmation.Certificate.of(chain.getFirst()),
            Set.of(),
            Optional.empty());
    var authenticator =
        new Authenticator(List.of(_ -> Optional.of(new Authenticated(bound))), peers, clock);

    assertThat(authenticator.authenticate(presented("bound")))
        .isEqualTo(new Authenticated(bound.until(agent.expiresAt())));
  }

  @Test
  void recallsACertificateAloneWithoutVerifyingItAnew() {
    var authenticator = new Authenticator(List.of(), peers, clock);
    var alone = new Presented(List.of(), chain, List.of(), "GET", "", "");
    assertThat(authenticator.recall(alone)).isEmpty();
    assertThat(authenticator.authenticate(alone)).isEqualTo(new Authenticated(agent));

    assertThat(authenticator.recall(alone)).isEqualTo(Optional.of(new Authenticated(agent)));
    assertThat(authenticator.requiringCertificates().recall(alone)).isPresent();
  }

  private Presented presented(String token) {
    return new Presented(List.of("Bearer " + token), chain, List.of(), "GET", "", "");
  }

  private static TrustedDomain trusted(TestingAuthority authority, String name) {
    var bundle = TrustBundle.of(new KeySet(Map.of()), Set.of(authority.certificate()));
    return new TrustedDomain("domain-" + name, name, Set.of(), new InlineBundle(bundle));
  }
}
