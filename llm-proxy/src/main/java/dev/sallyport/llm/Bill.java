package dev.sallyport.llm;

import dev.sallyport.identity.action.Permit;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.llm.budget.Hold;
import dev.sallyport.llm.budget.Spending;
import dev.sallyport.llm.catalog.Deployment;
import dev.sallyport.llm.spi.ChatRequest;
import dev.sallyport.llm.spi.Failure;
import dev.sallyport.llm.spi.Served;
import dev.sallyport.llm.spi.Usage;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What one call may cost, and in the end did. A provider that took the request in and gave no
 * answer that could be used is taken to be paid for the prompt; closing the bill spends that.
 */
final class Bill implements AutoCloseable {
  private static final Logger LOG = System.getLogger(Bill.class.getName());

  private final Permit permit;
  private final ChatRequest request;
  private final List<Deployment> payable;
  private @Nullable Hold hold;
  private @Nullable Deployment taken;
  private long cost;

  private Bill(Permit permit, ChatRequest request, List<Deployment> payable, @Nullable Hold hold) {
    this.permit = permit;
    this.request = request;
    this.payable = payable;
    this.hold = hold;
  }

  /**
   * Holds what the call may cost, where there is a budget.
   *
   * @throws Refusal with BUDGET_EXHAUSTED if the budget does not allow the call
   */
  static Bill open(
      Permit permit, ChatRequest request, List<Deployment> deployments, Spending spending) {
    var budget = permit.decision().dailyBudgetMicroUsd();
    if (budget.isEmpty()) {
      return new Bill(permit, request, deployments, null);
    }
    var priced = deployments.stream().filter(one -> one.price().isPresent()).toList();
    if (priced.isEmpty()) {
      throw new Refusal(
          RefusalCode.BUDGET_EXHAUSTED,
          "Your budget allows no model whose price is not known. Ask for a price to be set on its"
              + " deployment.");
    }
    long in = Estimate.mostIn(request);
    long most =
        priced.stream()
            .mapToLong(
                one -> one.price().orElseThrow().mostMicroUsd(in, Estimate.mostOut(request, one)))
            .max()
            .orElseThrow();
    // Parts of Sallyport act in the turns of those whom they serve.
    var principal = permit.action().caller().turn().owner();
    return new Bill(
        permit,
        request,
        priced,
        spending.hold(permit.callId(), principal, budget.getAsLong(), most));
  }

  /** The deployments whose cost can be told, in order; all of them where there is no budget. */
  List<Deployment> payable() {
    return payable;
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
      writeDown(unanswered, Estimate.used(request, 0), false);
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
    var usage = counted.orElseGet(() -> estimate(served, contentBytes));
    var facts = permit.facts();
    served.model().ifPresent(model -> facts.put("model", bounded(model)));
    served.finishReason().ifPresent(reason -> facts.put("finish_reason", bounded(reason)));
    taken = null;
    writeDown(deployment, usage, counted.isPresent());
    spend(cost);
  }

  /** The tokens are those of the last that was asked; the cost is that of all. */
  private void writeDown(Deployment deployment, Usage usage, boolean counted) {
    var facts = permit.facts();
    facts.put("deployment", deployment.name());
    facts.put("provider", deployment.provider().name());
    facts.put("tokens_in", usage.in());
    facts.put("tokens_cached", usage.cacheRead());
    facts.put("tokens_out", usage.out());
    facts.put("usage_source", counted ? "provider" : "estimate");
    deployment
        .price()
        .ifPresent(price -> {
          cost +=
              price.microUsd(usage.freshIn(), usage.cacheRead(), usage.cacheWrite(), usage.out());
          facts.put("cost_micro_usd", cost);
        });
  }

  private Usage estimate(Served served, long contentBytes) {
    var guess = Estimate.used(request, contentBytes);
    return served
        .usage()
        .map(known ->
            new Usage(
                known.freshIn(),
                known.cacheRead(),
                known.cacheWrite(),
                Math.max(known.out(), guess.out())))
        .orElse(guess);
  }

  private void spend(long micros) {
    var held = hold;
    hold = null;
    if (held == null) {
      return;
    }
    try {
      held.settle(micros);
    } catch (SQLException e) {
      // The answer was paid for: it is given, and the hold stays until it expires.
      LOG.log(Level.ERROR, "call " + permit.callId() + " is not settled", e);
      permit.facts().put("settled", false);
    }
  }

  @Override
  public void close() {
    loseTaken();
    spend(cost);
  }

  private static String bounded(String text) {
    return text.length() <= 256 ? text : text.substring(0, 256);
  }
}
