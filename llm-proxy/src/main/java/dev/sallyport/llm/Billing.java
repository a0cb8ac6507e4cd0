package dev.sallyport.llm;

import dev.sallyport.identity.action.Budget;
import dev.sallyport.identity.action.Permit;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.llm.budget.Spending;
import dev.sallyport.llm.budget.UsualOutput;
import dev.sallyport.llm.catalog.Cost;
import dev.sallyport.llm.catalog.Deployment;
import dev.sallyport.llm.catalog.Tariff;
import dev.sallyport.llm.spi.ChatRequest;
import dev.sallyport.llm.spi.ModelRequest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Opens the bills of calls. Thread-safe. */
final class Billing {
  private final Spending spending;
  private final UsualOutput usual = new UsualOutput();

  Billing(Spending spending) {
    this.spending = spending;
  }

  /**
   * Opens the bill of a call, and holds what it may cost where there is a budget.
   *
   * @param deployments what stands behind the alias asked for, in order
   * @param hosted which tools each of them would run
   * @param start when the call began: the prices are those of then
   * @param attempts the most that may be made, each of which may have to be paid for its prompt
   * @throws Refusal with BUDGET_EXHAUSTED if a budget does not allow the call
   */
  Bill open(
      Permit permit,
      ModelRequest asked,
      List<Deployment> deployments,
      Function<Deployment, HostedUse> hosted,
      Instant start,
      int attempts) {
    var request = asked.chat();
    var tariffs = new HashMap<String, Tariff>();
    var serviceTier = serviceTier(asked);
    for (var one : deployments) {
      one.price().at(start, serviceTier).ifPresent(tariff -> tariffs.put(one.name(), tariff));
    }
    var budgets = permit.decision().budgets();
    if (budgets.isEmpty()) {
      return new Bill(permit, request, deployments, tariffs, hosted, usual, Optional.empty());
    }
    var payable = new ArrayList<>(deployments);
    payable.removeIf(one -> !isKnown(one, tariffs, hosted));
    if (payable.isEmpty()) {
      throw new Refusal(
          RefusalCode.BUDGET_EXHAUSTED,
          "Your budget allows no model whose price is not known, nor tools of a provider without"
              + " one. Ask for a price to be set on its deployment.");
    }
    boolean adaptive = budgets.stream().allMatch(one -> one.mode() == Budget.Mode.ADAPTIVE);
    var amount =
        adaptive
            ? likely(permit, asked, payable, tariffs, hosted)
            : most(asked, payable, tariffs, hosted, attempts);
    // Parts of Sallyport act in the turns of those whom they serve.
    var turn = permit.action().caller().turn();
    var hold = spending.hold(turn, budgets, amount.microUsd());
    return new Bill(permit, request, payable, tariffs, hosted, usual, Optional.of(hold));
  }

  private static boolean isKnown(
      Deployment one, Map<String, Tariff> tariffs, Function<Deployment, HostedUse> hosted) {
    var tariff = tariffs.get(one.name());
    return tariff != null && tariff.knows(hosted.apply(one).tools());
  }

  /** Anthropic's name for faster answers, which cost more, is another than that of a tier. */
  static Optional<String> serviceTier(ModelRequest asked) {
    boolean fast =
        asked.own().isPresent() && asked.own().get().tree().path("speed").asText("").equals("fast");
    return fast ? Optional.of("fast") : serviceTier(asked.chat());
  }

  /** The service tier that a request asks for. */
  static Optional<String> serviceTier(ChatRequest request) {
    return Optional.ofNullable(request.tree().path("service_tier").textValue());
  }

  /** The dearest answer, and the prompts of the attempts before it that may have to be paid. */
  private static Cost most(
      ModelRequest asked,
      List<Deployment> payable,
      Map<String, Tariff> tariffs,
      Function<Deployment, HostedUse> hosted,
      int attempts) {
    var request = asked.chat();
    long in = Estimate.mostIn(asked);
    var most = Cost.NONE;
    var prompt = Cost.NONE;
    for (var one : payable) {
      var tariff = tariffs.get(one.name());
      if (tariff != null) {
        var use = hosted.apply(one);
        var fees = tariff.mostOfCalls(use.tools(), use.most());
        most = most.or(tariff.most(in, Estimate.mostOut(request, one)).plus(fees));
        var lost = use.in(Estimate.used(request, 0), false);
        prompt = prompt.or(tariff.cost(lost, serviceTier(request)));
      }
    }
    for (int lost = 1; lost < attempts; lost++) {
      most = most.plus(prompt);
    }
    return most;
  }

  /** What such calls of this caller cost of late, and never more than this one may. */
  private Cost likely(
      Permit permit,
      ModelRequest asked,
      List<Deployment> payable,
      Map<String, Tariff> tariffs,
      Function<Deployment, HostedUse> hosted) {
    var request = asked.chat();
    long in = Estimate.likelyIn(asked);
    var observed = usual.p99(permit.action().caller().turn().owner().agent(), request.model());
    var likely = Cost.NONE;
    for (var one : payable) {
      var tariff = tariffs.get(one.name());
      if (tariff != null) {
        long out = observed.orElse(one.maxOutputTokens()) * Estimate.answers(request);
        var tools = hosted.apply(one).tools();
        var fees = tariff.mostOfCalls(tools, tools.size());
        var tokens = tariff.most(in, Math.min(out, Estimate.mostOut(request, one)));
        likely = likely.or(tokens.plus(fees));
      }
    }
    return likely;
  }
}
