package dev.sallyport.identity.federation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * By a certificate for the name in the URL, from an authority that Java trusts, or from one in a
 * file where one is given: the profile {@code https_web}.
 */
public final class WebServerTrust implements ServerTrust {
  private final Optional<Path> caFile;

  private WebServerTrust(Optional<Path> caFile) {
    this.caFile = caFile;
  }

  /** By the authorities that Java trusts. */
  public static WebServerTrust ofPlatform() {
    return new WebServerTrust(Optional.empty());
  }

  /**
   * By the authorities in a PEM file alone, which is read anew for each poll.
   *
   * @throws IllegalArgumentException if it cannot be read now
   */
  public static WebServerTrust ofFile(Path caFile) {
    try {
      var trust = new WebServerTrust(Optional.of(caFile));
      var _ = trust.context();
      return trust;
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalArgumentException(
          "caFile must hold certificates in PEM (" + e.getClass().getSimpleName() + "): " + caFile,
          e);
    }
  }

  @Override
  public SSLContext context() throws IOException, GeneralSecurityException {
    if (caFile.isEmpty()) {
      return SSLContext.getDefault();
    }
    var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(read(caFile.get()));
    var context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), new SecureRandom());
    return context;
  }

  private static KeyStore read(Path file) throws IOException, GeneralSecurityException {
    var store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    try (var in = Files.newInputStream(file)) {
      int number = 0;
      for (var certificate : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        store.setCertificateEntry("ca-" + number++, certificate);
      }
    }
    if (store.size() == 0) {
      throw new GeneralSecurityException("no certificate");
    }
    return store;
  }
}
