package dev.sallyport.llm.openai;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Cancellation;
import dev.sallyport.llm.kit.FakeProvider;
import dev.sallyport.llm.testing.TestingProxy;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** R1: what a provider of the caller's own form gets is what the caller wrote. */
final class PassThroughTest {
  private static final int SEEDS = 1_000;
  private static final List<String> NAMES =
      List.of("x_unknown", "metadata", "logit_bias", "ключ", "a.b", "seed", "tools_", "");

  private final FakeProvider upstream = new FakeProvider().wants(TestingProxy.SECRET).lenient();
  private final TestingProxy testing = new TestingProxy();

  @AfterEach
  void close() throws IOException {
    testing.close();
    upstream.close();
  }

  @Test
  void givesAThousandFuzzedRequestsOnEqualButForTheModel() {
    testing.provider("openai", "openai", upstream.base()).deployment("d", "fast", "openai", 0);
    for (int seed = 0; seed < SEEDS; seed++) {
      var chat = fuzzed(new Random(seed));
      testing.proxy.complete(testing.caller(), chat, new Cancellation());

      assertThat(upstream.last().json())
          .as("seed %d", seed)
          .isEqualTo(chat.deepCopy().put("model", "up-d"));
    }
  }

  private static ObjectNode fuzzed(Random random) {
    var chat = TestingProxy.chat("fast");
    for (var name : NAMES) {
      if (random.nextBoolean()) {
        chat.set(name, value(random, 3));
      }
    }
    ((ObjectNode) chat.at("/messages/0")).set("x_member", value(random, 3));
    return chat;
  }

  private static JsonNode value(Random random, int depth) {
    var json = JsonNodeFactory.instance;
    return switch (random.nextInt(depth == 0 ? 5 : 7)) {
      case 0 -> json.numberNode(random.nextInt());
      case 1 -> json.numberNode(new BigDecimal(random.nextInt(1_000)).movePointLeft(2));
      case 2 -> json.textNode("t\u0000\"\\ \uD83D\uDE00 " + random.nextInt());
      case 3 -> json.booleanNode(random.nextBoolean());
      case 4 -> json.nullNode();
      case 5 -> {
        var list = json.arrayNode();
        for (int i = random.nextInt(3); i > 0; i--) {
          list.add(value(random, depth - 1));
        }
        yield list;
      }
      default -> {
        var object = json.objectNode();
        for (int i = random.nextInt(3); i > 0; i--) {
          object.set(NAMES.get(random.nextInt(NAMES.size())), value(random, depth - 1));
        }
        yield object;
      }
    };
  }
}
