package dev.sallyport.llm;

import dev.sallyport.identity.action.Outcome;
import dev.sallyport.identity.action.Performed;
import dev.sallyport.identity.action.Permit;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.llm.budget.Spending;
import dev.sallyport.llm.catalog.Deployment;
import dev.sallyport.llm.spi.Attempt;
import dev.sallyport.llm.spi.CannotCarryException;
import dev.sallyport.llm.spi.ChatRequest;
import dev.sallyport.llm.spi.Failure;
import dev.sallyport.llm.spi.Failure.Kind;
import dev.sallyport.llm.spi.MalformedReplyException;
import dev.sallyport.llm.spi.Reply;
import dev.sallyport.llm.spi.WireReply;
import dev.sallyport.llm.spi.WireRequest;
import dev.sallyport.llm.upstream.AttemptFailedException;
import dev.sallyport.llm.upstream.Bodies;
import dev.sallyport.llm.upstream.Upstreams;
import dev.sallyport.vault.egress.EgressResponse;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** One permitted call, from the budget to the bill. For one thread. */
final class ModelCall {
  /** So that what is written down of a call is never too long to be written. */
  private static final int MOST_NAMED = 16;

  private static final int LONGEST_NAMED = 32;

  private final Upstreams upstreams;
  private final Spending spending;
  private final InstantSource clock;
  private final LlmConfig config;
  private final ChatRequest request;
  private final List<Deployment> deployments;
  private final long deadline;

  ModelCall(
      Upstreams upstreams,
      Spending spending,
      InstantSource clock,
      LlmConfig config,
      ChatRequest request,
      List<Deployment> deployments) {
    this.upstreams = upstreams;
    this.spending = spending;
    this.clock = clock;
    this.config = config;
    this.request = request;
    this.deployments = deployments;
    this.deadline = System.nanoTime() + config.deadline().toNanos();
  }

  /** Asks for a whole answer. */
  Performed<Answer> answer(Permit permit) {
    requireKnown();
    try (var bill = Bill.open(permit, request, deployments, spending)) {
      var answered =
          new Attempts(upstreams, permit)
              .first(bill.payable(), deployment -> ask(permit, bill, deployment));
      upstreams.succeeded(answered.deployment);
      var completed = answered.completed;
      bill.settle(answered.deployment, completed.served(), true, completed.body().length);
      return Performed.succeeded(
          new Answer.Completed(
              head(permit, Optional.of(answered.deployment), answered.dropped), completed.body()));
    } catch (AttemptFailedException e) {
      return rejected(permit, e.failure());
    } catch (ClientGoneException e) {
      throw new IllegalStateException(e); // there is no stream
    }
  }

  private Answered ask(Permit permit, Bill bill, Deployment deployment)
      throws AttemptFailedException {
    var attempt = attempt(permit, deployment);
    var wire = encode(permit, deployment, attempt);
    try (var response = send(permit, bill, deployment, wire)) {
      return switch (decode(deployment, Bodies.whole(response, deadline), attempt)) {
        case Reply.Completed completed -> new Answered(deployment, completed, wire.dropped());
        case Reply.Failed(Failure failure) -> {
          bill.rejected(failure);
          throw new AttemptFailedException(failure);
        }
      };
    }
  }

  /** Refuses an alias that stands for nothing, just as one that the caller may not use. */
  void requireKnown() {
    if (deployments.isEmpty()) {
      throw new Refusal(RefusalCode.UNKNOWN_MODEL);
    }
  }

  ChatRequest request() {
    return request;
  }

  Bill bill(Permit permit) {
    return Bill.open(permit, request, deployments, spending);
  }

  /** Where there is a budget an answer must have a limit, or else no hold would be enough. */
  Attempt attempt(Permit permit, Deployment deployment) {
    return new Attempt(
        deployment.upstreamModel(),
        deployment.maxOutputTokens(),
        permit.decision().dailyBudgetMicroUsd().isPresent(),
        clock.instant());
  }

  WireRequest encode(Permit permit, Deployment deployment, Attempt attempt)
      throws AttemptFailedException {
    try {
      var wire = upstreams.adapter(deployment).encode(request, attempt);
      if (!wire.dropped().isEmpty()) {
        var named = permit.facts().putArray("dropped");
        wire.dropped().stream().limit(MOST_NAMED).map(ModelCall::bounded).forEach(named::add);
      }
      return wire;
    } catch (CannotCarryException e) {
      throw new AttemptFailedException(Failure.of(e));
    }
  }

  /** Names come from the caller. */
  private static String bounded(String name) {
    return name.length() <= LONGEST_NAMED ? name : name.substring(0, LONGEST_NAMED) + "...";
  }

  EgressResponse send(Permit permit, Bill bill, Deployment deployment, WireRequest wire)
      throws AttemptFailedException {
    try {
      var response =
          upstreams.send(permit, deployment, wire, remaining(), config.maxResponseBytes());
      if (response.status() >= 200 && response.status() <= 299) {
        bill.taken(deployment);
      }
      return response;
    } catch (AttemptFailedException e) {
      if (e.mayBePaid()) {
        bill.taken(deployment);
      }
      throw e;
    }
  }

  Reply decode(Deployment deployment, WireReply reply, Attempt attempt)
      throws AttemptFailedException {
    try {
      return upstreams.adapter(deployment).decode(reply, attempt);
    } catch (MalformedReplyException _) {
      throw new AttemptFailedException(Failure.of(Kind.MALFORMED));
    }
  }

  /** By {@link System#nanoTime}. */
  long deadline() {
    return deadline;
  }

  Duration remaining() {
    return Duration.ofNanos(deadline - System.nanoTime());
  }

  AnswerHead head(Permit permit, Optional<Deployment> deployment, List<String> dropped) {
    return new AnswerHead(
        permit.callId(), request.model(), deployment.map(Deployment::name), dropped);
  }

  /** A mistake of the caller's in the provider's words, or a refusal in ours. */
  Performed<Answer> rejected(Permit permit, Failure failure) {
    if (failure.kind() == Kind.INVALID_REQUEST && failure.callerMessage().isPresent()) {
      var head = head(permit, Optional.empty(), List.of());
      return new Performed<>(
          new Answer.Rejected(head, failure.callerMessage().get()),
          new Outcome.Refused(RefusalCode.INVALID_REQUEST));
    }
    throw Refusals.of(failure);
  }

  private record Answered(Deployment deployment, Reply.Completed completed, List<String> dropped) {}
}
