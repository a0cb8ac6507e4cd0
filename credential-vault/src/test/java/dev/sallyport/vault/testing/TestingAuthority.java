package dev.sallyport.vault.testing;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A certificate authority for one test. */
public final class TestingAuthority {
  private static final X500Name NAME = new X500Name("CN=Testing Authority");

  private final Instant now;
  private final KeyPair keys;
  private final X509Certificate certificate;

  /** An authority whose certificates hold around a moment. */
  public TestingAuthority(Instant now) {
    this.now = now;
    this.keys = newKeys();
    var builder =
        new JcaX509v3CertificateBuilder(
            NAME, BigInteger.ONE, from(now), until(now), NAME, keys.getPublic());
    this.certificate = signed(builder, Extension.basicConstraints, new BasicConstraints(true));
  }

  /** Writes the authority's certificate as PEM. */
  public Path writeTo(Path file) throws IOException, GeneralSecurityException {
    var encoded =
        Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(certificate.getEncoded());
    return Files.writeString(
        file, "-----BEGIN CERTIFICATE-----\n" + encoded + "\n-----END CERTIFICATE-----\n");
  }

  /** What a server with a certificate for an address or a name answers with. */
  public SSLContext server(String host) throws GeneralSecurityException, IOException {
    return server(host, now);
  }

  /** The same, with a certificate that holds around another moment. */
  public SSLContext server(String host, Instant around)
      throws GeneralSecurityException, IOException {
    var serverKeys = newKeys();
    var builder =
        new JcaX509v3CertificateBuilder(
            NAME,
            BigInteger.TWO,
            from(around),
            until(around),
            new X500Name("CN=Testing Server"),
            serverKeys.getPublic());
    boolean isAddress = host.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9'));
    var name = new GeneralName(isAddress ? GeneralName.iPAddress : GeneralName.dNSName, host);
    var signed = signed(builder, Extension.subjectAlternativeName, new GeneralNames(name));
    var store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setKeyEntry(
        "server",
        serverKeys.getPrivate(),
        new char[0],
        new X509Certificate[] {signed, certificate});
    var managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(store, new char[0]);
    var context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    return context;
  }

  private X509Certificate signed(
      X509v3CertificateBuilder builder, ASN1ObjectIdentifier extension, ASN1Encodable value) {
    try {
      builder.addExtension(extension, true, value);
      var signer = new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate());
      return new JcaX509CertificateConverter().getCertificate(builder.build(signer));
    } catch (CertIOException | OperatorCreationException | GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static KeyPair newKeys() {
    try {
      var generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(256);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Date from(Instant moment) {
    return Date.from(moment.minus(Duration.ofHours(1)));
  }

  private static Date until(Instant moment) {
    return Date.from(moment.plus(Duration.ofHours(1)));
  }
}
