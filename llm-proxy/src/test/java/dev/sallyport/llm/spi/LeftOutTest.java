package dev.sallyport.llm.spi;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sallyport.llm.testing.Wire;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class LeftOutTest {
  private final LeftOut leftOut =
      new LeftOut(new Members(Map.of("", Set.of("content")), Map.of(), Set.of()));

  @Test
  void namesSixtyFourMembersHoweverOftenTheyAreSaid() {
    for (int round = 0; round < 2; round++) {
      IntStream.range(0, 64).forEach(i -> leftOut.add(name(i)));
    }

    assertThat(told()).hasSize(64).doesNotContain("others");
  }

  @Test
  void tellsMoreMembersAndThoseOfStrangeNamesAsOthers() {
    IntStream.range(0, 70).forEach(i -> leftOut.add(name(i)));
    leftOut.look("", Wire.object("{\"content\":\"a\",\"my key is sk-1\":true}"));

    assertThat(told()).hasSize(65).contains("others");
  }

  @Test
  void namesMembersOfChatAnswersAsTheirCallersKnowThem() {
    leftOut.add("choices.message.audio");
    leftOut.add("choices.delta.tool_calls.extra_content");
    leftOut.add("choices.logprobs");
    leftOut.add("choices");

    assertThat(told()).containsExactly("audio", "choices", "logprobs", "tool_calls.extra_content");
  }

  @Test
  void saysNothingOfWhatIsOffOrEmptyOrNoneOfSomething() {
    leftOut.look("", Wire.object("{\"a\":0,\"b\":{\"c\":[{\"d\":\"\",\"e\":false}]},\"f\":null}"));

    assertThat(told()).isEmpty();
  }

  @Test
  void goesOnFromWhatAnEarlierTranslationLeftOut() {
    leftOut.take(Wire.object("{\"sallyport\":{\"left_out\":[\"content.citations\",\"a b\"]}}"));

    assertThat(told()).containsExactly("content.citations", "others");
  }

  private static String name(int i) {
    return "member_" + (char) ('a' + i / 26) + (char) ('a' + i % 26);
  }

  private Iterable<String> told() {
    var answer = JsonNodeFactory.instance.objectNode();
    leftOut.tell(answer);
    return answer.at("/sallyport/left_out").valueStream().map(name -> name.asText()).toList();
  }
}
