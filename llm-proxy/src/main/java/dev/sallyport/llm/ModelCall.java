package dev.sallyport.llm;

import dev.sallyport.identity.action.CallCancelledException;
import dev.sallyport.identity.action.Cancellation;
import dev.sallyport.identity.action.Outcome;
import dev.sallyport.identity.action.Performed;
import dev.sallyport.identity.action.Permit;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.llm.catalog.Cost;
import dev.sallyport.llm.catalog.Deployment;
import dev.sallyport.llm.dialogue.Exchange;
import dev.sallyport.llm.joined.Odds;
import dev.sallyport.llm.reasoning.OwnSeals;
import dev.sallyport.llm.reasoning.ReasoningWatch;
import dev.sallyport.llm.reasoning.Replay;
import dev.sallyport.llm.route.Admission.Admitted;
import dev.sallyport.llm.route.Candidate;
import dev.sallyport.llm.route.Tale;
import dev.sallyport.llm.route.Tries;
import dev.sallyport.llm.spi.Attempt;
import dev.sallyport.llm.spi.CannotCarryException;
import dev.sallyport.llm.spi.ChatRequest;
import dev.sallyport.llm.spi.Failure;
import dev.sallyport.llm.spi.Failure.Kind;
import dev.sallyport.llm.spi.Form;
import dev.sallyport.llm.spi.MalformedReplyException;
import dev.sallyport.llm.spi.ModelRequest;
import dev.sallyport.llm.spi.Reply;
import dev.sallyport.llm.spi.WireReply;
import dev.sallyport.llm.spi.WireRequest;
import dev.sallyport.llm.upstream.AttemptFailedException;
import dev.sallyport.llm.upstream.Bodies;
import dev.sallyport.llm.upstream.NotedResponse;
import dev.sallyport.llm.upstream.Upstreams;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** One permitted call, from the budget to the bill. For one thread. */
final class ModelCall {
  /** So that what is written down of a call is never too long to be written. */
  static final int MOST_NAMED = 16;

  private static final int LONGEST_NAMED = 32;

  private final Upstreams upstreams;
  private final Billing billing;
  private final InstantSource clock;
  private final LlmConfig config;
  private final Asked asked;
  private final ReasoningRule reasoning;
  private final Instant start;

  ModelCall(
      Upstreams upstreams, Billing billing, InstantSource clock, LlmConfig config, Asked asked) {
    this.upstreams = upstreams;
    this.billing = billing;
    this.clock = clock;
    this.start = clock.instant();
    this.config = config;
    this.asked = asked;
    this.reasoning = new ReasoningRule(upstreams, asked.reasoning(), asked.strip());
  }

  /** Asks for a whole answer; there is none if the call was given up. */
  Performed<Optional<Answer>> answer(Permit permit, Exchange exchange) {
    requireKnown();
    try (var bill = bill(permit)) {
      var answered =
          attempts(permit, bill).first(bill.payable(), admitted -> ask(permit, bill, admitted));
      var completed = answered.completed;
      var errand = answered.errand;
      bill.settle(errand.deployment(), completed.served(), true, written(completed));
      var head =
          head(permit, Optional.of(errand.deployment()), answered.dropped)
              .costing(bill.cost().map(Cost::usd));
      keepReasoning(errand, completed.body());
      var body = errand.own() ? completed.body() : exchange.whole(permit, completed.body());
      return Performed.succeeded(Optional.of(new Answer(head, errand.form(), body)));
    } catch (AttemptFailedException e) {
      throw refused(e);
    } catch (CallCancelledException e) {
      return new Performed<>(Optional.empty(), new Outcome.Aborted(e.why().label()));
    } catch (ClientGoneException e) {
      throw new IllegalStateException(e); // there is no stream
    }
  }

  /** The attempts at deployments that can be paid for. */
  Attempts attempts(Permit permit, Bill bill) {
    for (var one : asked.deployments()) {
      if (!bill.payable().contains(one)) {
        new Tale(permit.facts()).skipped(one, "price_unknown");
      }
    }
    return attempts(permit, one -> upstreams.candidates(permit, one), reasoning::suiting);
  }

  /** The attempts at deployments that are only asked for a count, for which nothing is paid. */
  Attempts counts(Permit permit) {
    return attempts(
        permit,
        one -> upstreams.candidates(permit, one).stream().map(Candidate::forCount).toList(),
        UnaryOperator.identity());
  }

  private Attempts attempts(
      Permit permit,
      Function<Deployment, List<Candidate>> candidates,
      UnaryOperator<List<Candidate>> suiting) {
    return new Attempts(
        upstreams,
        permit,
        asked.tries(),
        asked.cancellation(),
        candidates,
        suiting,
        asked.request()::says);
  }

  /** How much the model wrote, for where its provider does not count. */
  private long written(Reply.Completed completed) {
    return asked.request().form() == Form.EMBEDDINGS ? 0 : completed.body().length;
  }

  private Answered ask(Permit permit, Bill bill, Admitted admitted) throws AttemptFailedException {
    var errand = errand(permit, admitted.candidate());
    var wire = encode(permit, errand);
    try (var response = send(permit, bill, admitted.candidate(), wire, remaining())) {
      var whole = asked.cancellation().during(() -> Bodies.whole(response, deadline()));
      return switch (decode(errand, whole)) {
        case Reply.Completed completed -> {
          var clean = clean(completed, errand.form(), whole, response);
          admitted.succeeded();
          admitted.answered(completed.served());
          yield new Answered(errand, clean, wire.dropped());
        }
        case Reply.Failed(Failure failure) -> {
          bill.rejected(failure);
          throw new AttemptFailedException(failure);
        }
      };
    }
  }

  /**
   * Without the secrets that only showed when an adapter put texts together, and, where there was
   * any, without what tells its words once more.
   */
  private static Reply.Completed clean(
      Reply.Completed completed, Form form, WireReply as, NotedResponse response)
      throws AttemptFailedException {
    var body = completed.body();
    if (!Arrays.equals(body, as.body())) {
      var told = new String(body, StandardCharsets.UTF_8);
      var clean = response.redactor().redact(told);
      body = clean.equals(told) ? body : clean.getBytes(StandardCharsets.UTF_8);
    }
    try {
      body = response.redactor().found() > 0 ? Odds.without(form, body) : body;
    } catch (MalformedReplyException _) {
      throw new AttemptFailedException(Failure.of(Kind.MALFORMED));
    }
    return Arrays.equals(body, completed.body())
        ? completed
        : new Reply.Completed(body, completed.served());
  }

  /** What the caller is told where nobody answered. */
  Refusal refused(AttemptFailedException e) {
    asked.tries().failed(e.failure());
    return Refusals.of(e.failure(), request());
  }

  /** Refuses an alias that stands for nothing, just as one that the caller may not use. */
  void requireKnown() {
    if (asked.deployments().isEmpty()) {
      throw new Refusal(RefusalCode.UNKNOWN_MODEL);
    }
  }

  ChatRequest request() {
    return asked.request().chat();
  }

  Bill bill(Permit permit) {
    return billing.open(
        permit,
        asked.request(),
        asked.deployments(),
        HostedToolRule.use(asked.request(), upstreams),
        start,
        asked.tries().most());
  }

  /** Where there is a budget an answer must have a limit, or else no hold would be enough. */
  Attempt attempt(Permit permit, Deployment deployment) {
    return new Attempt(
        deployment.upstreamModel(),
        deployment.maxOutputTokens(),
        !permit.decision().budgets().isEmpty(),
        clock.instant(),
        asked.request().form(),
        deployment.site(),
        asked.request().headers());
  }

  /** What a candidate is asked. */
  Errand errand(Permit permit, Candidate candidate) {
    var deployment = candidate.deployment();
    var attempt = attempt(permit, deployment);
    return reasoning.errand(candidate, asked.request(), attempt);
  }

  WireRequest encode(Permit permit, Errand errand) throws AttemptFailedException {
    permit.facts().remove("dropped"); // of the attempt before
    try {
      var wire = told(permit, errand.deployment(), errand.encode());
      if (!wire.dropped().isEmpty()) {
        var named = permit.facts().putArray("dropped");
        wire.dropped().stream().limit(MOST_NAMED).map(ModelCall::bounded).forEach(named::add);
      }
      return wire;
    } catch (CannotCarryException e) {
      throw new AttemptFailedException(Failure.of(e));
    }
  }

  /** With those of the caller's headers that the provider may be told; all of them are noted. */
  private WireRequest told(Permit permit, Deployment deployment, WireRequest wire) {
    var given = asked.request().headers();
    if (given.isEmpty()) {
      return wire;
    }
    var noted = permit.facts().putObject("client_headers");
    var headers = new HashMap<>(wire.headers());
    given.forEach((name, value) -> {
      noted.put(name, value);
      if (deployment.provider().forwardHeaders().contains(name)) {
        headers.put(name, value);
      }
    });
    return new WireRequest(wire.path(), headers, wire.body(), wire.dropped());
  }

  private void keepReasoning(Errand errand, byte[] body) {
    if (errand.own()) {
      var seals = new OwnSeals();
      seals.takeWhole(body);
      asked.reasoning().keep(errand.issuer(), seals.seals());
    } else if (errand.replaysReasoning()) {
      var watch = new ReasoningWatch();
      watch.takeWhole(body);
      asked.reasoning().keep(errand.issuer(), watch);
    }
  }

  /** Names come from the caller. */
  static String bounded(String name) {
    return name.length() <= LONGEST_NAMED ? name : name.substring(0, LONGEST_NAMED) + "...";
  }

  /**
   * Sends a request.
   *
   * @param beginning how long the answer may take to begin
   */
  NotedResponse send(
      Permit permit, Bill bill, Candidate candidate, WireRequest wire, Duration beginning)
      throws AttemptFailedException {
    var deployment = candidate.deployment();
    try {
      var response =
          upstreams.send(
              permit,
              candidate,
              wire,
              beginning,
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

  Reply decode(Errand errand, WireReply reply) throws AttemptFailedException {
    try {
      return errand.decode(reply);
    } catch (MalformedReplyException _) {
      throw new AttemptFailedException(Failure.of(Kind.MALFORMED));
    }
  }

  /** By {@link System#nanoTime}. */
  long deadline() {
    return asked.tries().deadline();
  }

  /** What is asked for. */
  Asked asked() {
    return asked;
  }

  Duration remaining() {
    return asked.tries().remaining();
  }

  AnswerHead head(Permit permit, Optional<Deployment> deployment, List<String> dropped) {
    return new AnswerHead(
        permit.callId(),
        asked.name(),
        deployment.map(Deployment::model),
        deployment.map(Deployment::name),
        dropped);
  }

  /**
   * What is asked for.
   *
   * @param name what the caller called the model
   * @param deployments what stands behind the alias, in order
   * @param cancellation by which the call can be given up
   * @param reasoning what the request repeats of what models thought before
   * @param strip whether those who did not give that reasoning are asked without it, or not at all
   * @param tries the attempts that are left to the call
   */
  record Asked(
      String name,
      ModelRequest request,
      List<Deployment> deployments,
      Cancellation cancellation,
      Replay reasoning,
      boolean strip,
      Tries tries) {}

  private record Answered(Errand errand, Reply.Completed completed, List<String> dropped) {}
}
