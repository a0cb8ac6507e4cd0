package dev.sallyport.identity.x509;

import static dev.sallyport.identity.x509.X509Samples.FROM;
import static dev.sallyport.identity.x509.X509Samples.ID;
import static dev.sallyport.identity.x509.X509Samples.NAME;
import static dev.sallyport.identity.x509.X509Samples.NOW;
import static dev.sallyport.identity.x509.X509Samples.PARTNER;
import static dev.sallyport.identity.x509.X509Samples.PROD;
import static dev.sallyport.identity.x509.X509Samples.UNTIL;
import static dev.sallyport.identity.x509.X509Samples.bare;
import static dev.sallyport.identity.x509.X509Samples.chain;
import static dev.sallyport.identity.x509.X509Samples.dns;
import static dev.sallyport.identity.x509.X509Samples.eku;
import static dev.sallyport.identity.x509.X509Samples.key;
import static dev.sallyport.identity.x509.X509Samples.leaf;
import static dev.sallyport.identity.x509.X509Samples.mail;
import static dev.sallyport.identity.x509.X509Samples.names;
import static dev.sallyport.identity.x509.X509Samples.one;
import static dev.sallyport.identity.x509.X509Samples.rsa;
import static dev.sallyport.identity.x509.X509Samples.text;
import static dev.sallyport.identity.x509.X509Samples.uri;
import static dev.sallyport.identity.x509.X509Samples.usage;
import static dev.sallyport.identity.x509.X509Samples.used;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.sallyport.identity.testing.TestingAuthority;
import dev.sallyport.identity.testing.TestingAuthority.Form;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.OtherName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What an attacker may show, and what evidence says of it. */
class HostileCertificatesTest {
  /** ID-22, ID-23, ID-24, ID-29. */
  @ParameterizedTest(name = "{0}")
  @MethodSource({"badNames", "badUses", "badPaths", "badKeys"})
  void refuses(String name, List<X509Certificate> chain, String reason) {
    assertThat(reason(chain)).as(name).isEqualTo(reason);
  }

  static Stream<Arguments> badNames() {
    var other = new OtherName(new ASN1ObjectIdentifier("1.3.6.1.4.1.311.20.2.3"), text(ID));
    var otherName = new GeneralName(GeneralName.otherName, other);
    return Stream.of(
        arguments("no SAN", leaf(usage()), "no_spiffe_id"),
        arguments("two SPIFFE IDs", leaf(f -> f.leaf(NAME, uri(ID + "2"))), "several_uris"),
        arguments("one ID twice", leaf(f -> f.leaf(NAME, NAME)), "several_uris"),
        arguments("a web URI too", leaf(f -> f.leaf(NAME, uri("https://x"))), "several_uris"),
        arguments("a web URI first", leaf(f -> f.leaf(uri("https://x"), NAME)), "several_uris"),
        arguments("a web URI only", leaf(f -> f.leaf(uri("https://prod/a"))), "no_spiffe_id"),
        arguments("the ID as DNS name", leaf(f -> f.leaf(dns(ID))), "no_spiffe_id"),
        arguments("the ID as mail address", leaf(f -> f.leaf(mail(ID))), "no_spiffe_id"),
        arguments("the ID as other name", leaf(f -> f.leaf(otherName)), "no_spiffe_id"),
        arguments("a second ID as mail", leaf(f -> f.leaf(NAME, mail(ID))), "misplaced_spiffe_id"),
        arguments("an other name too", leaf(f -> f.leaf(otherName, NAME)), "misplaced_spiffe_id"),
        arguments("no path", leaf(f -> f.leaf(uri("spiffe://prod"))), "bad_spiffe_id"));
  }

  static Stream<Arguments> badUses() {
    var serverOnly = eku(KeyPurposeId.id_kp_serverAuth, false);
    return Stream.of(
        arguments(
            "a CA",
            leaf(
                bare(
                    usage(),
                    form -> names(form, NAME),
                    form -> form.add(Extension.basicConstraints, new BasicConstraints(true)))),
            "authority_as_workload"),
        arguments("no keyUsage", leaf(form -> names(form, NAME)), "no_key_usage"),
        arguments("no digitalSignature", leaf(used(KeyUsage.keyAgreement)), "no_digital_signature"),
        arguments(
            "keyCertSign",
            leaf(used(KeyUsage.digitalSignature | KeyUsage.keyCertSign)),
            "authority_as_workload"),
        arguments(
            "cRLSign",
            leaf(used(KeyUsage.digitalSignature | KeyUsage.cRLSign)),
            "authority_as_workload"),
        arguments("for servers only", leaf(serverOnly), "wrong_purpose"),
        arguments(
            "an unknown critical extension",
            leaf(
                bare(
                    usage(),
                    form -> names(form, NAME),
                    form -> form.add(new ASN1ObjectIdentifier("1.2.3.4.5"), DERNull.INSTANCE))),
            "unknown_critical_extension"));
  }

  static Stream<Arguments> badPaths() {
    var workload = PROD.intermediate("workload", key(), form -> form.leaf(NAME));
    var foreign = PARTNER.intermediate("below", key(), Form::authority);
    var renamed =
        PROD.intermediate(
            "renamed",
            key(),
            form -> {
              form.authority();
              names(form, uri("spiffe://partner"));
            });
    var both =
        PROD.intermediate(
            "both",
            key(),
            form -> {
              form.authority();
              names(form, uri("spiffe://prod"), uri("spiffe://partner"));
            });
    var last = PROD.intermediate("last", key(), form -> form.authority(0));
    var beyond = last.intermediate("beyond", key(), Form::authority);
    var self = TestingAuthority.of("prod", NOW, key(), form -> form.leaf(NAME));
    var twin = TestingAuthority.of("prod", NOW);
    var nine = new ArrayList<>(chain(PROD.intermediate("i", key(), Form::authority)));
    while (nine.size() < 9) {
      nine.add(nine.getLast());
    }
    return Stream.of(
        arguments("expired", one(PROD, FROM, NOW), "certificate_expired"),
        arguments(
            "not yet valid", one(PROD, NOW.plusSeconds(1), UNTIL), "certificate_not_yet_valid"),
        arguments("self-signed", List.of(self.certificate()), "untrusted_certificate"),
        arguments("signed by a workload", chain(workload), "issuer_may_not_sign"),
        arguments(
            "by another domain's authority", one(PARTNER, FROM, UNTIL), "untrusted_certificate"),
        arguments("by another of the same name", one(twin, FROM, UNTIL), "untrusted_certificate"),
        arguments("by another domain's intermediate", chain(foreign), "untrusted_certificate"),
        arguments(
            "with another domain's authority sent along",
            chain(foreign, PARTNER),
            "untrusted_certificate"),
        arguments("an intermediate of another domain", chain(renamed), "foreign_intermediate"),
        arguments("an intermediate of two domains", chain(both), "foreign_intermediate"),
        arguments("deeper than an authority allows", chain(beyond, last), "issuer_may_not_sign"),
        arguments("an intermediate not sent", chain(beyond).subList(0, 1), "untrusted_certificate"),
        arguments("nine certificates", nine, "chain_too_long"));
  }

  static Stream<Arguments> badKeys() {
    var weak = TestingAuthority.of("prod", NOW, rsa(2_048), Form::authority);
    return Stream.of(
        arguments("RSA 1024", leaf(rsa(1_024), f -> f.leaf(NAME)), "weak_certificate"),
        arguments("Ed25519", leaf(key("Ed25519", 255), f -> f.leaf(NAME)), "weak_certificate"),
        arguments("DSA", leaf(key("DSA", 2_048), f -> f.leaf(NAME)), "weak_certificate"),
        arguments(
            "an intermediate of RSA 1024",
            chain(PROD.intermediate("weak", rsa(1_024), Form::authority)),
            "weak_certificate"),
        arguments("another key", one(weak, FROM, UNTIL), "untrusted_certificate"));
  }

  private static String reason(List<X509Certificate> chain) {
    try {
      var domain = X509SvidVerifier.claimedDomain(chain);
      return new X509SvidVerifier(Purpose.CLIENT)
          .verify(chain, domain, Set.of(PROD.certificate()), NOW)
          .toString();
    } catch (CertificateFault fault) {
      return fault.reason();
    }
  }
}
