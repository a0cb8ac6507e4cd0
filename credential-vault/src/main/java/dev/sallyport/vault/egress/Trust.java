package dev.sallyport.vault.egress;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Whose certificates are believed: those that the JVM trusts, and those of a file if configured.
 */
final class Trust {
  private Trust() {}

  /**
   * Makes the sockets of TLS.
   *
   * @throws IllegalArgumentException if the file cannot be read or holds no certificate
   */
  static SSLSocketFactory sockets(Optional<Path> extraAuthorities) {
    try {
      var context = SSLContext.getInstance("TLS");
      var managers = managers(null);
      if (extraAuthorities.isPresent()) {
        managers = managers(joined(managers, extraAuthorities.get()));
      }
      context.init(null, managers.getTrustManagers(), null);
      return context.getSocketFactory();
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalArgumentException(
          "the certificates to trust cannot be read from "
              + extraAuthorities.map(Path::toString).orElse("the JVM")
              + "; give a PEM file of certificates",
          e);
    }
  }

  private static TrustManagerFactory managers(@Nullable KeyStore store)
      throws GeneralSecurityException {
    var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return factory;
  }

  private static KeyStore joined(TrustManagerFactory known, Path file)
      throws GeneralSecurityException, IOException {
    var store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    int count = 0;
    for (var manager : known.getTrustManagers()) {
      if (manager instanceof X509TrustManager trusting) {
        for (var certificate : trusting.getAcceptedIssuers()) {
          store.setCertificateEntry("known-" + count++, certificate);
        }
      }
    }
    try (var in = Files.newInputStream(file)) {
      var added = CertificateFactory.getInstance("X.509").generateCertificates(in);
      if (added.isEmpty()) {
        throw new IOException("no certificate");
      }
      for (var certificate : added) {
        store.setCertificateEntry("extra-" + count++, certificate);
      }
    }
    return store;
  }
}
