package dev.sallyport.identity.tls;

import dev.sallyport.identity.workload.OwnSvid;
import dev.sallyport.identity.workload.OwnSvidSource;
import java.time.InstantSource;
import java.util.Optional;

/** The gateway's own X.509-SVID as its certificate, as a SPIFFE Workload API pushes it. */
public final class AgentCertificate implements CertificateSource {
  private final OwnSvidSource source;

  /**
   * A certificate that is not asked for before the start.
   *
   * @param address {@code unix:/path} or {@code tcp://IP:port}
   * @throws IllegalArgumentException if the address is of another form
   */
  public AgentCertificate(String address, InstantSource clock) {
    source = new OwnSvidSource(address, clock);
  }

  @Override
  public Optional<OwnCertificate> newest() {
    return source.current().map(AgentCertificate::own);
  }

  private static OwnCertificate own(OwnSvid svid) {
    return new OwnCertificate(svid.chain(), svid.key());
  }

  @Override
  public void start() {
    source.start();
  }

  @Override
  public void tick() {
    source.tick();
  }

  @Override
  public void close() {
    source.close();
  }
}
