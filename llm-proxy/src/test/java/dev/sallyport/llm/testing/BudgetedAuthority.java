package dev.sallyport.llm.testing;

import dev.sallyport.identity.Principal;
import dev.sallyport.identity.action.Action;
import dev.sallyport.identity.action.Authority;
import dev.sallyport.identity.action.Budget;
import dev.sallyport.identity.action.Budget.Mode;
import dev.sallyport.identity.action.Budget.Per;
import dev.sallyport.identity.action.Decision;
import dev.sallyport.identity.action.Target;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/** Another authority's answers, with a budget that a test gives. Thread-safe. */
public final class BudgetedAuthority implements Authority {
  private final Authority inner;
  private final AtomicReference<List<Budget>> budgets = new AtomicReference<>(List.of());

  public BudgetedAuthority(Authority inner) {
    this.inner = inner;
  }

  /** From now on, this is what a principal may spend a day. */
  public void budget(long microUsd) {
    budgets(new Budget(Per.DAY, microUsd, Mode.HARD));
  }

  /** From now on, these are a principal's budgets. */
  public void budgets(Budget... some) {
    budgets.set(List.of(some));
  }

  @Override
  public Decision decide(Action action) {
    return switch (inner.decide(action)) {
      case Decision.Allowed(var by, var resource, var verb, _, var approval, var grounds) ->
          new Decision.Allowed(by, resource, verb, budgets.get(), approval, grounds);
      case Decision.Held held -> held;
      case Decision.Denied denied -> denied;
    };
  }

  @Override
  public boolean visible(Principal principal, Target target) {
    return inner.visible(principal, target);
  }
}
