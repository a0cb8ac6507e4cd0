package dev.sallyport.llm;

import dev.sallyport.identity.action.CallCancelledException;
import dev.sallyport.identity.action.Cancellation;
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
  private final Asked asked;
  private final long deadline;

  ModelCall(
      Upstreams upstreams, Spending spending, InstantSource clock, LlmConfig config, Asked asked) {
    this.upstreams = upstreams;
    this.spending = spending;
    this.clock = clock;
    this.config = config;
    this.asked = asked;
    this.deadline = System.nanoTime() + config.deadline().toNanos();
  }

  /** Asks for a whole answer; there is none if the call was given up. */
  Performed<Optional<Answer>> answer(Permit permit) {
    requireKnown();
    try (var bill = bill(permit)) {
      var answered =
          new Attempts(upstreams, permit)
              .first(bill.payable(), deployment -> ask(permit, bill, deployment));
      upstreams.succeeded(answered.deployment);
      var completed = answered.completed;
      bill.settle(answered.deployment, completed.served(), true, completed.body().length);
      var head = head(permit, Optional.of(answered.deployment), answered.dropped);
      return Performed.succeeded(Optional.of(new Answer(head, completed.body())));
    } catch (AttemptFailedException e) {
      throw Refusals.of(e.failure(), asked.request());
    } catch (CallCancelledException e) {
      return new Performed<>(Optional.empty(), new Outcome.Aborted(e.why().label()));
    } catch (ClientGoneException e) {
      throw new IllegalStateException(e); // there is no stream
    }
  }

  private Answered ask(Permit permit, Bill bill, Deployment deployment)
      throws AttemptFailedException {
    var attempt = attempt(permit, deployment);
    var wire = encode(permit, deployment, attempt);
    try (var response = send(permit, bill, deployment, wire)) {
      var whole = asked.cancellation().during(() -> Bodies.whole(response, deadline));
      return switch (decode(deployment, whole, attempt)) {
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
    if (asked.deployments().isEmpty()) {
      throw new Refusal(RefusalCode.UNKNOWN_MODEL);
    }
  }

  ChatRequest request() {
    return asked.request();
  }

  Bill bill(Permit permit) {
    return Bill.open(permit, asked.request(), asked.deployments(), spending);
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
      var wire = upstreams.adapter(deployment).encode(asked.request(), attempt);
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
          upstreams.send(
              permit,
              deployment,
              wire,
              remaining(),
              config.maxResponseBytes(),
              asked.cancellation());
      if (response.status() >= 200 && response.status() <= 299) {
        bill.taken(deployment);
      }
      return response;
    } catch (AttemptFailedException e) {
      if (e.mayBePaid()) {
        bill.taken(deployment);
      }
      throw e;
    } catch (CallCancelledException e) {
      bill.taken(deployment);
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
        permit.callId(), asked.request().model(), deployment.map(Deployment::name), dropped);
  }

  /**
   * What is asked for.
   *
   * @param deployments what stands behind the alias, in order
   * @param cancellation by which the call can be given up
   */
  record Asked(ChatRequest request, List<Deployment> deployments, Cancellation cancellation) {}

  private record Answered(Deployment deployment, Reply.Completed completed, List<String> dropped) {}
}
