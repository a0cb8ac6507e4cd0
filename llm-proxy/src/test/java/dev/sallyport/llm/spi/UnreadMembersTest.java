package dev.sallyport.llm.spi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.llm.testing.Wire;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class UnreadMembersTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"messages\":[{\"role\":\"assistant\",\"audio\":{\"id\":\"a\"}}]} | messages.audio",
        "{\"messages\":[{\"role\":\"user\",\"images\":[{\"type\":\"image_url\"}]}]} |"
            + " messages.images",
        "{\"messages\":[{\"content\":[{\"type\":\"text\",\"text\":\"t\",\"x\":1}]}]} |"
            + " messages.content.x",
        "{\"messages\":[{\"content\":[{\"type\":\"file\",\"file\":{\"x\":\"y\"}}]}]} |"
            + " messages.content.file.x",
        "{\"messages\":[{\"tool_calls\":[{\"id\":\"c\",\"extra_content\":{\"x\":1}}]}]} |"
            + " messages.tool_calls.extra_content",
        "{\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"x\":true}}]} |"
            + " tools.function.x",
        "{\"tools\":[{\"type\":\"custom\",\"x\":true}]} | tools.x"
      })
  void namesWhatNoTranslationReads(String request, String name) {
    assertThat(named(request, Set.of())).containsExactly(name);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"messages\":[{\"role\":\"assistant\",\"content\":null,\"audio\":null}]}",
        "{\"messages\":[{\"role\":\"assistant\",\"annotations\":[],\"x\":{},\"y\":false}]}",
        "{\"messages\":[{\"role\":\"user\",\"content\":\"text\"}]}",
        "{\"messages\":[{\"content\":[{\"type\":\"image_url\",\"image_url\":\"u\"}]}]}",
        "{\"tools\":[{\"type\":\"web_search\",\"max_uses\":3}]}",
        "{\"messages\":7,\"tools\":\"none\"}"
      })
  void namesNothingOfWhatIsOffOrEmptyOrReadOrNamedWhole(String request) {
    assertThat(named(request, Set.of())).isEmpty();
  }

  @Test
  void namesNothingThatTheTranslationReadsBeside() {
    var request = "{\"messages\":[{\"images\":[{\"type\":\"image_url\"}]}]}";
    assertThat(named(request, Set.of("messages.images"))).isEmpty();
  }

  private static Set<String> named(String request, Set<String> more) {
    var named = new TreeSet<String>();
    UnreadMembers.name(Wire.object(request), more, named);
    return named;
  }
}
