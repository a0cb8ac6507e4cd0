package dev.sallyport.llm;

import dev.sallyport.identity.action.Action;
import dev.sallyport.identity.action.ActionPath;
import dev.sallyport.identity.action.Caller;
import dev.sallyport.identity.action.Cancellation;
import dev.sallyport.identity.action.CredentialUse;
import dev.sallyport.identity.action.Decision;
import dev.sallyport.identity.action.Performed;
import dev.sallyport.identity.action.Permit;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.identity.action.Target;
import dev.sallyport.llm.ModelCall.Asked;
import dev.sallyport.llm.budget.Spending;
import dev.sallyport.llm.catalog.Catalog;
import dev.sallyport.llm.catalog.ModelAlias.Reasoning;
import dev.sallyport.llm.dialogue.Exchange;
import dev.sallyport.llm.reasoning.Issuers;
import dev.sallyport.llm.reasoning.ReasoningMemory;
import dev.sallyport.llm.reasoning.Replay;
import dev.sallyport.llm.route.Conversation;
import dev.sallyport.llm.route.Itinerary;
import dev.sallyport.llm.route.Itinerary.Stop;
import dev.sallyport.llm.route.Moment;
import dev.sallyport.llm.route.Tale;
import dev.sallyport.llm.route.Tries;
import dev.sallyport.llm.route.Wanted;
import dev.sallyport.llm.route.Wanted.Dear;
import dev.sallyport.llm.spi.JsonBody;
import dev.sallyport.llm.spi.ModelRequest;
import dev.sallyport.llm.upstream.Upstreams;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;

/**
 * Asks one alias after another for one request. Each is an action of its own, decided and written
 * down by itself, so that nobody gets an answer of a model that they may not use. Thread-safe.
 */
final class Journey {
  private static final long MOST_REASONING_BYTES = 64L << 20;

  private static final String NO_PROVIDER =
      "None of the providers that the request allows in \"provider\" serves this model.";

  private static final String TOO_DEAR =
      "No provider that may be asked for this model is known to cost as little as \"max_price\" in"
          + " \"provider\" says. Allow more, or ask for another model.";

  private static final String TOO_DEAR_FOR_ALIAS =
      "No provider that may be asked for this model is known to cost as little as the"
          + " administrators of the gateway allow for it. Ask for another model, or tell them.";

  private final ActionPath path;
  private final Catalog catalog;
  private final Upstreams upstreams;
  private final Billing billing;
  private final InstantSource clock;
  private final LlmConfig config;
  private final ReasoningMemory reasoning;
  private final Issuers issuers;

  Journey(
      ActionPath path,
      Catalog catalog,
      Upstreams upstreams,
      Spending spending,
      InstantSource clock,
      LlmConfig config) {
    this.path = path;
    this.catalog = catalog;
    this.upstreams = upstreams;
    this.billing = new Billing(spending);
    this.clock = clock;
    this.config = config;
    this.reasoning = new ReasoningMemory(clock, MOST_REASONING_BYTES);
    this.issuers = new Issuers(clock);
  }

  /**
   * The answer of the first alias that has one.
   *
   * @param conversation what the request belongs to, the same in all its rounds
   * @throws Refusal that of the alias that was asked for, if there is none
   */
  <T> T of(
      Caller caller,
      ModelRequest request,
      Conversation conversation,
      Cancellation cancellation,
      Exchange exchange,
      Work<T> work) {
    var tries = upstreams.begin(config.deadline());
    var moment = new Moment(clock.instant(), Billing.serviceTier(request), upstreams.speeds());
    var stops = Itinerary.of(request.chat(), catalog.models(), moment, conversation);
    var seen = new Seen(exchange, request);
    Optional<Refusal> told = Optional.empty();
    for (var stop : stops) {
      var asked = request.askedOf(stop.alias());
      var action = action(caller, asked, stop);
      if (told.isPresent() && !mayFollow(stop, action, tries)) {
        continue;
      }
      tries.turn();
      var before = told.flatMap(Refusal::callId);
      try {
        return path.perform(
            action,
            permit -> {
              if (!request.model().equals(stop.alias())) {
                permit.facts().put("model_requested", bounded(request.model()));
              }
              before.ifPresent(id -> permit.facts().put("fallback_of", id.value()));
              stop.wanted().tell(new Tale(permit.facts()));
              if (stop.narrowed() && stop.deployments().isEmpty()) {
                throw new Refusal(RefusalCode.UNKNOWN_MODEL, whyNone(stop.wanted()));
              }
              var sent = seen.of(permit, stop.alias());
              var allowed = HostedToolRule.allowed(permit, sent, stop.deployments(), upstreams);
              var own = reasoning.of(caller.principal().owner());
              var replay = new Replay(own, issuers, sent.chat());
              var ordered = ReasoningRule.giverFirst(replay, allowed);
              if (stop.isWeighed(ordered)) {
                new Tale(permit.facts()).chosenByWeight(conversation.by());
              }
              var what =
                  new Asked(
                      request.model(),
                      sent,
                      ordered,
                      cancellation,
                      replay,
                      strips(sent, stop),
                      tries);
              var call = new ModelCall(upstreams, billing, clock, config, what);
              return work.of(call, permit, exchange);
            });
      } catch (Refusal refusal) {
        var first = told.orElse(refusal);
        told = Optional.of(first);
        if (tries.failure().isEmpty() || refusal.code() == RefusalCode.EVIDENCE_UNAVAILABLE) {
          throw first;
        }
      }
    }
    throw told.orElseThrow();
  }

  /** Nobody is asked to approve what only stands in for what was asked for. */
  private boolean mayFollow(Stop stop, Action action, Tries tries) {
    return tries.isLeft()
        && tries.failure().filter(failure -> stop.mayFollow(failure.kind())).isPresent()
        && !stop.deployments().isEmpty()
        && path.authority().decide(action) instanceof Decision.Allowed;
  }

  private Action action(Caller caller, ModelRequest request, Stop stop) {
    var credentials = new LinkedHashSet<CredentialUse>();
    for (var one : stop.deployments()) {
      credentials.addAll(upstreams.plan(one));
    }
    return new Action(
        caller,
        new Target.Model(stop.alias()),
        request.chat().tree(),
        request.own().map(JsonBody::bytes).orElse(request.chat().bytes()),
        List.copyOf(credentials));
  }

  /** Whoever wants every parameter carried wants that of the reasoning, too. */
  private boolean strips(ModelRequest request, Stop stop) {
    return catalog.models().alias(stop.alias()).reasoning() == Reasoning.STRIP
        && !request.chat().requireParameters();
  }

  private static String whyNone(Wanted wanted) {
    if (wanted.dear().isEmpty()) {
      return NO_PROVIDER;
    }
    return wanted.dear().stream().allMatch(Dear::isByAlias) ? TOO_DEAR_FOR_ALIAS : TOO_DEAR;
  }

  private static String bounded(String name) {
    return name.length() <= 128 ? name : name.substring(0, 128);
  }

  /** What the model sees of a request, which is found out once, whoever is asked. */
  private static final class Seen {
    private final Exchange exchange;
    private final ModelRequest request;
    private Optional<ModelRequest> seen = Optional.empty();

    Seen(Exchange exchange, ModelRequest request) {
      this.exchange = exchange;
      this.request = request;
    }

    ModelRequest of(Permit permit, String alias) {
      var whole =
          seen.orElseGet(() ->
              exchange.passes() ? request : request.seenAs(exchange.seen(permit, request.chat())));
      seen = Optional.of(whole);
      return whole.askedOf(alias);
    }
  }

  /** What is done at an alias. */
  @FunctionalInterface
  interface Work<T> {
    Performed<T> of(ModelCall call, Permit permit, Exchange exchange);
  }
}
