package dev.sallyport.identity.x509;

import static dev.sallyport.identity.x509.X509Samples.FROM;
import static dev.sallyport.identity.x509.X509Samples.ID;
import static dev.sallyport.identity.x509.X509Samples.NAME;
import static dev.sallyport.identity.x509.X509Samples.NOW;
import static dev.sallyport.identity.x509.X509Samples.PROD;
import static dev.sallyport.identity.x509.X509Samples.UNTIL;
import static dev.sallyport.identity.x509.X509Samples.bare;
import static dev.sallyport.identity.x509.X509Samples.chain;
import static dev.sallyport.identity.x509.X509Samples.constrained;
import static dev.sallyport.identity.x509.X509Samples.dns;
import static dev.sallyport.identity.x509.X509Samples.eku;
import static dev.sallyport.identity.x509.X509Samples.key;
import static dev.sallyport.identity.x509.X509Samples.leaf;
import static dev.sallyport.identity.x509.X509Samples.mail;
import static dev.sallyport.identity.x509.X509Samples.names;
import static dev.sallyport.identity.x509.X509Samples.one;
import static dev.sallyport.identity.x509.X509Samples.rsa;
import static dev.sallyport.identity.x509.X509Samples.uri;
import static dev.sallyport.identity.x509.X509Samples.usage;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.sallyport.identity.testing.TestingAuthority;
import dev.sallyport.identity.testing.TestingAuthority.Form;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class X509SvidVerifierTest {
  private final X509SvidVerifier verifier = new X509SvidVerifier(Purpose.CLIENT);

  @Test
  void knowsAWorkloadUntilItsCertificateEnds() {
    var svid = verify(leaf(form -> form.leaf(NAME)));

    assertThat(svid.id().toString()).isEqualTo(ID);
    assertThat(svid.expiresAt()).isEqualTo(UNTIL);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource
  void takes(String name, List<X509Certificate> chain) {
    assertThat(verify(chain).id().toString()).as(name).isEqualTo(ID);
  }

  static Stream<Arguments> takes() {
    var below = PROD.intermediate("below", key(), Form::authority);
    var named =
        PROD.intermediate(
            "named",
            key(),
            form -> {
              form.authority();
              names(form, uri("spiffe://prod"));
            });
    var further = below.intermediate("further", key(), Form::authority);
    return Stream.of(
        arguments("one for clients and servers", leaf(eku(KeyPurposeId.id_kp_clientAuth, true))),
        arguments("one beside a DNS name", leaf(form -> form.leaf(NAME, dns("ci.prod.example")))),
        arguments("one beside a mail address", leaf(form -> form.leaf(mail("a@b.example"), NAME))),
        arguments("names that are not critical", leaf(bare(usage(), form -> names(form, NAME)))),
        arguments("one without basic constraints", leaf(bare(usage(), form -> names(form, NAME)))),
        arguments("a key of RSA 2048", leaf(rsa(2_048), form -> form.leaf(NAME))),
        arguments("a key on P-384", leaf(key("EC", 384), form -> form.leaf(NAME))),
        arguments("a key on P-521", leaf(key("EC", 521), form -> form.leaf(NAME))),
        arguments("an intermediate", chain(below)),
        arguments("two intermediates", chain(further, below)),
        arguments("an intermediate with the domain's name", chain(named)),
        arguments("the authority sent along", chain(PROD)),
        arguments("an intermediate and the authority", chain(below, PROD)));
  }

  /** B5: an authority that should never have come into a bundle. */
  @Test
  void refusesWhatAWeakAuthoritySigned() {
    var weak = TestingAuthority.of("prod", NOW, rsa(1_024), Form::authority);

    assertThat(reason(one(weak, FROM, UNTIL), weak)).isEqualTo("weak_certificate");
  }

  @ParameterizedTest
  @ValueSource(strings = {"SHA1withRSA", "SHA1withRSAandMGF1"})
  void refusesASignatureOverAWeakDigest(String algorithm) {
    var rsa = TestingAuthority.of("prod", NOW, rsa(2_048), Form::authority).signing(algorithm);

    assertThat(reason(one(rsa, FROM, UNTIL), rsa)).isEqualTo("weak_certificate");
  }

  @ParameterizedTest
  @ValueSource(strings = {"SHA512withRSA", "SHA256withRSAandMGF1", "SHA384withRSAandMGF1"})
  void takesASignatureOverAStrongDigest(String algorithm) {
    var rsa = TestingAuthority.of("prod", NOW, rsa(2_048), Form::authority).signing(algorithm);

    assertThat(verify(one(rsa, FROM, UNTIL), rsa).id().toString()).isEqualTo(ID);
  }

  /** ID-23. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "spiffe://prod/",
        "spiffe://prod/a/../b",
        "spiffe://prod/a//b",
        "spiffe://prod/a/",
        "spiffe://prod/a%2Fb",
        "spiffe://prod:443/a",
        "spiffe://user@prod/a",
        "spiffe://prod/a?x=1",
        "spiffe://prod/a#x",
        "spiffe:/prod/a"
      })
  void refusesANameThatIsNoWorkload(String name) {
    assertThat(reason(leaf(form -> form.leaf(uri(name))), PROD))
        .isIn("no_spiffe_id", "malformed_certificate");
  }

  /** ID-23. */
  @Test
  void takesANameOfTheGreatestLengthAndNoLongerOne() {
    var longest = "spiffe://prod/" + "a".repeat(2_048 - "spiffe://prod/".length());

    assertThat(verify(leaf(form -> form.leaf(uri(longest)))).id().toString()).isEqualTo(longest);
    assertThat(reason(leaf(form -> form.leaf(uri(longest + "a"))), PROD)).isEqualTo("no_spiffe_id");
  }

  /** ID-23: however a domain is written, its workload has one name. */
  @Test
  void neverKnowsAWorkloadByTwoNames() {
    var chain = leaf(form -> form.leaf(uri("SPIFFE://PROD/agent/ci")));

    assertThat(verify(chain).id().toString()).isEqualTo(ID);
  }

  @Test
  void holdsFromItsFirstSecondUntilItsLast() {
    var chain = one(PROD, NOW, NOW.plusSeconds(2));
    var authorities = Set.of(PROD.certificate());

    assertThat(verifier.verify(chain, "prod", authorities, NOW).expiresAt())
        .isEqualTo(NOW.plusSeconds(2));
    assertThat(verifier.verify(chain, "prod", authorities, NOW.plusMillis(1_999))).isNotNull();
    assertThatThrownBy(() -> verifier.verify(chain, "prod", authorities, NOW.plusSeconds(2)))
        .hasMessage("certificate_expired");
    assertThatThrownBy(() -> verifier.verify(chain, "prod", authorities, NOW.minusMillis(1)))
        .hasMessage("certificate_not_yet_valid");
  }

  @Test
  void endsWithTheFirstCertificateOnItsWay() {
    var soon = NOW.plusSeconds(60);
    var chain = chain(PROD.intermediate("below", key(), soon, Form::authority));

    assertThat(verify(chain).expiresAt()).isEqualTo(soon);
    assertThatThrownBy(() -> verifier.verify(chain, "prod", Set.of(PROD.certificate()), soon))
        .hasMessage("certificate_expired");
  }

  @Test
  void refusesWhatAnAuthorityPastItsEndSigned() {
    var end = NOW.plus(Duration.ofDays(5 * 365));
    var chain = one(PROD, FROM, end.plusSeconds(60));

    assertThat(verifier.verify(chain, "prod", Set.of(PROD.certificate()), end.minusSeconds(1)))
        .extracting(X509Svid::expiresAt)
        .isEqualTo(end);
    assertThatThrownBy(() -> verifier.verify(chain, "prod", Set.of(PROD.certificate()), end))
        .hasMessage("untrusted_certificate");
  }

  /** ID-26: as long as both are in the bundle both hold, and then only the new one. */
  @Test
  void followsAnAuthorityThatIsReplaced() {
    var next = TestingAuthority.of("prod", NOW);
    var both = Set.of(PROD.certificate(), next.certificate());
    var old = one(PROD, FROM, UNTIL);

    assertThat(verifier.verify(old, "prod", both, NOW)).isNotNull();
    assertThat(verifier.verify(one(next, FROM, UNTIL), "prod", both, NOW)).isNotNull();
    assertThatThrownBy(() -> verifier.verify(old, "prod", Set.of(next.certificate()), NOW))
        .hasMessage("untrusted_certificate");
    assertThatThrownBy(() -> verifier.verify(old, "prod", Set.of(), NOW))
        .hasMessage("untrusted_certificate");
  }

  @Test
  void keepsAnIntermediateToItsNameConstraints() {
    var elsewhere = PROD.intermediate("c", key(), form -> constrained(form, "partner"));
    var here = PROD.intermediate("c", key(), form -> constrained(form, "prod"));

    assertThat(reason(chain(elsewhere), PROD)).isEqualTo("outside_name_constraints");
    assertThat(verify(chain(here)).id().toString()).isEqualTo(ID);
  }

  /** An authority of a bundle may be limited as one below it is. */
  @Test
  void keepsAnAuthorityToItsNameConstraints() {
    var elsewhere = PROD.intermediate("c", key(), form -> constrained(form, "partner"));
    var here = PROD.intermediate("c", key(), form -> constrained(form, "prod"));
    var below = elsewhere.intermediate("d", key(), Form::authority);

    assertThat(reason(one(elsewhere, FROM, UNTIL), elsewhere)).isEqualTo("untrusted_certificate");
    assertThat(reason(chain(below), elsewhere)).isEqualTo("untrusted_certificate");
    assertThat(verify(one(here, FROM, UNTIL), here).id().toString()).isEqualTo(ID);
  }

  @Test
  void keepsAnAuthorityToTheLengthOfItsPaths() {
    var last = PROD.intermediate("last", key(), form -> form.authority(0));
    var below = last.intermediate("below", key(), Form::authority);
    var middle = PROD.intermediate("middle", key(), form -> form.authority(1));
    var one = middle.intermediate("one", key(), Form::authority);
    var two = one.intermediate("two", key(), Form::authority);

    assertThat(verify(one(last, FROM, UNTIL), last)).isNotNull();
    assertThat(reason(chain(below), last)).isEqualTo("untrusted_certificate");
    assertThat(verify(chain(one), middle)).isNotNull();
    assertThat(reason(chain(two, one), middle)).isEqualTo("untrusted_certificate");
  }

  /** Which authority a path is found to must not depend on chance. */
  @Test
  void findsTheAuthorityThatMay() {
    var key = key();
    var may = PROD.intermediate("same", key, Form::authority);
    var mayNot = PROD.intermediate("same", key, form -> constrained(form, "partner"));
    var leaf = one(may, FROM, UNTIL);

    assertThat(verifier.verify(leaf, "prod", Set.of(may.certificate(), mayNot.certificate()), NOW))
        .isNotNull();
  }

  /** Such a name is none of a host, which is what constraints are about. */
  @Test
  void takesATrustDomainWhoseNameHasAnUnderscore() {
    var odd = TestingAuthority.of("odd_name", NOW);
    var kept = odd.intermediate("c", key(), form -> constrained(form, "prod"));
    var id = "spiffe://odd_name/agent/ci";
    var chain = List.of(odd.certify(id, FROM, UNTIL).certificate());
    var constrained = List.of(kept.certify(id, FROM, UNTIL).certificate(), kept.certificate());

    assertThat(verify(chain, odd).id().toString()).isEqualTo(id);
    assertThat(reason(constrained, odd)).isIn("outside_name_constraints", "malformed_certificate");
  }

  @Test
  void asksAServerToBeOne() {
    var server = leaf(eku(KeyPurposeId.id_kp_serverAuth, false));
    var authorities = Set.of(PROD.certificate());

    assertThat(new X509SvidVerifier(Purpose.SERVER).verify(server, "prod", authorities, NOW))
        .isNotNull();
  }

  private X509Svid verify(List<X509Certificate> chain) {
    return verify(chain, PROD);
  }

  private X509Svid verify(List<X509Certificate> chain, TestingAuthority authority) {
    var domain = X509SvidVerifier.claimedDomain(chain);
    return verifier.verify(chain, domain, Set.of(authority.certificate()), NOW);
  }

  private String reason(List<X509Certificate> chain, TestingAuthority authority) {
    try {
      return verify(chain, authority).toString();
    } catch (CertificateFault fault) {
      return fault.reason();
    }
  }
}
