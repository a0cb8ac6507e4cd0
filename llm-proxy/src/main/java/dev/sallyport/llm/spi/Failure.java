package dev.sallyport.llm.spi;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.identity.action.RefusalCode;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Predicate;

/**
 * Why an attempt gave no answer.
 *
 * @param problem what cannot be carried, in words of ours for the caller; empty for every other
 *     kind
 * @param complaint what the provider said of it, for those who run Sallyport
 * @param retryAfter how long the provider asked to be left alone
 * @param hint by what words alone a kind is known for which others than the caller would pay; empty
 *     where it is known by more
 */
public record Failure(
    Kind kind,
    Optional<String> problem,
    Optional<Complaint> complaint,
    Optional<Duration> retryAfter,
    Optional<Hint> hint) {
  private static final int MAX_PROBLEM = 500;

  public Failure {
    problem =
        kind == Kind.CANNOT_CARRY
            ? problem.map(text -> PlainText.of(text, MAX_PROBLEM))
            : Optional.empty();
  }

  /** A failure whose kind is known by more than words. */
  public Failure(
      Kind kind,
      Optional<String> problem,
      Optional<Complaint> complaint,
      Optional<Duration> retryAfter) {
    this(kind, problem, complaint, retryAfter, Optional.empty());
  }

  /**
   * Words of a provider that name a kind.
   *
   * @param words in lower case
   * @param otherwise the kind without them
   */
  public record Hint(String words, Kind otherwise) {}

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
    var error = ErrorWords.inBody(reply.body());
    var meaning = ErrorWords.meaning(OptionalInt.of(reply.status()), error);
    return new Failure(
        meaning.kind(),
        Optional.empty(),
        error.isObject() ? Optional.of(Complaint.of(error)) : Optional.empty(),
        reply.retryAfter(),
        meaning.hint());
  }

  /** What a body, or an event of a stream, tells of that is an error, whatever its status. */
  public static Failure in(JsonNode body) {
    return said(ErrorShapes.in(body));
  }

  /**
   * What an error object of OpenAI's or Anthropic's form tells of, where no HTTP status does.
   *
   * @param error what stands in {@code error}
   */
  public static Failure said(JsonNode error) {
    var meaning = ErrorWords.meaning(OptionalInt.empty(), error);
    return new Failure(
        meaning.kind(),
        Optional.empty(),
        Optional.of(Complaint.of(error)),
        Optional.empty(),
        meaning.hint());
  }

  /**
   * The same, unless its kind is known by nothing but words that the caller wrote. Providers repeat
   * what they do not take: a caller who could choose the kind could have a credential left alone
   * that others need.
   *
   * @param written whether the caller wrote some words, in whatever case
   */
  public Failure unlessWritten(Predicate<String> written) {
    return hint.filter(known -> written.test(known.words()))
        .map(known -> new Failure(known.otherwise(), problem, complaint, retryAfter))
        .orElse(this);
  }

  /** What an HTTP status other than 2xx means. */
  public static Kind kindOf(int status) {
    return switch (status) {
      case 400, 422 -> Kind.INVALID_REQUEST;
      case 401 -> Kind.CREDENTIAL_REJECTED;
      case 403 -> Kind.FORBIDDEN;
      case 402 -> Kind.PAYMENT;
      case 404 -> Kind.NOT_FOUND;
      case 408, 504 -> Kind.TIMEOUT;
      case 413 -> Kind.REQUEST_TOO_LARGE;
      case 429 -> Kind.RATE_LIMITED;
      case 503, 529 -> Kind.OVERLOADED;
      default -> status >= 500 ? Kind.UNAVAILABLE : Kind.REJECTED;
    };
  }

  /** What may be done before any answer has begun. */
  public enum Cure {
    /** Nothing: all would say the same. */
    NONE,
    /** Another deployment. */
    ELSEWHERE,
    /** Another credential at once, or else another deployment. */
    OTHER_CREDENTIAL,
    /** Another credential or the same one when its time has come, or else another deployment. */
    LATER,
    /** The same once more, or else another deployment. */
    AGAIN
  }

  /** The kinds of failure. */
  public enum Kind {
    /** Could not be reached, or said that it cannot. */
    UNAVAILABLE(RefusalCode.UPSTREAM_UNAVAILABLE, "provider_unavailable", Cure.AGAIN, true),
    /** Took the request in and broke off. */
    BROKE_OFF(RefusalCode.UPSTREAM_UNAVAILABLE, "provider_unavailable", Cure.ELSEWHERE, true),
    /** Said that it has too much to do. */
    OVERLOADED(RefusalCode.UPSTREAM_OVERLOADED, "provider_overloaded", Cure.AGAIN, true),
    TIMEOUT(RefusalCode.UPSTREAM_TIMEOUT, "timeout", Cure.ELSEWHERE, true),
    /** Sent what its protocol does not have. */
    MALFORMED(RefusalCode.UPSTREAM_MALFORMED, "provider_unavailable", Cure.ELSEWHERE, true),
    RATE_LIMITED(RefusalCode.RATE_LIMITED, "rate_limit_exceeded", Cure.LATER, false),
    /** Did not take the credential. */
    CREDENTIAL_REJECTED(
        RefusalCode.UPSTREAM_REJECTED, "authentication", Cure.OTHER_CREDENTIAL, false),
    /** Took the credential, but does not allow with it what the request asks for. */
    FORBIDDEN(RefusalCode.UPSTREAM_REJECTED, "permission_denied", Cure.OTHER_CREDENTIAL, false),
    /** The account of the credential has no money left. */
    PAYMENT(RefusalCode.UPSTREAM_REJECTED, "payment_required", Cure.OTHER_CREDENTIAL, false),
    /** The credential cannot be lent. */
    CREDENTIAL_UNAVAILABLE(
        RefusalCode.CREDENTIAL_UNAVAILABLE, "authentication", Cure.OTHER_CREDENTIAL, false),
    /** The request has no form on this provider's wire. */
    CANNOT_CARRY(RefusalCode.INVALID_REQUEST, "invalid_request", Cure.ELSEWHERE, false),
    /** The caller's mistake. */
    INVALID_REQUEST(RefusalCode.INVALID_REQUEST, "invalid_request", Cure.NONE, false),
    /** The request is longer than the model takes. */
    CONTEXT_LENGTH(
        RefusalCode.CONTEXT_LENGTH_EXCEEDED, "context_length_exceeded", Cure.NONE, false),
    /** The body is larger than the provider takes. */
    REQUEST_TOO_LARGE(RefusalCode.REQUEST_TOO_LARGE, "payload_too_large", Cure.NONE, false),
    /** A policy or guardrail at the provider does not allow the request, or any answer to it. */
    CONTENT_POLICY(
        RefusalCode.CONTENT_POLICY_VIOLATION, "content_policy_violation", Cure.NONE, false),
    /** The provider has no such model. */
    NOT_FOUND(RefusalCode.UPSTREAM_REJECTED, "not_found", Cure.NONE, false),
    REJECTED(RefusalCode.UPSTREAM_REJECTED, "provider_unavailable", Cure.NONE, false),
    /** The answer is larger than is read. */
    TOO_LARGE(RefusalCode.RESULT_TOO_LARGE, "provider_unavailable", Cure.NONE, false);

    private final RefusalCode code;
    private final String errorType;
    private final Cure cure;
    private final boolean fault;

    Kind(RefusalCode code, String errorType, Cure cure, boolean fault) {
      this.code = code;
      this.errorType = errorType;
      this.cure = cure;
      this.fault = fault;
    }

    /** The stable name, such as {@code broke_off}. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** What the caller is told. */
    public RefusalCode code() {
      return code;
    }

    /** OpenRouter's stable name for what the provider did. */
    public String errorType() {
      return errorType;
    }

    /** What may be done about it before any answer has begun. */
    public Cure cure() {
      return cure;
    }

    /** Whether another deployment may do better. */
    public boolean elsewhere() {
      return cure != Cure.NONE;
    }

    /** Whether it speaks against the deployment's health. */
    public boolean fault() {
      return fault;
    }
  }
}
