package dev.sallyport.gateway.eval;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.gateway.eval.Corpus.Call;
import dev.sallyport.identity.audit.EvidenceReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** What the parts of an evaluation say of a gateway that keeps nothing in quarantine. */
@TestInstance(Lifecycle.PER_CLASS)
class FailingPartsTest {
  private final HeldModel held = new HeldModel();
  private final Checks checks = new Checks("failing");
  private Stand stand;

  @BeforeAll
  void open(@TempDir Path folder) throws IOException {
    stand = new Stand(folder, InstantSource.system(), new ProbeServer(), held.start(), "trusted");
  }

  @AfterAll
  void close() throws IOException {
    stand.close();
  }

  @Test
  void faultsOfAServerAreTold() throws Exception {
    new UpstreamFaults(checks, stand, 5).run();

    assertThat(checks.failed("nothing of what a faulty server sends is told")).isPositive();
    assertThat(checks.failed("HTTP 500 -> upstream_unavailable")).isZero();
  }

  @Test
  void whatOthersHoldIsToldAndSent() throws Exception {
    new OthersReferences(checks, stand, 2).run();

    assertThat(checks.failed("a reference of another is refused, and nothing is called"))
        .isPositive();
    assertThat(checks.failed("nothing of what another holds is told or sent")).isPositive();
  }

  @Test
  void aBrokenModelIsNotWhatAnswers() throws Exception {
    new BrokenModel(checks, held, stand, 1, 1).run();

    assertThat(checks.failed("of a broken model an agent is told that there is no answer"))
        .isPositive();
  }

  @Test
  void decisionsOfOtherPoliciesAreNotDerivedAgain() throws Exception {
    AgentTurn agent = stand.agent(0);
    for (var tool : new String[] {"read", "wipe"}) {
      var _ = agent.call(new Call(tool, BitsPart.object().put("case", "a")));
    }
    var evidence = new EvidenceReader(stand.evidence());
    var same = new Checks("same");
    var others = new Checks("others");

    AuditReplayPart.decided(same, evidence, new ReDecision(stand.resources(), "reader"));
    var lenient = stand.resources().replace("deny: [wipe]", "deny: [drop]");
    AuditReplayPart.decided(others, evidence, new ReDecision(lenient, "reader"));

    assertThat(same.failed()).isZero();
    assertThat(same.passed()).isPositive();
    assertThat(others.failed()).isPositive();
  }
}
