package dev.sallyport.identity.tls;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * Shows the newest certificate in each handshake. A handshake that has begun with one ends with it,
 * though a newer one comes meanwhile. Thread-safe.
 */
final class NewestCertificate extends X509ExtendedKeyManager {
  private final CertificateSource source;
  private final AtomicReference<Shown> shown = new AtomicReference<>(Shown.NONE);

  NewestCertificate(CertificateSource source) {
    this.source = source;
  }

  @Override
  public @Nullable String chooseEngineServerAlias(
      String keyType, Principal @Nullable [] issuers, SSLEngine engine) {
    return alias(keyType);
  }

  @Override
  public @Nullable String chooseServerAlias(
      String keyType, Principal @Nullable [] issuers, Socket socket) {
    return alias(keyType);
  }

  @Override
  public X509Certificate @Nullable [] getCertificateChain(String alias) {
    return shown
        .get()
        .named(alias)
        .map(own -> own.chain().toArray(X509Certificate[]::new))
        .orElse(null);
  }

  @Override
  public @Nullable PrivateKey getPrivateKey(String alias) {
    return shown.get().named(alias).map(OwnCertificate::key).orElse(null);
  }

  @Override
  public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
    var alias = alias(keyType);
    return alias == null ? null : new String[] {alias};
  }

  @Override
  public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
    return null;
  }

  @Override
  public @Nullable String chooseClientAlias(
      String[] keyTypes, Principal @Nullable [] issuers, Socket socket) {
    return null;
  }

  private @Nullable String alias(String keyType) {
    var newest = source.newest();
    if (newest.isEmpty() || !newest.get().key().getAlgorithm().equals(keyType)) {
      return null;
    }
    return shown.updateAndGet(last -> last.with(newest.get())).alias();
  }

  /** The certificate that is shown now, and the one before. */
  private record Shown(
      long number, Optional<OwnCertificate> present, Optional<OwnCertificate> before) {
    private static final Shown NONE = new Shown(0, Optional.empty(), Optional.empty());

    private Shown with(OwnCertificate newest) {
      return present.equals(Optional.of(newest))
          ? this
          : new Shown(number + 1, Optional.of(newest), present);
    }

    private String alias() {
      return String.valueOf(number);
    }

    private Optional<OwnCertificate> named(String alias) {
      if (alias.equals(alias())) {
        return present;
      }
      return alias.equals(String.valueOf(number - 1)) ? before : Optional.empty();
    }
  }
}
