package dev.sallyport.identity.tls;

import dev.sallyport.identity.store.FileStamp;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A certificate and its key in PEM files, read again when either changes. New ones that cannot be
 * used leave the last good ones in force. Thread-safe.
 */
public final class CertificateFiles implements CertificateSource {
  private static final Logger LOG = System.getLogger(CertificateFiles.class.getName());

  private final Path certificate;
  private final Path key;
  private final InstantSource clock;
  private final ReentrantLock looking = new ReentrantLock();
  private volatile OwnCertificate newest;
  private volatile Stamps seen;

  private CertificateFiles(
      Path certificate, Path key, InstantSource clock, Stamps seen, OwnCertificate newest) {
    this.certificate = certificate;
    this.key = key;
    this.clock = clock;
    this.seen = seen;
    this.newest = newest;
  }

  /**
   * Reads the files.
   *
   * @param certificate holds the certificate, then those that certify it
   * @param key holds its private key: PKCS #8, or as RSA and EC keys have of old
   * @throws IllegalArgumentException if they cannot be used, in a sentence without what they hold
   */
  public static CertificateFiles open(Path certificate, Path key, InstantSource clock) {
    try {
      var seen = new Stamps(FileStamp.of(certificate), FileStamp.of(key));
      return new CertificateFiles(certificate, key, clock, seen, read(certificate, key, clock));
    } catch (IOException e) {
      throw new IllegalArgumentException("cannot be read: " + e.getMessage(), e);
    }
  }

  /**
   * The last good certificate; the files are looked at each time, but read only if they changed.
   */
  @Override
  public Optional<OwnCertificate> newest() {
    tick();
    return Optional.of(newest);
  }

  @Override
  public void start() {}

  @Override
  public void tick() {
    if (looking.tryLock()) {
      try {
        look();
      } finally {
        looking.unlock();
      }
    }
  }

  private void look() {
    try {
      var present = new Stamps(FileStamp.of(certificate), FileStamp.of(key));
      if (present.equals(seen)) {
        return;
      }
      seen = present;
      newest = read(certificate, key, clock);
      LOG.log(
          Level.INFO, "the TLS certificate was replaced; it holds until {0}", newest.expiresAt());
    } catch (IOException | IllegalArgumentException e) {
      LOG.log(
          Level.WARNING,
          "the new TLS certificate cannot be used, the last one stays: {0}",
          e.getMessage());
    }
  }

  @Override
  public void close() {}

  private static OwnCertificate read(Path certificate, Path key, InstantSource clock)
      throws IOException {
    var chain = PemFile.read(certificate).certificates();
    var own = new OwnCertificate(chain, PemFile.read(key).key(chain.getFirst().getPublicKey()));
    if (!own.matches()) {
      throw new IllegalArgumentException(
          "the private key in " + key + " is not that of the first certificate in " + certificate);
    }
    if (!clock.instant().isBefore(own.expiresAt())) {
      throw new IllegalArgumentException(
          "the first certificate in " + certificate + " is over since " + own.expiresAt());
    }
    return own;
  }

  /** What changes when either file does. */
  private record Stamps(FileStamp certificate, FileStamp key) {}
}
