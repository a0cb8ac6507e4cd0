package dev.sallyport.gateway.eval;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** Every part of the evaluation finds what it looks for, where it is there. */
class PartsTest {
  private static final Setting LITTLE =
      new Setting(
          List.of(), 1, OptionalInt.of(4), 16, Optional.empty(), InstantSource.system(), _ -> {});

  /** Criterion 4. */
  @Test
  void fuzzFindsTextThatATrustedServerPassesOn() throws Exception {
    var found = json(new FuzzPart("trusted").run(LITTLE));

    assertThat(found.at("/fuzz/characters").asInt()).isGreaterThan(1_000);
    assertThat(found.at("/fuzz/places/gateway: tools~1call/failed").asInt()).isPositive();
    assertThat(found.at("/fuzz/places/results/failed").asInt(-1)).isZero();
  }

  /** Criterion 7. */
  @Test
  void metadataFindsDefinitionsThatNobodyLookedAt() throws Exception {
    var found = json(new MetadataPart("auto", "trusted").run(LITTLE)).at("/metadata/checks");

    assertThat(failed(found.path("poisoned definitions, unapproved"))).isPositive();
    assertThat(failed(found.path("lists that hold what is wanted"))).isEqualTo(1);
    assertThat(failed(found.path("words of failures"))).isPositive();
    assertThat(found.path("poisoned definitions, unapproved").path("of").asInt())
        .isGreaterThanOrEqualTo(96);
  }

  /** Criterion 8. */
  @Test
  void perfFindsWhatTakesTooLong() {
    var tooSlow = PerfPart.took(List.of(new PerfPart.Size("little", 4_096, 0, 4)), LITTLE);
    var inTime = PerfPart.took(List.of(new PerfPart.Size("little", 4_096, 60_000, 4)), LITTLE);

    assertThat(tooSlow).hasSizeGreaterThan(10).noneMatch(PerfPart.Took::inTime);
    assertThat(inTime).allMatch(PerfPart.Took::inTime);
  }

  /** Criterion 10. */
  @Test
  void nearlyEveryPayloadActsUntilItIsMadeSafe() {
    var all = Payloads.all();

    assertThat(all)
        .hasSizeGreaterThan(300)
        .filteredOn(Payloads::acts)
        .hasSizeGreaterThan(all.size() - 20);
    assertThat(Payloads.acts("Plain: text, [in brackets] (2 < 3) & \"quoted\" ‹b›, naïve 東京"))
        .isFalse();
  }

  @Test
  void aViewHoldsNothingButWhatTheGatewayOrAPersonChose() throws IOException {
    var grammar = ViewGrammar.of(List.of("id"), List.of("approved"));

    assertThat(chosen(grammar, "{'id': '{{txt#1.abcdefghij}}', 'text': 'approved'}")).isZero();
    assertThat(chosen(grammar, "{'{{key#1.abcdefghij}}': [1, true, null, '']}")).isZero();
    assertThat(chosen(grammar, "{'text': '{\\\\'id\\\\': 7}'}")).isZero();
    assertThat(chosen(grammar, "{'id': 'secret'}")).isEqualTo(6);
    assertThat(chosen(grammar, "{'secret': 1}")).isEqualTo(6);
    assertThat(chosen(grammar, "['{{txt#1.abcdefghij}} x']")).isPositive();
    assertThat(chosen(grammar, "[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17]")).isEqualTo(17);
  }

  private static int chosen(ViewGrammar grammar, String json) throws IOException {
    return grammar.chosen(
        new JsonMapper().readTree(json.replace("\\\\'", "\\\"").replace('\'', '"')));
  }

  private static int failed(JsonNode check) {
    return check.path("of").asInt() - check.path("passed").asInt();
  }

  private static ObjectNode json(PartReport report) {
    var document = JsonNodeFactory.instance.objectNode();
    report.addTo(document);
    return document;
  }
}
