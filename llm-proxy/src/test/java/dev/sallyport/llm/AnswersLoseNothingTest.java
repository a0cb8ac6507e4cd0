package dev.sallyport.llm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.llm.skin.Skin;
import dev.sallyport.llm.spi.Form;
import dev.sallyport.llm.spi.Housekeeping;
import dev.sallyport.llm.testing.TranslatedAnswers;
import dev.sallyport.llm.testing.TranslatedAnswers.Protocol;
import dev.sallyport.llm.testing.Wire;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Whatever protocol an answer comes by and whatever form it goes out in, each value of it either
 * goes on, or its member is named in {@code left_out}, or it is {@link Housekeeping}. The answers
 * under {@code rich/answers} have every member that the types of the providers' SDKs know.
 */
final class AnswersLoseNothingTest {
  /** What to look for; all other values are words of a protocol, or counts. */
  private static final Pattern MARKER = Pattern.compile("(?s).*§.*|-?7\\d{3}|0\\.7\\d{3}");

  private static final String NEWER = "newer_member";

  /** What is not named by its place: mostly what the chat form in the middle has elsewhere. */
  private static final Map<String, Set<String>> OTHER_NAMES =
      Map.of(
          "annotations", Set.of("output.content.annotations"),
          "content.citations", Set.of("delta.citations_delta"),
          "images", Set.of("candidates.content.parts.inlineData"),
          "logprobs", Set.of("candidates.logprobsResult", "output.content.logprobs"),
          "service_tier", Set.of("serviceTier", "usage.service_tier"),
          "stop_reason", Set.of("additionalModelResponseFields.stop_sequence", "stop_sequence"),
          "tool_calls.custom", Set.of("output.custom_tool_call"));

  @TestFactory
  Stream<DynamicTest> aValueOfAWholeAnswerGoesOnOrIsNamed() {
    return each((protocol, skin) -> {
      var answer = Wire.object(protocol.whole());
      checkAll(protocol, protocol.whole(skin, answer), leaves(protocol, List.of(answer)));
    });
  }

  @TestFactory
  Stream<DynamicTest> aValueOfAStreamedAnswerGoesOnOrIsNamed() {
    return each((protocol, skin) -> {
      var events = protocol.events();
      checkAll(protocol, protocol.stream(skin, events), leaves(protocol, trees(events)));
    });
  }

  @TestFactory
  Stream<DynamicTest> aMemberOfAWholeAnswerThatNobodyKnowsYetGoesOnOrIsNamed() {
    return each((protocol, skin) ->
        checkNewer(
            protocol,
            List.of(Wire.object(protocol.whole())),
            changed -> protocol.whole(skin, changed.getFirst())));
  }

  @TestFactory
  Stream<DynamicTest> aMemberOfAStreamedAnswerThatNobodyKnowsYetGoesOnOrIsNamed() {
    return each((protocol, skin) -> {
      var events = protocol.events();
      checkNewer(
          protocol,
          trees(events),
          changed -> {
            var all = new ArrayList<TranslatedAnswers.Event>();
            for (int i = 0; i < events.size(); i++) {
              all.add(new TranslatedAnswers.Event(events.get(i).name(), changed.get(i)));
            }
            return protocol.stream(skin, all);
          });
    });
  }

  /** As providers do that tell of no deltas. */
  @TestFactory
  Stream<DynamicTest> aValueOfAnItemThatComesWholeGoesOnOrIsNamed() {
    var protocol = TranslatedAnswers.protocol("responses");
    var events =
        protocol.events().stream()
            .filter(event -> !event.data().path("type").asText().contains("delta"))
            .filter(event -> !event.data().path("type").asText().endsWith(".added"))
            .toList();
    return TranslatedAnswers.skins().stream()
        .map(skin ->
            DynamicTest.dynamicTest(
                skin.form().name(),
                () ->
                    checkAll(
                        protocol, protocol.stream(skin, events), leaves(protocol, trees(events)))));
  }

  @Test
  void namesNothingOfAnAnswerThatIsCarriedWhole() {
    for (var skin : TranslatedAnswers.skins()) {
      var answer =
          Wire.object(
              "{\"id\":\"m\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"m\","
                  + "\"container\":null,\"stop_reason\":\"end_turn\",\"stop_sequence\":null,"
                  + "\"content\":[{\"type\":\"text\",\"text\":\"a\",\"citations\":null}],"
                  + "\"usage\":{\"input_tokens\":1,\"output_tokens\":1,\"server_tool_use\":"
                  + "{\"web_search_requests\":0},\"speed\":\"standard\","
                  + "\"service_tier\":\"standard\"}}");
      assertThat(TranslatedAnswers.protocol("messages").whole(skin, answer))
          .doesNotContain("left_out");
    }
  }

  @Test
  void namesTheOtherAnswersWhereThereIsAPlaceForOneOnly() {
    var answer =
        Wire.object(
            "{\"responseId\":\"r\",\"candidates\":[{\"index\":0,\"finishReason\":\"STOP\","
                + "\"content\":{\"parts\":[{\"text\":\"one\"}]}},{\"index\":1,"
                + "\"finishReason\":\"STOP\",\"content\":{\"parts\":[{\"text\":\"two\"}]}}]}");
    var protocol = TranslatedAnswers.protocol("gemini");
    for (var skin : TranslatedAnswers.skins()) {
      var whole = protocol.whole(skin, answer);
      var streamed = protocol.stream(skin, List.of(new TranslatedAnswers.Event("", answer)));
      boolean all = skin.form() == Form.CHAT;
      for (var out : List.of(whole, streamed)) {
        assertThat(out.contains("two")).as(out).isEqualTo(all);
        assertThat(named(out).contains("choices")).as(out).isEqualTo(!all);
      }
    }
  }

  private static Stream<DynamicTest> each(Check check) {
    return TranslatedAnswers.protocols()
        .flatMap(protocol ->
            TranslatedAnswers.skins().stream()
                .map(skin ->
                    DynamicTest.dynamicTest(
                        protocol.name() + " to " + skin.form(), () -> check.of(protocol, skin))));
  }

  private static List<ObjectNode> trees(List<TranslatedAnswers.Event> events) {
    return events.stream().map(TranslatedAnswers.Event::data).toList();
  }

  private static void checkAll(Protocol protocol, String out, List<Leaf> leaves) {
    assertThat(lost(protocol, out, leaves))
        .as("neither carried, nor named among %s, nor housekeeping, in %s", named(out), out)
        .isEmpty();
  }

  /** Adds a member to each object of an answer in turn. */
  private static void checkNewer(
      Protocol protocol, List<ObjectNode> events, Function<List<ObjectNode>, String> translate) {
    var lost = new TreeSet<String>();
    int objects = (int) events.stream().mapToLong(event -> changeable(event).size()).sum();
    for (int i = 0; i < objects; i++) {
      var changed = events.stream().map(ObjectNode::deepCopy).toList();
      var all = changed.stream().flatMap(event -> changeable(event).stream()).toList();
      all.get(i).put(NEWER, "§newer");
      var leaves = leaves(protocol, changed);
      leaves.removeIf(leaf -> !leaf.path.endsWith(NEWER) || protocol.isEnvelope(leaf.path));
      var out = translate.apply(changed);
      if (named(out).stream().noneMatch(name -> name.endsWith(NEWER))) {
        lost.addAll(lost(protocol, out, leaves));
      }
    }
    assertThat(lost).isEmpty();
  }

  private static Set<String> lost(Protocol protocol, String out, List<Leaf> leaves) {
    var told = named(out);
    var covered = new HashSet<>(told);
    told.forEach(name -> covered.addAll(OTHER_NAMES.getOrDefault(name, Set.of())));
    covered.addAll(Housekeeping.of(protocol.name()));
    var lost = new TreeSet<String>();
    for (var leaf : leaves) {
      var value = Pattern.compile(Pattern.quote(leaf.value) + "(?![A-Za-z0-9])");
      if (!value.matcher(out).find() && leaf.names.stream().noneMatch(covered::contains)) {
        lost.add(leaf.path + "=" + leaf.value);
      }
    }
    return lost;
  }

  private static Set<String> named(String out) {
    var names = new TreeSet<String>();
    out.lines()
        .filter(line -> line.startsWith("{"))
        .flatMap(line ->
            Wire.object(line.getBytes(StandardCharsets.UTF_8)).findValues("left_out").stream())
        .forEach(list -> list.forEach(name -> names.add(name.asText())));
    return names;
  }

  /** The objects of an event; what only says that there was all says nothing more. */
  private static List<ObjectNode> changeable(ObjectNode event) {
    return event.path("type").asText("").equals("message_stop") ? List.of() : objects(event);
  }

  private static List<ObjectNode> objects(JsonNode node) {
    var all = new ArrayList<ObjectNode>();
    if (node instanceof ObjectNode object) {
      all.add(object);
    }
    node.forEach(one -> all.addAll(objects(one)));
    return all;
  }

  private static List<Leaf> leaves(Protocol protocol, List<ObjectNode> events) {
    var all = new ArrayList<Leaf>();
    events.forEach(event -> walk(protocol, event, "", Set.of(), all));
    return all;
  }

  private static void walk(
      Protocol protocol, JsonNode node, String path, Set<String> above, List<Leaf> all) {
    if (node.isArray()) {
      node.forEach(one -> walk(protocol, one, path, above, all));
      return;
    }
    var names = new HashSet<>(above);
    var place = protocol.place(path);
    names.add(place);
    names.add(place.replaceFirst("^choices\\.((message|delta)\\.)?", ""));
    names.add(place + "." + node.path("type").asText(""));
    if (node.isObject()) {
      for (var member : node.properties()) {
        var below = path.isEmpty() ? member.getKey() : path + "." + member.getKey();
        walk(protocol, member.getValue(), below, names, all);
      }
    } else if (MARKER.matcher(node.asText()).matches()) {
      var text = node.asText();
      boolean arguments = text.startsWith("{\"q\""); // an object elsewhere
      var value = arguments ? text.substring(6, text.length() - 2) : text;
      all.add(new Leaf(path, value.replaceFirst("^data:[^,]*,", ""), names));
    }
  }

  /**
   * A value to look for.
   *
   * @param names each of which tells that it was left out
   */
  private record Leaf(String path, String value, Set<String> names) {}

  /** What holds for a protocol and a skin. */
  @FunctionalInterface
  private interface Check {
    void of(Protocol protocol, Skin skin);
  }
}
