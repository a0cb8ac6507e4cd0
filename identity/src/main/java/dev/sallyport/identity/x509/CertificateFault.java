package dev.sallyport.identity.x509;

/** A certificate does not hold, for a reason with a stable code. It has no stack trace. */
public final class CertificateFault extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String reason;

  /**
   * A fault.
   *
   * @param reason a stable code for evidence; nothing of the certificate
   */
  public CertificateFault(String reason) {
    super(reason, null, false, false);
    this.reason = reason;
  }

  public String reason() {
    return reason;
  }
}
