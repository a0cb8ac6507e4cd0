package dev.sallyport.llm.skin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sallyport.llm.testing.Wire;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class LeftOutTest {
  private final LeftOut leftOut = new LeftOut(Set.of("content"));

  @Test
  void namesSixteenMembersHoweverOftenTheyAreSaid() {
    for (int round = 0; round < 2; round++) {
      IntStream.range(0, 16).forEach(i -> leftOut.add("member_" + (char) ('a' + i)));
    }

    assertThat(told()).hasSize(16).doesNotContain("others");
  }

  @Test
  void tellsMoreMembersAndThoseOfStrangeNamesAsOthers() {
    IntStream.range(0, 20).forEach(i -> leftOut.add("member_" + (char) ('a' + i)));
    leftOut.look(Wire.object("{\"content\":\"a\",\"my key is sk-1\":true}"));

    assertThat(told()).hasSize(17).contains("others");
  }

  private Iterable<String> told() {
    var answer = JsonNodeFactory.instance.objectNode();
    leftOut.tell(answer);
    return answer.at("/sallyport/left_out").valueStream().map(name -> name.asText()).toList();
  }
}
