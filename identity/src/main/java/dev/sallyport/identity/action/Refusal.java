package dev.sallyport.identity.action;

import dev.sallyport.identity.action.Approvals.Answer.Waiting;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A call that does not go on, and what its caller is told. It has no stack trace: it is an answer,
 * not a fault. Its texts are constants of ours, never words of an upstream or of a fault.
 */
public final class Refusal extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final RefusalCode code;
  private final String advice;
  private final transient Optional<Duration> retryAfter;
  private final transient Optional<CallId> callId;
  private final transient Optional<Waiting> approval;
  private final transient List<Remedy> remedies;
  private final transient TokenDemand demand;
  private final String trouble;

  /** A refusal with the advice that its code always gives. */
  public Refusal(RefusalCode code) {
    this(code, code.advice());
  }

  /**
   * A refusal with advice of its own.
   *
   * @param advice what the caller can do about it; holds nothing that came from an upstream
   */
  public Refusal(RefusalCode code, String advice) {
    this(
        code,
        advice,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        TokenDemand.NONE,
        "");
  }

  private Refusal(
      RefusalCode code,
      String advice,
      Optional<Duration> retryAfter,
      Optional<CallId> callId,
      Optional<Waiting> approval,
      List<Remedy> remedies,
      TokenDemand demand,
      String trouble) {
    super(code.code() + ": " + advice, null, false, false);
    this.code = code;
    this.advice = advice;
    this.retryAfter = retryAfter;
    this.callId = callId;
    this.approval = approval;
    this.remedies = List.copyOf(remedies);
    this.demand = demand;
    this.trouble = trouble;
  }

  /** After a fault of ours in what is no attempt at a call: nothing but the log tells of it. */
  public static Refusal fault() {
    return new Refusal(
        RefusalCode.INTERNAL, "Sallyport failed. Whoever runs it finds why in its log.");
  }

  /** The same refusal, with a time after which to try again. */
  public Refusal retryAfter(Duration delay) {
    return new Refusal(
        code, advice, Optional.of(delay), callId, approval, remedies, demand, trouble);
  }

  /** The same refusal, as the end of one attempt. */
  public Refusal of(CallId attempt) {
    return new Refusal(
        code, advice, retryAfter, Optional.of(attempt), approval, remedies, demand, trouble);
  }

  /**
   * A refusal of an action that waited for a person, which its caller does not want any more.
   *
   * @param approval the attempt at which it was held first
   */
  public static Refusal withdrawn(CallId approval) {
    return new Refusal(RefusalCode.APPROVAL_WITHDRAWN).of(approval);
  }

  /** A refusal of an action that waits for a person. */
  public static Refusal awaiting(Waiting waiting) {
    return new Refusal(
        RefusalCode.APPROVAL_REQUIRED,
        RefusalCode.APPROVAL_REQUIRED.advice(),
        Optional.of(waiting.retryAfter()),
        Optional.empty(),
        Optional.of(waiting),
        List.of(),
        TokenDemand.NONE,
        "");
  }

  /** The same refusal, with what the caller can do about it. */
  public Refusal remedies(List<Remedy> what) {
    return new Refusal(code, advice, retryAfter, callId, approval, what, demand, trouble);
  }

  /**
   * The same refusal, with why in words.
   *
   * @param what a text of ours, for administrators alone: no caller is told it
   */
  public Refusal because(String what) {
    return new Refusal(code, advice, retryAfter, callId, approval, remedies, demand, what);
  }

  /** A refusal of an action whose access token does not hold what is demanded of it. */
  public static Refusal demanding(RefusalCode code, TokenDemand demand) {
    return new Refusal(
        code,
        code.advice() + " Needed: " + demand.text() + ".",
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        demand,
        "");
  }

  public RefusalCode code() {
    return code;
  }

  public String advice() {
    return advice;
  }

  public Optional<Duration> retryAfter() {
    return retryAfter;
  }

  /** The attempt that was refused; empty if it was refused before it became one. */
  public Optional<CallId> callId() {
    return callId;
  }

  /** What the caller can do about it; empty if the advice is all there is. */
  public List<Remedy> remedies() {
    return remedies;
  }

  /** What the caller's access token must hold; nothing where that is not why it is refused. */
  public TokenDemand demand() {
    return demand;
  }

  /** Why, as far as more is known than the code; for administrators alone. */
  public Optional<String> trouble() {
    return trouble.isEmpty() ? Optional.empty() : Optional.of(trouble);
  }

  /** The approval that is waited for; empty if none is. */
  public Optional<Waiting> approval() {
    return approval;
  }
}
