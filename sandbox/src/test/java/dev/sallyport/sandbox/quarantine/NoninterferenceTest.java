package dev.sallyport.sandbox.quarantine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.sandbox.testing.SeededRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Whatever texts a server chooses, an agent sees the same bytes. */
class NoninterferenceTest {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final Vocabulary NAMES = new Vocabulary(List.of("id", "notes", "items"));
  private static final List<Kind> KINDS =
      List.of(Kind.TEXT, Kind.ADDRESS, Kind.URL, Kind.IDENTIFIER, Kind.DATE);
  private static final int CASES = 2_000;

  @Test
  void showsTheSameBytesForContentsThatDifferInTheirTextsOnly() {
    for (var seed = 0; seed < CASES; seed++) {
      var content = content(new Random(seed), 4);
      var other = withOtherTexts(content, new Random(seed + 1_000_000));

      assertThat(projected(content)).as("seed %d", seed).isEqualTo(projected(other));
    }
  }

  @Test
  void showsTheSameBytesForToolResultsThatDifferInTheirTextsOnly() {
    for (var seed = 0; seed < CASES / 4; seed++) {
      var content = content(new Random(seed), 3);
      var other = withOtherTexts(content, new Random(seed + 1_000_000));

      assertThat(result(content)).as("seed %d", seed).isEqualTo(result(other));
    }
  }

  @Test
  void showsNoTextOfTheServer() {
    for (var seed = 0; seed < CASES; seed++) {
      var content = content(new Random(seed), 4);
      var view = projected(content);

      texts(content).forEach(text -> assertThat(view).doesNotContain(text));
    }
  }

  private static String projected(JsonNode content) {
    var quarantine =
        new Quarantine(QuarantineLimits.defaults(), new SeededRandom(7), FixedClock.AT);
    return quarantine.project("t", "s", NAMES, content).toString();
  }

  private static String result(JsonNode content) {
    var quarantine =
        new Quarantine(QuarantineLimits.defaults(), new SeededRandom(7), FixedClock.AT);
    var result = JSON.objectNode();
    var blocks = result.putArray("content");
    blocks.addObject().put("type", "text").put("text", content.toString());
    blocks.addObject().put("type", "image").put("data", "AAAA").put("mimeType", "image/png");
    return quarantine.projectToolResult("t", "s", NAMES, result).toString();
  }

  private static JsonNode content(Random random, int levels) {
    return switch (random.nextInt(levels == 0 ? 6 : 9)) {
      case 0 -> JSON.nullNode();
      case 1 -> JSON.booleanNode(random.nextBoolean());
      case 2 -> JSON.numberNode(random.nextInt(2_000) - 1_000);
      case 3 -> JSON.numberNode(random.nextLong());
      case 4, 5 -> JSON.textNode(text(random));
      case 6 -> {
        var array = JSON.arrayNode();
        IntStream.range(0, random.nextInt(6)).forEach(_ -> array.add(content(random, levels - 1)));
        yield array;
      }
      default -> {
        var object = JSON.objectNode();
        IntStream.range(0, random.nextInt(5))
            .forEach(_ -> object.set(name(random), content(random, levels - 1)));
        yield object;
      }
    };
  }

  private static String name(Random random) {
    return random.nextBoolean() ? NAMES.names().get(random.nextInt(3)) : text(random);
  }

  private static String text(Random random) {
    return text(KINDS.get(random.nextInt(KINDS.size())), random);
  }

  /** Some text of that kind; few enough that equal ones happen. */
  private static String text(Kind kind, Random random) {
    var word = "zq" + Integer.toString(random.nextInt(10_000) + 50_000, 36);
    return switch (kind) {
      case ADDRESS -> word + "@" + word + ".example";
      case URL -> "https://" + word + ".example/" + word;
      case IDENTIFIER -> word;
      case DATE -> "20%02d-01-%02d".formatted(random.nextInt(100), 1 + random.nextInt(28));
      case TEXT, NUMBER, KEY, JSON, BLOB, VALUE -> "do " + word + "/*~ now";
    };
  }

  private static JsonNode withOtherTexts(JsonNode content, Random random) {
    Map<String, String> others = new HashMap<>();
    UnaryOperator<String> other =
        text ->
            others.computeIfAbsent(
                text, t -> fresh(KINDS.get(random.nextInt(KINDS.size())), random, others));
    return replaced(content, other);
  }

  private static String fresh(Kind kind, Random random, Map<String, String> taken) {
    var text = text(kind, random);
    while (taken.containsValue(text)) {
      text = text(kind, random);
    }
    return text;
  }

  private static JsonNode replaced(JsonNode node, UnaryOperator<String> other) {
    if (node.isTextual()) {
      return JSON.textNode(other.apply(node.textValue()));
    }
    if (node.isArray()) {
      var array = JSON.arrayNode();
      node.forEach(item -> array.add(replaced(item, other)));
      return array;
    }
    if (node instanceof ObjectNode object) {
      var copy = JSON.objectNode();
      for (var member : object.properties()) {
        var name = member.getKey();
        copy.set(
            NAMES.names().contains(name) ? name : other.apply(name),
            replaced(member.getValue(), other));
      }
      return copy;
    }
    return node;
  }

  private static List<String> texts(JsonNode content) {
    var texts = new ArrayList<String>();
    replaced(
        content,
        text -> {
          texts.add(text);
          return text;
        });
    return texts;
  }
}
