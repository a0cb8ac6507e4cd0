package dev.sallyport.llm.openai;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Mistral refuses a conversation with any id of a tool call but one of nine letters and digits. */
final class NineIdsTest {
  private static final int SEEDS = 300;
  private static final String CHARACTERS = "abcXYZ019_-:";

  @Test
  void givesEachIdOneOfItsOwnAndTheSameOneWheneverTheConversationGoesOn() {
    for (int seed = 0; seed < SEEDS; seed++) {
      var ids = ids(new Random(seed));
      var whole = replaced(ids);
      var earlier = replaced(ids.subList(0, ids.size() / 2));

      assertThat(whole.values())
          .as("seed %d", seed)
          .allMatch(id -> id.matches("[A-Za-z0-9]{9}"))
          .doesNotHaveDuplicates();
      assertThat(whole).containsAllEntriesOf(earlier);
    }
  }

  @Test
  void leavesAnIdOfItsOwnFormAndWhatIsNoIdAtAll() {
    assertThat(replaced(List.of("abcDEF123"))).containsEntry("abcDEF123", "abcDEF123");
    assertThat(replaced(List.of("abcDEF12")).get("abcDEF12")).isNotEqualTo("abcDEF12").hasSize(9);
    assertThat(replaced(List.of("abcDEF1234")).get("abcDEF1234")).hasSize(9);
    assertThat(replaced(List.of("")).get("")).hasSize(9);
    var odd = JsonNodeFactory.instance.arrayNode();
    odd.add("text").addObject().put("tool_call_id", 7).putArray("tool_calls").add("x").addNull();
    var before = odd.deepCopy();
    new NineIds(odd).replace();
    assertThat(odd).isEqualTo(before);
  }

  /** An id that the provider itself gave is never given to another. */
  @Test
  void makesWayForAnIdThatWasThere() {
    var taken = replaced(List.of("call_1")).get("call_1");
    var both = replaced(List.of("call_1", taken));

    assertThat(both).containsEntry(taken, taken);
    assertThat(both.get("call_1")).isNotEqualTo(taken).hasSize(9);
  }

  private static Map<String, String> replaced(List<String> ids) {
    var messages = JsonNodeFactory.instance.arrayNode();
    for (var id : ids) {
      var call = messages.addObject().put("role", "assistant");
      call.putArray("tool_calls").addObject().put("id", id);
      messages.addObject().put("role", "tool").put("tool_call_id", id);
    }
    new NineIds(messages).replace();
    return pairs(ids, messages);
  }

  private static Map<String, String> pairs(List<String> ids, ArrayNode messages) {
    var pairs = new HashMap<String, String>();
    for (int i = 0; i < ids.size(); i++) {
      var called = messages.get(2 * i).at("/tool_calls/0/id").asText();
      assertThat(messages.get(2 * i + 1).path("tool_call_id").asText()).isEqualTo(called);
      pairs.put(ids.get(i), called);
    }
    return pairs;
  }

  private static List<String> ids(Random random) {
    var ids = new ArrayList<String>();
    for (int i = 0; i < 20; i++) {
      var id = new StringBuilder();
      int length = random.nextInt(12);
      for (int k = 0; k < length; k++) {
        id.append(CHARACTERS.charAt(random.nextInt(CHARACTERS.length())));
      }
      ids.add(random.nextInt(4) == 0 && !ids.isEmpty() ? ids.getFirst() : id.toString());
    }
    return ids;
  }
}
