package dev.sallyport.identity.x509;

/** What a peer's certificate must be for. Source: RFC 5280, section 4.2.1.12. */
public enum Purpose {
  /** For one that connects to us. */
  CLIENT("1.3.6.1.5.5.7.3.2"),
  /** For one that we connect to. */
  SERVER("1.3.6.1.5.5.7.3.1");

  private final String oid;

  Purpose(String oid) {
    this.oid = oid;
  }

  String oid() {
    return oid;
  }
}
