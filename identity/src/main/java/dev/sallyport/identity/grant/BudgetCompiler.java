package dev.sallyport.identity.grant;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.identity.action.Budget;
import dev.sallyport.identity.action.Budget.Mode;
import dev.sallyport.identity.action.Budget.Per;
import dev.sallyport.identity.resource.Resource;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the budgets of a policy, exactly. One use. */
final class BudgetCompiler {
  /** The most that a budget can be, in US dollars. */
  static final long MAX_USD = 1_000_000_000;

  private static final String PLACE = "/spec/models/budget";
  private static final Pattern DECIMAL = Pattern.compile("[0-9]{1,10}(\\.[0-9]{1,6})?");

  private final Mistakes mistakes;
  private final Resource resource;
  private final Mode mode;
  private final List<Budget> budgets = new ArrayList<>();

  private BudgetCompiler(Mistakes mistakes, Resource resource, Mode mode) {
    this.mistakes = mistakes;
    this.resource = resource;
    this.mode = mode;
  }

  /** The budgets, the shortest first; what is wrong with them is added to the mistakes. */
  static List<Budget> compile(
      Mistakes mistakes, Resource resource, AgentPolicySpec.Budgets written) {
    var mode = written.mode() == AgentPolicySpec.BudgetMode.ADAPTIVE ? Mode.ADAPTIVE : Mode.HARD;
    var compiler = new BudgetCompiler(mistakes, resource, mode);
    if (written.mode() != null) {
      compiler.checkVersion("mode");
    }
    compiler.add(Per.TURN, "turn_usd", written.turnUsd());
    compiler.add(Per.DAY, "daily_usd", written.dailyUsd());
    compiler.add(Per.WEEK, "weekly_usd", written.weeklyUsd());
    compiler.add(Per.MONTH, "monthly_usd", written.monthlyUsd());
    if (compiler.budgets.isEmpty()) {
      mistakes.add(
          resource, PLACE, "is empty: give turn_usd, daily_usd, weekly_usd or monthly_usd");
    }
    return compiler.budgets;
  }

  private void add(Per per, String field, @Nullable JsonNode amount) {
    if (amount == null) {
      return;
    }
    if (per != Per.DAY) {
      checkVersion(field);
    }
    long microUsd = 0;
    try {
      microUsd = microUsd(amount);
    } catch (IllegalArgumentException e) {
      mistakes.add(resource, PLACE + "/" + field, String.valueOf(e.getMessage()));
    }
    budgets.add(new Budget(per, microUsd, mode));
  }

  private void checkVersion(String field) {
    if (!resource.apiVersion().equals(Resource.API_VERSION)) {
      mistakes.add(
          resource, PLACE + "/" + field, "is of apiVersion " + Resource.API_VERSION + " only");
    }
  }

  /**
   * The amount in millionths of a US dollar.
   *
   * @param amount a number, or a text of a decimal number
   */
  private static long microUsd(JsonNode amount) {
    var usd = decimal(amount).stripTrailingZeros();
    if (usd.signum() < 0 || usd.compareTo(BigDecimal.valueOf(MAX_USD)) > 0 || usd.scale() > 6) {
      throw mistake();
    }
    return usd.movePointRight(6).longValueExact();
  }

  private static BigDecimal decimal(JsonNode amount) {
    if (amount.isTextual() && DECIMAL.matcher(amount.textValue()).matches()) {
      return new BigDecimal(amount.textValue());
    }
    // A double that is no number has no decimal value.
    if (amount.isNumber() && Double.isFinite(amount.doubleValue())) {
      return amount.decimalValue();
    }
    throw mistake();
  }

  private static IllegalArgumentException mistake() {
    return new IllegalArgumentException(
        "must be a number of US dollars from 0 to "
            + MAX_USD
            + " with at most 6 decimals, such as 75 or \"0.50\"");
  }
}
