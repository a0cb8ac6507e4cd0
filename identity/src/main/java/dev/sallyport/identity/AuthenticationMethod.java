package dev.sallyport.identity;

/** How a principal proved who it is. */
public enum AuthenticationMethod {
  JWT_SVID("jwt-svid"),
  X509_SVID("x509-svid"),
  SERVICE_ACCOUNT("service-account"),
  ACCESS_TOKEN("access-token"),
  VIRTUAL_KEY("virtual-key"),
  /** Sallyport acting for itself, such as when it asks a server for its tools. */
  INTERNAL("internal");

  private final String label;

  AuthenticationMethod(String label) {
    this.label = label;
  }

  /** The name of this method in evidence and metrics. */
  public String label() {
    return label;
  }
}
