package dev.sallyport.identity.delegation;

import java.util.Locale;

/** A token is not exchanged. It has no stack trace: it is an answer, not a fault. */
public final class ExchangeFault extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ErrorCode error;
  private final String reason;

  /**
   * A fault.
   *
   * @param reason a stable code for evidence; nothing of a token
   */
  ExchangeFault(ErrorCode error, String reason) {
    super(reason, null, false, false);
    this.error = error;
    this.reason = reason;
  }

  /** What the caller is told. */
  public ErrorCode error() {
    return error;
  }

  /** A stable code for evidence, which says more than the caller is told. */
  public String reason() {
    return reason;
  }

  /** What a caller is told. Source: RFC 6749, section 5.2; RFC 8693, section 2.2.2. */
  public enum ErrorCode {
    INVALID_REQUEST("The request lacks something, or one of its tokens is not taken."),
    INVALID_SCOPE("A token may have no scope that the tokens given for it lack."),
    INVALID_TARGET("Tokens are given for this gateway only."),
    UNAUTHORIZED_CLIENT("Only an agent that acts on its own may exchange tokens."),
    UNSUPPORTED_GRANT_TYPE("The grant type is urn:ietf:params:oauth:grant-type:token-exchange.");

    private final String advice;

    ErrorCode(String advice) {
      this.advice = advice;
    }

    /** The {@code error} of the answer. */
    public String code() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** The {@code error_description} of the answer. */
    public String advice() {
      return advice;
    }
  }
}
