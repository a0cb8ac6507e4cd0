package dev.sallyport.llm;

import dev.sallyport.identity.action.Permit;
import dev.sallyport.llm.budget.Hold;
import dev.sallyport.llm.budget.UsualOutput;
import dev.sallyport.llm.catalog.Cost;
import dev.sallyport.llm.catalog.Deployment;
import dev.sallyport.llm.catalog.Tariff;
import dev.sallyport.llm.spi.ChatRequest;
import dev.sallyport.llm.spi.Failure;
import dev.sallyport.llm.spi.Served;
import dev.sallyport.llm.spi.Usage;
import dev.sallyport.llm.spi.Usage.Unit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What one call may cost, and in the end did. A provider that took the request in and gave no
 * answer that could be used is taken to be paid for the prompt; closing the bill spends that. For
 * one thread.
 */
final class Bill implements AutoCloseable {
  private final Permit permit;
  private final ChatRequest request;
  private final List<Deployment> payable;
  private final Map<String, Tariff> tariffs;
  private final Function<Deployment, HostedUse> hosted;
  private final UsualOutput usual;
  private @Nullable Hold hold;
  private @Nullable Deployment taken;
  private Optional<Cost> cost = Optional.empty();
  private boolean partial;

  /**
   * A bill.
   *
   * @param tariffs by the name of the deployment, as far as they are known
   * @param hosted which tools a deployment would run
   */
  Bill(
      Permit permit,
      ChatRequest request,
      List<Deployment> payable,
      Map<String, Tariff> tariffs,
      Function<Deployment, HostedUse> hosted,
      UsualOutput usual,
      Optional<Hold> hold) {
    this.permit = permit;
    this.request = request;
    this.payable = payable;
    this.tariffs = tariffs;
    this.hosted = hosted;
    this.usual = usual;
    this.hold = hold.orElse(null);
  }

  /** The deployments whose cost can be told, in order; all of them where there is no budget. */
  List<Deployment> payable() {
    return payable;
  }

  /** What the call cost so far; empty if that, or a part of it, is not known. */
  Optional<Cost> cost() {
    return partial ? Optional.empty() : cost;
  }

  /** What the call costs if a deployment's answer ends as it is now told. */
  Optional<Cost> costWith(Deployment deployment, Served served) {
    var tariff = tariffs.get(deployment.name());
    if (tariff == null || partial) {
      return Optional.empty();
    }
    return served
        .usage()
        .map(usage -> hosted.apply(deployment).in(usage, true))
        .filter(usage -> isKnown(tariff, usage))
        .map(usage -> withCost(costOf(tariff, usage, served)));
  }

  /** Says that a provider has taken the request in, and may have to be paid for that. */
  void taken(Deployment deployment) {
    loseTaken();
    taken = deployment;
  }

  /** Says that the provider did not work on what it had taken in, if it is that which it said. */
  void rejected(Failure failure) {
    if (failure.kind() != Failure.Kind.MALFORMED) {
      taken = null;
    }
  }

  private void loseTaken() {
    var unanswered = taken;
    taken = null;
    if (unanswered != null) {
      writeDown(unanswered, Estimate.used(request, 0), Served.UNKNOWN, false);
    }
  }

  /**
   * Writes down what was served, and spends what it cost.
   *
   * @param whole whether the provider said that its answer was whole, and so its count is too
   * @param contentBytes how much of an answer came, for where the provider did not count
   */
  void settle(Deployment deployment, Served served, boolean whole, long contentBytes) {
    var counted = whole ? served.usage() : Optional.<Usage>empty();
    var usage = counted.orElseGet(() -> estimate(deployment, served, contentBytes));
    var facts = permit.facts();
    served.model().ifPresent(model -> facts.put("model", bounded(model)));
    served.finishReason().ifPresent(reason -> facts.put("finish_reason", bounded(reason)));
    served.serviceTier().ifPresent(tier -> facts.put("service_tier", bounded(tier)));
    taken = null;
    writeDown(deployment, usage, served, counted.isPresent());
    var owner = permit.action().caller().turn().owner().agent();
    counted.ifPresent(
        told -> usual.saw(owner, request.model(), told.out() / Estimate.answers(request)));
    spend();
  }

  /**
   * Writes down what came of an answer that broke off before any of it went out.
   *
   * @param contentBytes how much of it came
   */
  void brokeOff(Deployment deployment, Served served, long contentBytes) {
    taken = null;
    writeDown(deployment, estimate(deployment, served, contentBytes), served, false);
  }

  /** The tokens are those of the last that was asked; the cost is that of all. */
  private void writeDown(Deployment deployment, Usage tokens, Served served, boolean counted) {
    var usage = hosted.apply(deployment).in(tokens, counted);
    var tariff = tariffs.get(deployment.name());
    partial |= !isKnown(tariff, usage);
    var facts = permit.facts();
    facts.put("deployment", deployment.name());
    facts.put("model_served", deployment.model());
    facts.put("provider", deployment.provider().name());
    facts.put("tokens_in", usage.in());
    facts.put("tokens_cached", usage.of(Unit.CACHE_READ));
    facts.put("tokens_out", usage.out());
    facts.put("usage_source", counted ? "provider" : "estimate");
    var units = facts.putObject("usage");
    for (var count : usage.counts().entrySet()) {
      units.put(count.getKey().label(), count.getValue());
    }
    facts.remove("hosted_calls"); // of the attempt before
    if (!usage.calls().isEmpty()) {
      var calls = facts.putObject("hosted_calls");
      usage.calls().entrySet().stream()
          .limit(ModelCall.MOST_NAMED)
          .forEach(call -> calls.put(ModelCall.bounded(call.getKey()), call.getValue()));
    }
    if (tariff != null) {
      var sum = withCost(costOf(tariff, usage, served));
      cost = Optional.of(sum);
      facts.put("price", tariff.version());
      var source = tariff.isCeiling() ? "ceiling" : "deployment";
      facts.put("price_source", partial ? "partial" : source);
      facts.put("cost_micro_usd", sum.microUsd());
      facts.put("cost_usd", sum.usd().toPlainString());
    }
  }

  /** Whether there is a price for every tool that the provider ran; tokens have one or none. */
  private static boolean isKnown(@Nullable Tariff tariff, Usage usage) {
    return tariff == null || tariff.knows(usage.calls().keySet());
  }

  private Cost withCost(Cost more) {
    return cost.orElse(Cost.NONE).plus(more);
  }

  /** At the service tier that served, or else was asked for. */
  private Cost costOf(Tariff tariff, Usage usage, Served served) {
    var told = served.serviceTier();
    return tariff.cost(usage, told.isPresent() ? told : Billing.serviceTier(request));
  }

  /** What the provider told so far, and what came of an answer, which is no longer than allowed. */
  private Usage estimate(Deployment deployment, Served served, long contentBytes) {
    var guess = Estimate.used(request, contentBytes);
    long out = Math.min(guess.out(), Estimate.mostOut(request, deployment));
    var known = served.usage().orElse(Usage.NONE.plus(Unit.FRESH_IN, guess.in()));
    return known.plus(Unit.TEXT_OUT, out - known.out());
  }

  private void spend() {
    var held = hold;
    hold = null;
    if (held != null) {
      held.settle(cost.orElse(Cost.NONE).microUsd());
    }
  }

  @Override
  public void close() {
    loseTaken();
    spend();
  }

  private static String bounded(String text) {
    return text.length() <= 256 ? text : text.substring(0, 256);
  }
}
