package dev.sallyport.gateway.eval;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.gateway.document.DocumentReader;
import dev.sallyport.gateway.document.InvalidDocumentsException;
import dev.sallyport.gateway.eval.Recount.Rule;
import dev.sallyport.gateway.resource.ResourceDocuments;
import dev.sallyport.identity.resource.InvalidResourcesException;
import dev.sallyport.identity.resource.ResourceSet;
import dev.sallyport.mcp.contract.Contracts;
import dev.sallyport.sandbox.contract.QuarantineMode;
import dev.sallyport.sandbox.contract.ResultRules;
import dev.sallyport.sandbox.quarantine.Intake;
import dev.sallyport.sandbox.quarantine.Projection;
import dev.sallyport.sandbox.quarantine.Quarantine;
import dev.sallyport.sandbox.quarantine.QuarantineLimits;
import dev.sallyport.sandbox.quarantine.QuarantineTools;
import dev.sallyport.sandbox.quarantine.Vocabulary;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Criterion 6: bits are counted once more, and a rule that is left out shows. */
class RecountTest {
  private static final QuarantineLimits LIMITS = QuarantineLimits.defaults();
  private static final JsonMapper JSON = new JsonMapper();
  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");

  /** Two words, and the line that they are. */
  private static final int WORDS = 3;

  private static final List<String> NAMES =
      List.of("id", "owner", "total", "open", "text", "items");

  private final Quarantine quarantine = new Quarantine(LIMITS, new SecureRandom(), () -> NOW);
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
        .hasSizeBetween(3, 12);
  }

  /** The result of a budget of every size is counted, wherever it ends. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void countsWhatIsChargedWhereverABudgetEnds(boolean typed) throws IOException {
    for (int bits = 1; bits <= 160; bits++) {
      var some = OptionalInt.of(bits);
      var agreed = AgreedResults.agreed(typed, NOW).with(0, some, OptionalInt.empty());

      assertThat(charged(agreed, AgreedResults.results()))
          .as("%d bits", bits)
          .allSatisfy(one ->
              assertThat(one.crossing().counts(LIMITS, Set.of()))
                  .as(one.crossing().told().toString())
                  .contains(one.bits()));
    }
  }

  private List<Charged> charged() throws IOException {
    quarantine.trust("t", "invoice paid");
    var all = new ArrayList<>(charged(Agreed.NONE, BitsOfEverything.results()));
    for (boolean typed : new boolean[] {true, false}) {
      var agreed = AgreedResults.agreed(typed, NOW);
      var more = agreed.with(WORDS, OptionalInt.empty(), OptionalInt.empty());
      all.addAll(charged(more, AgreedResults.results()));
      var little = AgreedResults.little(typed, NOW);
      all.addAll(
          charged(
              little.with(WORDS, little.resultBits(), little.maxItems()), AgreedResults.results()));
    }
    var error = JSON.readTree("{\"code\": -32602, \"message\": \"no\", \"data\": {\"a\": 1}}");
    var told = quarantine.projectError("t", "s", error);
    var seen = JSON.createObjectNode().<ObjectNode>set("structuredContent", told.view());
    all.add(
        new Charged(new Crossing("read", error, error, seen, Set.of(), Agreed.NONE), told.bits()));
    all.addAll(looks());
    return all;
  }

  private List<Charged> charged(Agreed agreed, Map<String, JsonNode> results) throws IOException {
    var all = new ArrayList<Charged>();
    var mode = agreed.typed() ? QuarantineMode.TYPED : QuarantineMode.STRICT;
    var intake = new Intake("s", new Vocabulary(NAMES), mode, rules(agreed));
    for (var result : results.values()) {
      var told = quarantine.projectToolResult("t", intake, result);
      all.add(
          new Charged(
              new Crossing(
                  "read", JSON.createObjectNode(), result, told.view(), Set.copyOf(NAMES), agreed),
              told.bits()));
    }
    return all;
  }

  /** The same as the product reads it. */
  private static ResultRules rules(Agreed agreed) throws IOException {
    var written = agreed.contract(Contracts.CLIENT, "read").replace("{name: -", "{name: c-");
    try {
      var documents = DocumentReader.yaml("test", written.replace("---\n", ""));
      var set = new ResourceSet(ResourceDocuments.read(documents));
      return Contracts.of(set).of(Contracts.CLIENT).values().iterator().next().results();
    } catch (InvalidDocumentsException | InvalidResourcesException e) {
      throw new IOException(written, e);
    }
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
    return new Charged(
        new Crossing(tool, asked, came, told.view(), names, Agreed.NONE), told.bits());
  }
}
