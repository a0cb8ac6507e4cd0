package dev.sallyport.llm;

import static dev.sallyport.identity.testing.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Budget;
import dev.sallyport.identity.action.Budget.Mode;
import dev.sallyport.identity.action.Budget.Per;
import dev.sallyport.identity.action.Cancellation;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.llm.kit.Script;
import dev.sallyport.llm.testing.TestingProxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** R3: what a budget allows whoever asks, from the request to the ledger. */
class ConcurrentBudgetTest extends LlmProxyScene {
  /** What one call costs that writes all that it may: 20 tokens in, 100 out. */
  private static final long COST = 20 * 3 + 100 * 15;

  private static final Script LONGEST =
      Script.json(
          200,
          "{\"model\":\"m\",\"choices\":[{\"message\":{\"content\":\"x\"},"
              + "\"finish_reason\":\"stop\"}],"
              + "\"usage\":{\"prompt_tokens\":20,\"completion_tokens\":100}}");

  /** litellm #26672, #34732, #35524: no call overshoots, each at its longest. */
  @Test
  void neverPassesAHardBudgetHoweverManyAskAtOnce() throws Exception {
    long limit = 10 * 2_500; // each holds 2,000 to 2,500 for its 100 tokens and its prompt
    testing.authority.budgets(new Budget(Per.DAY, limit, Mode.HARD));
    int given = ask(500);

    long spent = testing.spending.spentToday(testing.caller().principal().id());
    assertThat(given).isGreaterThanOrEqualTo(10);
    assertThat(spent).isEqualTo(given * COST).isLessThanOrEqualTo(limit);
    assertThat(testing.spending.heldToday(testing.caller().principal().id())).isZero();
  }

  /**
   * The budget is passed by no more than what the calls that were under way cost beyond what was
   * held for them.
   */
  @Test
  void passesAnAdaptiveBudgetByNoMoreThanIsSaid() throws Exception {
    testing.authority.budgets(new Budget(Per.DAY, 1_000_000, Mode.ADAPTIVE));
    warmUp(5);
    long before = testing.spending.spentToday(testing.caller().principal().id());
    long limit = before + 10_000;
    testing.authority.budgets(new Budget(Per.DAY, limit, Mode.ADAPTIVE));
    long likely = 3 * 39 + 15 * 5; // half as many tokens as bytes, and five as usual
    int given = ask(500);

    long spent = testing.spending.spentToday(testing.caller().principal().id());
    assertThat(spent - limit).isLessThanOrEqualTo(given * (COST - likely));
    assertThat(given).isLessThan(500);
    assertThat(testing.spending.heldToday(testing.caller().principal().id())).isZero();
  }

  /** litellm #38647: an agent that is allowed much and uses little is not held back. */
  @ParameterizedTest
  @EnumSource(Mode.class)
  void letsLongAgentsGoOnAtLowSpendingWhereTheBudgetAdapts(Mode mode) throws Exception {
    testing.authority.budgets(new Budget(Per.DAY, 10_000_000, Mode.ADAPTIVE));
    warmUp(5);
    var chat = TestingProxy.chat("fast").put("max_tokens", 64_000); // 96 cents at the most
    testing.authority.budgets(new Budget(Per.DAY, 500_000, mode));
    if (mode == Mode.HARD) {
      assertRefused(RefusalCode.BUDGET_EXHAUSTED, () -> complete(chat));
    } else {
      complete(chat);
    }
  }

  @Test
  void holdsForTheUsualLimitUntilItHasSeenEnough() throws Exception {
    var chat = TestingProxy.chat("fast").put("max_tokens", 64_000);
    testing.authority.budgets(new Budget(Per.DAY, 61_000, Mode.ADAPTIVE)); // 4096 are 61,440
    assertRefused(RefusalCode.BUDGET_EXHAUSTED, () -> complete(chat));
    testing.authority.budgets(new Budget(Per.DAY, 62_000, Mode.ADAPTIVE));
    complete(chat);
    complete(TestingProxy.chat("fast").put("max_tokens", 10));
  }

  @Test
  void countsATurnAndADayTogether() throws Exception {
    testing.authority.budgets(
        new Budget(Per.TURN, 800, Mode.HARD), new Budget(Per.DAY, 1_000_000, Mode.HARD));
    var chat = TestingProxy.chat("fast").put("max_tokens", 10);
    complete(chat);
    var turn = testing.caller().turn();
    assertThat(testing.spending.spent(turn, Per.TURN)).isEqualTo(135);
    assertThat(testing.spending.spent(turn, Per.DAY)).isEqualTo(135);
    complete(chat);
    assertRefused(RefusalCode.BUDGET_EXHAUSTED, () -> complete(chat));
    assertThat(testing.spending.held(turn, Per.TURN)).isZero();
  }

  @Test
  void paysOnTheDayOnWhichACallBeganThatEndsOnTheNext() throws Exception {
    testing.authority.budget(1_000_000);
    var reached = new CountDownLatch(1);
    var gate = new CountDownLatch(1);
    openAi.answers(LONGEST.told(-1, reached::countDown).held(-1, gate));
    var call = Thread.ofVirtual().start(() -> complete("fast"));
    assertThat(reached.await(10, TimeUnit.SECONDS)).isTrue();
    testing.clock.advance(Duration.ofHours(12)); // from noon to midnight UTC
    gate.countDown();
    call.join();

    var principal = testing.caller().principal().id();
    assertThat(testing.spending.spentToday(principal)).isZero();
    testing.clock.advance(Duration.ofHours(-12));
    assertThat(testing.spending.spentToday(principal)).isEqualTo(COST);
    assertThat(testing.spending.heldToday(principal)).isZero();
  }

  @Test
  void asksNobodyWhileBudgetsCannotBeHeld() throws Exception {
    testing.authority.budget(1_000_000);
    try (var connection = testing.database.getConnection();
        var statement = connection.createStatement()) {
      statement.execute("DROP TABLE llm_share");
    }
    assertRefused(RefusalCode.UNAVAILABLE, () -> complete("fast"));
    assertThat(RefusalCode.UNAVAILABLE.status()).isEqualTo(503);
    assertThat(openAi.received()).isEmpty();
  }

  /** litellm #35524: a price that is not known is no reason to hold nothing. */
  @Test
  void paysTheCeilingOfItsProviderForAModelWithoutAPrice() throws Exception {
    testing.add("Credential", "key2", "{\"providers\": [\"dear\"]}");
    testing.vault.with("key2", TestingProxy.SECRET);
    testing.add(
        "Provider",
        "dear",
        "{\"protocol\":\"openai\",\"baseUrl\":\"%s\",\"credential\":\"key2\","
                .formatted(openAi.base())
            + "\"unknownPriceUsdPerMillion\":\"100\"}");
    testing.add(
        "Deployment", "new-1", "{\"alias\":\"new\",\"provider\":\"dear\",\"upstreamModel\":\"m\"}");
    testing.authority.budget(1_000_000);
    complete("new");

    assertThat(facts().path("price_source").asText()).isEqualTo("ceiling");
    assertThat(facts().path("cost_usd").asText()).isEqualTo("0.0025"); // 25 tokens
    assertThat(testing.spending.spentToday(testing.caller().principal().id())).isEqualTo(2_500);
  }

  private void warmUp(int tokensOut) {
    for (int i = 0; i < 30; i++) {
      openAi.answers(
          Script.json(
              200,
              "{\"model\":\"m\",\"choices\":[{\"message\":{},\"finish_reason\":\"stop\"}],"
                  + "\"usage\":{\"prompt_tokens\":20,\"completion_tokens\":%d}}"
                      .formatted(tokensOut)));
      complete(TestingProxy.chat("fast").put("max_tokens", 100));
    }
  }

  /** So many calls at once, of which each may write 100 tokens and does. */
  private int ask(int calls) throws Exception {
    var scripts = new Script[calls];
    Arrays.fill(scripts, LONGEST);
    openAi.answers(scripts);
    var given = new AtomicInteger();
    var start = new CountDownLatch(1);
    var tasks = new ArrayList<Callable<Void>>();
    for (int i = 0; i < calls; i++) {
      tasks.add(() -> {
        start.await();
        try {
          complete(TestingProxy.chat("fast").put("max_tokens", 100));
          given.incrementAndGet();
        } catch (Refusal refusal) {
          assertThat(List.of(RefusalCode.BUDGET_EXHAUSTED, RefusalCode.UPSTREAM_UNAVAILABLE))
              .contains(refusal.code());
        }
        return null;
      });
    }
    try (var pool = Executors.newVirtualThreadPerTaskExecutor()) {
      var results = tasks.stream().map(pool::submit).toList();
      start.countDown();
      for (var result : results) {
        result.get();
      }
    }
    return given.get();
  }

  private ObjectNode complete(ObjectNode chat) {
    return testing.proxy.complete(testing.caller(), chat, new Cancellation());
  }
}
