package dev.sallyport.mcp;

import static dev.sallyport.mcp.testing.TestingBroker.ALICE;
import static dev.sallyport.mcp.testing.TestingBroker.BOB;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.identity.Principal;
import dev.sallyport.identity.action.Action;
import dev.sallyport.identity.action.Authority;
import dev.sallyport.identity.action.Decision;
import dev.sallyport.identity.action.Sight;
import dev.sallyport.identity.action.Target;
import dev.sallyport.identity.testing.FixedAuthority;
import dev.sallyport.mcp.registry.ItemKey;
import dev.sallyport.mcp.testing.TestingBroker;
import dev.sallyport.mcp.testing.TestingMcpServer;
import dev.sallyport.mcp.testing.TestingMcpServer.Era;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Looks are counted, not time. */
class ViewsTest {
  private static final int CALLERS = 32;

  private final CountingAuthority authority = new CountingAuthority();
  private final TestingBroker broker = new TestingBroker(authority);
  private final TestingMcpServer crm =
      TestingMcpServer.speaking(Era.STATELESS).withEcho("echo").withEcho("other");

  @BeforeEach
  void register() {
    broker.register("crm", crm, "strict");
  }

  @AfterEach
  void stop() {
    broker.close();
    crm.close();
  }

  @Test
  void looksAtNothingAgainWhileNothingChanges() {
    var first = names(ALICE);
    int looks = authority.looks.get();

    assertThat(names(ALICE)).isEqualTo(first).contains("crm__echo", "crm__other", "q_show");
    assertThat(authority.looks.get()).isEqualTo(looks);
  }

  @Test
  void looksOnceForAllWhoSeeTheSame() {
    var alices = names(ALICE);
    int looks = authority.looks.get();

    assertThat(names(BOB)).isEqualTo(alices);
    assertThat(authority.looks.get()).isEqualTo(looks);
  }

  @Test
  void looksOnceForAllWhoComeTogether() throws Exception {
    names(ALICE);
    int looks = authority.looks.get();
    authority.everyones = new Sight(new Object(), authority);
    authority.bobs = authority.everyones;
    names(ALICE);
    int once = authority.looks.get() - looks;
    authority.everyones = new Sight(new Object(), authority);
    authority.bobs = authority.everyones;

    try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
      var together = new CyclicBarrier(CALLERS);
      Callable<List<String>> looking =
          () -> {
            together.await();
            return names(ALICE);
          };
      for (var listed : callers.invokeAll(Collections.nCopies(CALLERS, looking))) {
        assertThat(listed.get()).contains("crm__echo");
      }
    }

    assertThat(authority.looks.get()).isEqualTo(looks + 2 * once);
  }

  @Test
  void looksForItselfWhereOthersSeeSomethingElse() {
    var alices = names(ALICE);
    authority.bobs = new Sight(authority, BOB);

    assertThat(names(BOB)).isNotEqualTo(alices).isEmpty();
    assertThat(names(ALICE)).isEqualTo(alices);
  }

  @Test
  void looksAgainOncePoliciesChange() {
    assertThat(names(ALICE)).contains("crm__other");
    authority.hidden = "other";
    authority.everyones = new Sight(new Object(), authority);

    assertThat(names(ALICE)).contains("crm__echo").doesNotContain("crm__other");
  }

  @Test
  void looksAgainOnceSomethingElseIsApproved() {
    assertThat(names(ALICE)).contains("crm__other");

    broker.registry.reject("crm", Optional.of(ItemKey.tool("other")), "admin");

    assertThat(names(ALICE)).contains("crm__echo").doesNotContain("crm__other");
  }

  @Test
  void namesItemsAsThePathHasThem() {
    var own = broker.broker.list(broker.caller(ALICE), Optional.of("crm"), ListKind.TOOLS);

    assertThat(own).extracting(tool -> tool.path("name").asText()).contains("echo", "other");
    assertThat(names(ALICE)).contains("crm__echo", "crm__other");
  }

  private List<String> names(Principal principal) {
    return broker.broker.list(broker.caller(principal), Optional.empty(), ListKind.TOOLS).stream()
        .map(tool -> tool.path("name").asText())
        .toList();
  }

  /** Counts how often it is asked what is visible. */
  private static final class CountingAuthority implements Authority {
    private final Authority all = FixedAuthority.allowingAll();
    private final AtomicInteger looks = new AtomicInteger();
    private volatile Sight everyones = new Sight(this, this);
    private volatile Sight bobs = everyones;
    private volatile String hidden = "";

    @Override
    public Decision decide(Action action) {
      return all.decide(action);
    }

    @Override
    public boolean visible(Principal principal, Target target) {
      looks.incrementAndGet();
      var isBobs = principal.equals(BOB) && !bobs.equals(everyones);
      return !isBobs && !(target instanceof Target.Tool(_, String tool) && tool.equals(hidden));
    }

    @Override
    public Sight sight(Principal principal) {
      return principal.equals(BOB) ? bobs : everyones;
    }
  }
}
