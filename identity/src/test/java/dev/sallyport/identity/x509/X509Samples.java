package dev.sallyport.identity.x509;

import dev.sallyport.identity.testing.TestingAuthority;
import dev.sallyport.identity.testing.TestingAuthority.Form;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.GeneralSubtree;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.NameConstraints;

/** Certificates of every form, by the authorities of two trust domains. */
final class X509Samples {
  static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
  static final Instant FROM = NOW.minus(Duration.ofMinutes(1));
  static final Instant UNTIL = NOW.plus(Duration.ofHours(1));
  static final String ID = "spiffe://prod/agent/ci";
  static final GeneralName NAME = uri(ID);
  static final TestingAuthority PROD = TestingAuthority.of("prod", NOW);
  static final TestingAuthority PARTNER = TestingAuthority.of("partner", NOW);

  private X509Samples() {}

  static List<X509Certificate> one(TestingAuthority by, Instant from, Instant until) {
    return List.of(by.certify(ID, from, until).certificate());
  }

  static List<X509Certificate> leaf(Consumer<Form> form) {
    return leaf(key(), form);
  }

  static List<X509Certificate> leaf(KeyPair key, Consumer<Form> form) {
    return List.of(PROD.certify("leaf", key, FROM, UNTIL, form));
  }

  /** A good leaf by the first of these, and their certificates. */
  static List<X509Certificate> chain(TestingAuthority... by) {
    return Stream.concat(
            one(by[0], FROM, UNTIL).stream(), Stream.of(by).map(TestingAuthority::certificate))
        .toList();
  }

  static Consumer<Form> usage() {
    return form -> form.add(Extension.keyUsage, new KeyUsage(KeyUsage.digitalSignature));
  }

  static Consumer<Form> used(int usage) {
    return form -> {
      form.add(Extension.keyUsage, new KeyUsage(usage));
      names(form, NAME);
    };
  }

  static Consumer<Form> eku(KeyPurposeId purpose, boolean alsoServer) {
    var purposes =
        alsoServer
            ? new KeyPurposeId[] {KeyPurposeId.id_kp_serverAuth, purpose}
            : new KeyPurposeId[] {purpose};
    return form -> {
      form.leaf(NAME);
      form.add(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purposes));
    };
  }

  @SafeVarargs
  @SuppressWarnings("varargs")
  static Consumer<Form> bare(Consumer<Form>... parts) {
    return form -> List.of(parts).forEach(part -> part.accept(form));
  }

  static void names(Form form, GeneralName... names) {
    form.add(Extension.subjectAlternativeName, false, new GeneralNames(names));
  }

  static void constrained(Form form, String domain) {
    form.authority();
    form.add(
        Extension.nameConstraints,
        new NameConstraints(new GeneralSubtree[] {new GeneralSubtree(uri(domain))}, null));
  }

  static GeneralName uri(String text) {
    return new GeneralName(GeneralName.uniformResourceIdentifier, text);
  }

  static GeneralName dns(String text) {
    return new GeneralName(GeneralName.dNSName, text);
  }

  static GeneralName mail(String text) {
    return new GeneralName(GeneralName.rfc822Name, text);
  }

  static DERUTF8String text(String text) {
    return new DERUTF8String(text);
  }

  static KeyPair key() {
    return TestingAuthority.newKey();
  }

  static KeyPair rsa(int bits) {
    return key("RSA", bits);
  }

  static KeyPair key(String algorithm, int bits) {
    try {
      var generator = KeyPairGenerator.getInstance(algorithm);
      generator.initialize(bits);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
