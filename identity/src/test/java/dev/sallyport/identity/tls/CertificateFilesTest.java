package dev.sallyport.identity.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.identity.testing.TestingAuthority;
import dev.sallyport.identity.testing.TestingClock;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Base64;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CertificateFilesTest {
  @TempDir private Path folder;

  private final TestingClock clock = new TestingClock();
  private final TestingAuthority authority = TestingAuthority.of("web", clock.instant());

  @ParameterizedTest
  @CsvSource({
    "EC, 256, PRIVATE KEY",
    "EC, 256, EC PRIVATE KEY",
    "EC, 521, EC PRIVATE KEY",
    "RSA, 2048, PRIVATE KEY",
    "RSA, 2048, RSA PRIVATE KEY"
  })
  void readsKeysAsToolsWriteThem(String algorithm, int bits, String label) throws IOException {
    var pair = pair(algorithm, bits);
    write(certificate(pair), label.startsWith("P") ? der(pair) : bare(pair), label);

    var own = open().newest().orElseThrow();

    assertThat(own.key()).isEqualTo(pair.getPrivate());
    assertThat(own.expiresAt()).isEqualTo(clock.instant().plus(Duration.ofHours(1)));
    assertThat(own.toString()).doesNotContain("Key");
  }

  @Test
  void readsWhatCertifiesTheCertificateFromTheSameFile() throws IOException {
    var pair = pair("EC", 256);
    var leaf = certificate(pair);
    Files.writeString(
        folder.resolve("tls.crt"),
        "subject=web\n"
            + pem("CERTIFICATE", TestingAuthority.der(leaf))
            + "\n"
            + pem("CERTIFICATE", TestingAuthority.der(authority.certificate())));
    Files.writeString(folder.resolve("tls.key"), pem("PRIVATE KEY", der(pair)));

    assertThat(open().newest().orElseThrow().chain())
        .containsExactly(leaf, authority.certificate());
  }

  @ParameterizedTest
  @CsvSource({
    "'', EC, 'there must be exactly one private key in '",
    "twice, EC, 'there must be exactly one private key in '",
    "ENCRYPTED PRIVATE KEY, EC, 'the private key is encrypted, of an unknown form'",
    "PRIVATE KEY, RSA, 'the private key is encrypted, of an unknown form'",
    "other, EC, 'is not that of the first certificate in '"
  })
  void refusesAKeyThatIsNoneOfTheCertificate(String label, String algorithm, String problem)
      throws IOException {
    var pair = pair("EC", 256);
    var key = algorithm.equals("RSA") ? pair("RSA", 2_048) : pair;
    var shown = label.equals("other") ? pair("EC", 256) : key;
    var name = label.equals("other") || label.equals("twice") ? "PRIVATE KEY" : label;
    var text = label.isEmpty() ? "no key" : pem(name, der(shown));
    Files.writeString(
        folder.resolve("tls.crt"), pem("CERTIFICATE", TestingAuthority.der(certificate(pair))));
    Files.writeString(folder.resolve("tls.key"), label.equals("twice") ? text + "\n" + text : text);

    assertThatThrownBy(this::open)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(problem);
  }

  @Test
  void refusesACertificateThatIsOverOrNone() throws IOException {
    var pair = pair("EC", 256);
    write(certificate(pair), der(pair), "PRIVATE KEY");
    clock.advance(Duration.ofHours(1));
    assertThatThrownBy(this::open).hasMessageContaining("is over since");

    Files.writeString(folder.resolve("tls.crt"), "none");
    assertThatThrownBy(this::open).hasMessageContaining("there is no certificate in");
    Files.writeString(folder.resolve("tls.crt"), pem("CERTIFICATE", new byte[] {1, 2, 3}));
    assertThatThrownBy(this::open).hasMessageContaining("a certificate cannot be read in");
    Files.delete(folder.resolve("tls.crt"));
    assertThatThrownBy(this::open).hasMessageContaining("cannot be read");
  }

  /** The two files are replaced one after the other, so for a moment they do not fit. */
  @Test
  void keepsTheLastGoodPairUntilBothFilesFit() throws IOException {
    var first = pair("EC", 256);
    var leaf = certificate(first);
    write(leaf, der(first), "PRIVATE KEY");
    var files = open();
    var second = pair("EC", 256);
    var fresh = certificate(second);

    replace("tls.crt", pem("CERTIFICATE", TestingAuthority.der(fresh)));
    assertThat(files.newest().orElseThrow().chain()).containsExactly(leaf);
    replace("tls.key", pem("PRIVATE KEY", der(second)));
    assertThat(files.newest().orElseThrow().chain()).containsExactly(fresh);

    Files.delete(folder.resolve("tls.key"));
    assertThat(files.newest().orElseThrow().chain()).containsExactly(fresh);
  }

  /** What a handshake has begun with, it ends with. */
  @Test
  void keepsAHandshakeToOneCertificate() throws IOException {
    var first = pair("EC", 256);
    write(certificate(first), der(first), "PRIVATE KEY");
    var shown = new NewestCertificate(open());
    var socket = new Socket();
    var before = shown.chooseServerAlias("EC", null, socket);
    assertThat(shown.chooseServerAlias("RSA", null, socket)).isNull();
    var second = pair("EC", 256);
    replace("tls.key", pem("PRIVATE KEY", der(second)));
    replace("tls.crt", pem("CERTIFICATE", TestingAuthority.der(certificate(second))));

    var after = shown.chooseServerAlias("EC", null, socket);

    assertThat(after).isNotEqualTo(before);
    assertThat(shown.getPrivateKey(String.valueOf(before))).isEqualTo(first.getPrivate());
    assertThat(shown.getPrivateKey(String.valueOf(after))).isEqualTo(second.getPrivate());
    assertThat(shown.getCertificateChain("9")).isNull();
  }

  private CertificateFiles open() {
    return CertificateFiles.open(folder.resolve("tls.crt"), folder.resolve("tls.key"), clock);
  }

  private X509Certificate certificate(KeyPair pair) {
    var now = clock.instant();
    return authority.certify(
        "gateway", pair, now.minusSeconds(60), now.plus(Duration.ofHours(1)), _ -> {});
  }

  private void write(X509Certificate certificate, byte[] key, String label) throws IOException {
    replace("tls.crt", pem("CERTIFICATE", TestingAuthority.der(certificate)));
    replace("tls.key", pem(label, key));
  }

  private void replace(String name, String text) throws IOException {
    var fresh = Files.writeString(folder.resolve(name + ".new"), text);
    Files.move(fresh, folder.resolve(name), StandardCopyOption.REPLACE_EXISTING);
  }

  private static String pem(String label, byte[] der) {
    var text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    return "-----BEGIN " + label + "-----\n" + text + "\n-----END " + label + "-----\n";
  }

  private static byte[] der(KeyPair pair) {
    return pair.getPrivate().getEncoded();
  }

  /** A key without the word of what kind it is: PKCS #1, or SEC 1. */
  private static byte[] bare(KeyPair pair) throws IOException {
    PrivateKey key = pair.getPrivate();
    return PrivateKeyInfo.getInstance(key.getEncoded())
        .parsePrivateKey()
        .toASN1Primitive()
        .getEncoded();
  }

  private static KeyPair pair(String algorithm, int bits) {
    try {
      var generator = KeyPairGenerator.getInstance(algorithm);
      generator.initialize(bits);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
