package dev.sallyport.identity.audit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.TextNode;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** AU-05: a record is of visible characters alone, the same ones that Jackson writes. */
class AsciiJsonTest {
  private static final ObjectMapper JACKSON =
      new ObjectMapper(JsonFactory.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build());
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final int DEEPEST = 4;

  @Test
  void writesEveryCharacterAsJacksonDoes() throws JsonProcessingException {
    for (int c = Character.MIN_VALUE; c <= Character.MAX_VALUE; c++) {
      assertSame(TextNode.valueOf("plain " + (char) c + " and more"));
    }
  }

  static IntStream seeds() {
    return IntStream.range(0, 500);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void writesWhateverTreeAsJacksonDoes(int seed) throws JsonProcessingException {
    assertSame(tree(new Random(seed), 0));
  }

  @Test
  void takesBackWhatWasWritten() {
    var json = new AsciiJson();
    json.beginObject();
    json.field("kept", 1);
    int length = json.length();
    json.field("dropped", "x".repeat(5_000));
    json.cutTo(length);
    json.field("next", true);
    json.endObject();

    assertThat(new String(json.written(), StandardCharsets.US_ASCII))
        .isEqualTo("{\"kept\":1,\"next\":true}");
  }

  @Test
  void writesAWordAsATextOfTheSameCharacters() {
    var plain =
        IntStream.rangeClosed(' ', 0x7f)
            .filter(c -> c != '"' && c != '\\')
            .mapToObj(Character::toString)
            .collect(Collectors.joining())
            .repeat(100);
    var text = new AsciiJson();
    text.field("name", plain);
    var word = new AsciiJson();
    word.word("name", plain);

    assertThat(word.written()).isEqualTo(text.written());
  }

  private static void assertSame(JsonNode tree) throws JsonProcessingException {
    assertThat(new String(AsciiJson.of(tree), StandardCharsets.US_ASCII))
        .isEqualTo(JACKSON.writeValueAsString(tree));
  }

  private static JsonNode tree(Random random, int depth) {
    return switch (random.nextInt(depth < DEEPEST ? 14 : 12)) {
      case 0 -> NODES.nullNode();
      case 1 -> NODES.booleanNode(random.nextBoolean());
      case 2 -> NODES.numberNode(random.nextInt());
      case 3 -> NODES.numberNode(random.nextLong());
      case 4 -> NODES.numberNode((short) random.nextInt());
      case 5 -> NODES.numberNode(random.nextDouble() * random.nextLong());
      case 6 -> NODES.numberNode(random.nextFloat());
      case 7 -> NODES.numberNode(new BigInteger(100, random));
      case 8 -> NODES.numberNode(BigDecimal.valueOf(random.nextLong(), random.nextInt(-20, 20)));
      case 9 -> NODES.binaryNode(text(random).getBytes(StandardCharsets.UTF_8));
      case 10, 11 -> NODES.textNode(text(random));
      case 12 -> {
        var array = NODES.arrayNode();
        random.ints(random.nextInt(5)).forEach(_ -> array.add(tree(random, depth + 1)));
        yield array;
      }
      default -> {
        var object = NODES.objectNode();
        random
            .ints(random.nextInt(8))
            .forEach(_ -> object.set(text(random), tree(random, depth + 1)));
        yield object;
      }
    };
  }

  /** Most often plain, at times of characters that a caller would send to do harm. */
  private static String text(Random random) {
    int bound = random.nextInt(4) == 0 ? Character.MAX_VALUE + 1 : 0x80;
    return random
        .ints(random.nextInt(random.nextInt(10) == 0 ? 3_000 : 20), 0, bound)
        .collect(StringBuilder::new, (text, c) -> text.append((char) c), StringBuilder::append)
        .toString();
  }
}
