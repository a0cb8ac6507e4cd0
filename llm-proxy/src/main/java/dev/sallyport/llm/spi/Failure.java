package dev.sallyport.llm.spi;

import dev.sallyport.identity.action.RefusalCode;
import java.time.Duration;
import java.util.Optional;

/**
 * Why an attempt gave no answer.
 *
 * @param callerMessage what is wrong with the request: the provider's own words, or ours for what
 *     cannot be carried; bounded and without control characters; empty for every other kind
 * @param retryAfter how long the provider asked to be left alone
 */
public record Failure(Kind kind, Optional<String> callerMessage, Optional<Duration> retryAfter) {
  private static final int MAX_MESSAGE = 500;

  public Failure {
    callerMessage =
        kind == Kind.INVALID_REQUEST || kind == Kind.CANNOT_CARRY
            ? callerMessage.map(Failure::sanitised)
            : Optional.empty();
  }

  /** A failure of which nothing more is known. */
  public static Failure of(Kind kind) {
    return new Failure(kind, Optional.empty(), Optional.empty());
  }

  /** A request that the provider's wire form has no place for. */
  public static Failure of(CannotCarryException e) {
    return new Failure(Kind.CANNOT_CARRY, Optional.of(e.problem()), Optional.empty());
  }

  /** What an HTTP status other than 2xx means. */
  public static Kind kindOf(int status) {
    return switch (status) {
      case 400, 413, 422 -> Kind.INVALID_REQUEST;
      case 401, 402, 403 -> Kind.CREDENTIAL_REJECTED;
      case 404 -> Kind.NOT_FOUND;
      case 408, 504 -> Kind.TIMEOUT;
      case 429 -> Kind.RATE_LIMITED;
      default -> status >= 500 ? Kind.UNAVAILABLE : Kind.REJECTED;
    };
  }

  private static String sanitised(String words) {
    var clean = new StringBuilder(Math.min(words.length(), MAX_MESSAGE));
    words
        .codePoints()
        .limit(MAX_MESSAGE)
        .map(c -> isPlain(c) ? c : ' ')
        .forEach(clean::appendCodePoint);
    return clean.toString();
  }

  private static boolean isPlain(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }

  /** The kinds of failure. */
  public enum Kind {
    /** Could not be reached, said that it cannot, or broke off. */
    UNAVAILABLE(RefusalCode.UPSTREAM_UNAVAILABLE, true, true),
    TIMEOUT(RefusalCode.UPSTREAM_TIMEOUT, true, true),
    /** Sent what its protocol does not have. */
    MALFORMED(RefusalCode.UPSTREAM_MALFORMED, true, true),
    RATE_LIMITED(RefusalCode.RATE_LIMITED, true, false),
    /** Did not take the credential, or its account is not in order. */
    CREDENTIAL_REJECTED(RefusalCode.UPSTREAM_REJECTED, true, false),
    /** The credential cannot be lent. */
    CREDENTIAL_UNAVAILABLE(RefusalCode.CREDENTIAL_UNAVAILABLE, true, false),
    /** The request has no form on this provider's wire. */
    CANNOT_CARRY(RefusalCode.INVALID_REQUEST, true, false),
    /** The caller's mistake. */
    INVALID_REQUEST(RefusalCode.INVALID_REQUEST, false, false),
    /** The provider has no such model. */
    NOT_FOUND(RefusalCode.UPSTREAM_REJECTED, false, false),
    REJECTED(RefusalCode.UPSTREAM_REJECTED, false, false),
    TOO_LARGE(RefusalCode.RESULT_TOO_LARGE, false, false);

    private final RefusalCode code;
    private final boolean elsewhere;
    private final boolean fault;

    Kind(RefusalCode code, boolean elsewhere, boolean fault) {
      this.code = code;
      this.elsewhere = elsewhere;
      this.fault = fault;
    }

    /** What the caller is told. */
    public RefusalCode code() {
      return code;
    }

    /** Whether another deployment may do better. */
    public boolean elsewhere() {
      return elsewhere;
    }

    /** Whether it speaks against the deployment's health. */
    public boolean fault() {
      return fault;
    }
  }
}
