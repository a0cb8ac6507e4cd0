package dev.sallyport.identity.tls;

import java.util.Optional;

/** Where the gateway's own certificate comes from. Thread-safe; asking never blocks. */
public sealed interface CertificateSource extends AutoCloseable
    permits CertificateFiles, AgentCertificate {
  /** The newest certificate; empty as long as there is none. */
  Optional<OwnCertificate> newest();

  /** Begins to follow changes. To be called once. */
  void start();

  /** Looks whether something is to be done. To be called every few seconds, off any request. */
  void tick();

  @Override
  void close();
}
