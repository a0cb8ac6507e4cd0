package dev.sallyport.identity.testing;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A certificate authority, which certifies whatever a test wants certified. */
public final class TestingAuthority {
  private static final Provider BOUNCY_CASTLE = new BouncyCastleProvider();
  private static final AtomicLong SERIAL = new AtomicLong();

  private final String name;
  private final KeyPair pair;
  private final Instant from;
  private final Instant until;
  private final X509Certificate certificate;

  private final String algorithm;

  private TestingAuthority(
      String name, KeyPair pair, Instant from, Instant until, Consumer<Form> form) {
    this.name = name;
    this.pair = pair;
    this.from = from;
    this.until = until;
    this.algorithm = pair.getPublic() instanceof ECPublicKey ? "SHA256withECDSA" : "SHA256withRSA";
    this.certificate = sign(name, pair, from, until, form);
  }

  private TestingAuthority(
      String name,
      KeyPair pair,
      Instant from,
      Instant until,
      X509Certificate certificate,
      String algorithm) {
    this.name = name;
    this.pair = pair;
    this.from = from;
    this.until = until;
    this.algorithm = algorithm;
    this.certificate = certificate;
  }

  /** The authority of a trust domain, on P-256, which holds for ten years around a moment. */
  public static TestingAuthority of(String trustDomain, Instant now) {
    return of(trustDomain, now, newKey(), Form::authority);
  }

  /** The same by a key and of a form that a test wants, good or bad. */
  public static TestingAuthority of(
      String trustDomain, Instant now, KeyPair pair, Consumer<Form> form) {
    var years = Duration.ofDays(5 * 365);
    return new TestingAuthority(trustDomain, pair, now.minus(years), now.plus(years), form);
  }

  public X509Certificate certificate() {
    return certificate;
  }

  /** The certificate as an entry of a SPIFFE bundle. */
  public Map<String, Object> jwk() {
    return jwk(certificate);
  }

  /** Any certificate as an entry of a SPIFFE bundle. */
  public static Map<String, Object> jwk(X509Certificate certificate) {
    return Map.of(
        "use",
        "x509-svid",
        "kty",
        certificate.getPublicKey() instanceof ECPublicKey ? "EC" : "RSA",
        "x5c",
        List.of(Base64.getEncoder().encodeToString(der(certificate))));
  }

  /** An X.509-SVID of a path, such as {@code /agent/ci}, that holds for an hour. */
  public Certified svid(String path) {
    return svid(path, Duration.ofHours(1));
  }

  /** An X.509-SVID of a path, that holds so long. */
  public Certified svid(String path, Duration life) {
    var start = from.plus(Duration.between(from, until).dividedBy(2));
    return certify("spiffe://" + name + path, start.minus(Duration.ofMinutes(1)), start.plus(life));
  }

  /** The certificate of a web server at an address, which holds for years. */
  public Certified server(String address) {
    return certify(from, until, form -> form.leaf(new GeneralName(GeneralName.iPAddress, address)));
  }

  /** The certificate in PEM. */
  public String pem() {
    return "-----BEGIN CERTIFICATE-----\n"
        + Base64.getMimeEncoder().encodeToString(der(certificate))
        + "\n-----END CERTIFICATE-----\n";
  }

  /** A leaf that names this URI, between these moments. */
  public Certified certify(String uri, Instant notBefore, Instant notAfter) {
    return certify(
        notBefore,
        notAfter,
        form -> form.leaf(new GeneralName(GeneralName.uniformResourceIdentifier, uri)));
  }

  /** A certificate of any form, between these moments. */
  public Certified certify(Instant notBefore, Instant notAfter, Consumer<Form> form) {
    var key = newKey();
    return new Certified(sign("leaf", key, notBefore, notAfter, form), key.getPrivate());
  }

  /** A certificate of any form for a subject and a key, between these moments. */
  public X509Certificate certify(
      String subject, KeyPair key, Instant notBefore, Instant notAfter, Consumer<Form> form) {
    return sign(subject, key, notBefore, notAfter, form);
  }

  /** An authority that this one has certified, with a certificate of any form. */
  public TestingAuthority intermediate(String subject, KeyPair key, Consumer<Form> form) {
    return intermediate(subject, key, until, form);
  }

  /** The same, for a while of its own. */
  public TestingAuthority intermediate(
      String subject, KeyPair key, Instant end, Consumer<Form> form) {
    var signed = sign(subject, key, from, end, form);
    var signing = key.getPublic() instanceof ECPublicKey ? "SHA256withECDSA" : "SHA256withRSA";
    return new TestingAuthority(subject, key, from, end, signed, signing);
  }

  /** The same authority, which signs by another algorithm from now on. */
  public TestingAuthority signing(String otherAlgorithm) {
    return new TestingAuthority(name, pair, from, until, certificate, otherAlgorithm);
  }

  /** A new key pair on P-256. */
  public static KeyPair newKey() {
    try {
      var generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The certificate's encoded form. */
  public static byte[] der(X509Certificate certificate) {
    try {
      return certificate.getEncoded();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private X509Certificate sign(
      String subject, KeyPair key, Instant notBefore, Instant notAfter, Consumer<Form> form) {
    try {
      var builder =
          new JcaX509v3CertificateBuilder(
              new X500Principal("CN=" + name),
              BigInteger.valueOf(SERIAL.incrementAndGet()),
              Date.from(notBefore),
              Date.from(notAfter),
              new X500Principal("CN=" + subject),
              key.getPublic());
      form.accept(new Form(builder));
      return new JcaX509CertificateConverter()
          .getCertificate(
              builder.build(
                  new JcaContentSignerBuilder(algorithm)
                      .setProvider(BOUNCY_CASTLE)
                      .build(pair.getPrivate())));
    } catch (GeneralSecurityException | OperatorCreationException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A certificate with its private key. */
  public record Certified(X509Certificate certificate, PrivateKey key) {}

  /** What a certificate says beside its subject, key and times. */
  public static final class Form {
    private final X509v3CertificateBuilder builder;

    private Form(X509v3CertificateBuilder builder) {
      this.builder = builder;
    }

    /** That of an authority. */
    public void authority() {
      add(Extension.basicConstraints, new BasicConstraints(true));
      add(Extension.keyUsage, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
    }

    /** The same, with so many authorities below it at most. */
    public void authority(int below) {
      add(Extension.basicConstraints, new BasicConstraints(below));
      add(Extension.keyUsage, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
    }

    /** That of an end entity with these names. */
    public void leaf(GeneralName... names) {
      add(Extension.basicConstraints, new BasicConstraints(false));
      add(Extension.keyUsage, new KeyUsage(KeyUsage.digitalSignature));
      add(Extension.subjectAlternativeName, new GeneralNames(names));
    }

    /** One extension, critical. */
    public void add(ASN1ObjectIdentifier name, ASN1Encodable value) {
      add(name, true, value);
    }

    /** One extension. */
    public void add(ASN1ObjectIdentifier name, boolean critical, ASN1Encodable value) {
      try {
        builder.addExtension(name, critical, value);
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
