package dev.sallyport.gateway.eval;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.gateway.eval.Recount.Rule;
import dev.sallyport.sandbox.quarantine.Projection;
import dev.sallyport.sandbox.quarantine.Quarantine;
import dev.sallyport.sandbox.quarantine.QuarantineLimits;
import dev.sallyport.sandbox.quarantine.QuarantineTools;
import dev.sallyport.sandbox.quarantine.Vocabulary;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Criterion 6: bits are counted once more, and a rule that is left out shows. */
class RecountTest {
  private static final QuarantineLimits LIMITS = QuarantineLimits.defaults();
  private static final JsonMapper JSON = new JsonMapper();
  private static final List<String> NAMES =
      List.of("id", "owner", "total", "open", "text", "items");

  private final Quarantine quarantine =
      new Quarantine(LIMITS, new SecureRandom(), InstantSource.system());
  private final QuarantineTools tools =
      new QuarantineTools(quarantine, (_, _, _, _) -> "{\"abstain\":true}", Duration.ofSeconds(5));

  private record Charged(Crossing crossing, int bits) {
    boolean isCounted(Set<Rule> leftOut) {
      return crossing.counts(LIMITS, leftOut).contains(bits);
    }
  }

  @Test
  void countsWhatTheQuarantineCharges() throws IOException {
    assertThat(charged())
        .hasSizeGreaterThan(20)
        .allSatisfy(one ->
            assertThat(one.crossing().counts(LIMITS, Set.of()))
                .as(one.crossing().told().toString())
                .contains(one.bits()));
  }

  @ParameterizedTest
  @EnumSource
  void missesARuleThatIsLeftOut(Rule rule) throws IOException {
    assertThat(charged()).anyMatch(one -> !one.isCounted(Set.of(rule)));
  }

  @Test
  void saysHowManyCountsThereCanBeWhereABudgetEnded() throws IOException {
    assertThat(charged())
        .filteredOn(one -> one.crossing().counts(LIMITS, Set.of()).size() > 1)
        .hasSize(1);
  }

  private List<Charged> charged() throws IOException {
    var all = new ArrayList<Charged>();
    for (var result : BitsOfEverything.results().entrySet()) {
      var told = quarantine.projectToolResult("t", "s", new Vocabulary(NAMES), result.getValue());
      all.add(charged("read", "{}", result.getValue(), told, Set.copyOf(NAMES)));
    }
    var error = JSON.readTree("{\"code\": -32602, \"message\": \"no\", \"data\": {\"a\": 1}}");
    var told = quarantine.projectError("t", "s", error);
    var seen = JSON.createObjectNode().<ObjectNode>set("structuredContent", told.view());
    all.add(new Charged(new Crossing("read", error, error, seen, Set.of()), told.bits()));
    all.addAll(looks());
    return all;
  }

  private List<Charged> looks() throws IOException {
    var content = JSON.readTree("{\"content\": [{\"type\": \"text\", \"text\": \"a b\"}]}");
    var held = quarantine.projectToolResult("t", "s", Vocabulary.NONE, content);
    var reference = held.view().at("/structuredContent/text").asText();
    var all = new ArrayList<Charged>();
    all.add(look("q_get", "{\"ref\": \"%s\"}".formatted(reference)));
    all.add(look("q_match", "{\"ref\": \"%s\", \"what\": \"word\"}".formatted(reference)));
    all.add(
        look(
            "q_compare",
            "{\"ref\": \"%s\", \"is\": \"contains\", \"value\": \"b\"}".formatted(reference)));
    return all;
  }

  private Charged look(String tool, String arguments) throws IOException {
    var told = tools.call("t", tool, JSON.readTree(arguments));
    return charged(tool, arguments, MissingNode.getInstance(), told, Set.of());
  }

  private static Charged charged(
      String tool, String arguments, JsonNode came, Projection told, Set<String> names)
      throws IOException {
    var asked = JSON.readTree(arguments);
    return new Charged(new Crossing(tool, asked, came, told.view(), names), told.bits());
  }
}
