package dev.sallyport.llm.spi;

import dev.sallyport.identity.action.RefusalCode;
import java.time.Duration;
import java.util.Optional;

/**
 * Why an attempt gave no answer.
 *
 * @param problem what cannot be carried, in words of ours for the caller; empty for every other
 *     kind
 * @param complaint what the provider said of it, for those who run Sallyport
 * @param retryAfter how long the provider asked to be left alone
 */
public record Failure(
    Kind kind,
    Optional<String> problem,
    Optional<Complaint> complaint,
    Optional<Duration> retryAfter) {
  private static final int MAX_PROBLEM = 500;

  public Failure {
    problem =
        kind == Kind.CANNOT_CARRY
            ? problem.map(text -> PlainText.of(text, MAX_PROBLEM))
            : Optional.empty();
  }

  /** A failure of which nothing more is known. */
  public static Failure of(Kind kind) {
    return new Failure(kind, Optional.empty(), Optional.empty(), Optional.empty());
  }

  /** A failure that the provider told of. */
  public static Failure of(Kind kind, Complaint complaint) {
    return new Failure(kind, Optional.empty(), Optional.of(complaint), Optional.empty());
  }

  /** A request that the provider's wire form has no place for. */
  public static Failure of(CannotCarryException e) {
    return new Failure(
        Kind.CANNOT_CARRY, Optional.of(e.problem()), Optional.empty(), Optional.empty());
  }

  /** An answer whose HTTP status is other than 2xx, and what its body says, if it can be read. */
  public static Failure of(WireReply reply) {
    Optional<Complaint> complaint;
    try {
      complaint = Optional.of(Complaint.of(WireJson.object(reply.body()).path("error")));
    } catch (MalformedReplyException _) {
      complaint = Optional.empty();
    }
    return new Failure(kindOf(reply.status()), Optional.empty(), complaint, reply.retryAfter());
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
