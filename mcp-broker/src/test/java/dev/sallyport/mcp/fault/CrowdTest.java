package dev.sallyport.mcp.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.mcp.testing.Fault;
import dev.sallyport.mcp.upstream.Guard;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What many calls of a bad server do to its other callers, and to other servers. */
@Timeout(120)
class CrowdTest extends FaultScene {
  private static final int CROWD = 20;

  @ParameterizedTest
  @EnumSource
  void leavesOthersTheirShareOfAServerThatHangs(Reach reach) throws Exception {
    try (var server = reach.start()) {
      var name = register(server, SOON);
      var twin = register(server, SOON);
      assertSteady(bob, name);
      assertSteady(bob, twin);
      var before = latencyOfTheGood();

      var crowd = new ArrayList<CompletableFuture<Timed>>();
      for (int i = 0; i < CROWD; i++) {
        crowd.add(beginFaulty(alice, name, Fault.HANGS));
      }
      server.awaitBegun(SHARE);
      var during = latencyOfTheGood();
      assertSteady(bob, name);
      assertSteady(alice, twin);

      var codes = new ArrayList<String>();
      for (var call : crowd) {
        codes.add(call.join().code());
      }
      assertThat(codes.stream().filter("upstream_timeout"::equals)).hasSize(SHARE);
      assertThat(codes.stream().filter("rate_limited"::equals)).hasSize(CROWD - SHARE);
      assertThat(load(name).refused().share()).isEqualTo(CROWD - SHARE);
      assertThat(codesOnRecord(name)).containsExactlyInAnyOrderElementsOf(codes);
      assertSame(before, during);
      server.mend();
      assertSteady(alice, name);
      remove(name);
      remove(twin);
    }
  }

  @ParameterizedTest
  @EnumSource
  void leavesAServerAloneThatLiesAndTriesItAgain(Reach reach) throws Exception {
    try (var server = reach.start()) {
      var name = register(server, LATE);
      var codes = new ArrayList<String>();
      var before = latencyOfTheGood();
      while (breaker(name) == Guard.Breaker.CLOSED) {
        codes.add(callFaulty(alice, name, Fault.ANSWERS_NO_JSON).code());
      }
      assertThat(codes)
          .startsWith("upstream_malformed")
          .isSubsetOf("upstream_malformed", "upstream_unavailable");
      assertSame(before, latencyOfTheGood());

      while (breaker(name) != Guard.Breaker.CLOSED) {
        var code = callSteady(alice, name).code();
        assertThat(code).isIn("", "upstream_unavailable");
      }
      assertSteady(alice, name);
      assertThat(codesOnRecord(name)).containsExactlyElementsOf(codes);
      remove(name);
    }
  }

  private Guard.Breaker breaker(String server) {
    return load(server).breaker();
  }

  private List<String> codesOnRecord(String server) {
    var codes = new ArrayList<String>();
    for (var record : recordsOfFaulty(server)) {
      if (record.path("type").asText().equals("outcome")) {
        codes.add(record.path("code").asText());
      }
    }
    return codes;
  }
}
