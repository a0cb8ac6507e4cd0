package dev.sallyport.gateway.demo.peer;

/** A request that the provider does not take; the message says why. */
final class MalformedRequestException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String reason;

  MalformedRequestException(String reason) {
    super(reason, null, false, false);
    this.reason = reason;
  }

  String reason() {
    return reason;
  }

  static void require(boolean condition, String reason) throws MalformedRequestException {
    if (!condition) {
      throw new MalformedRequestException(reason);
    }
  }
}
