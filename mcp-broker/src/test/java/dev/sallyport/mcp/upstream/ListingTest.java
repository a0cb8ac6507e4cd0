package dev.sallyport.mcp.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.mcp.wire.Json;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ListingTest {
  private static final ObjectNode ITEM = Json.object().put("name", "a");
  private static final Listing LISTING = listing(List.of(ITEM), List.of(), Map.of());

  @Test
  void hasTheSameDigestWhileTheServerSaysTheSame() {
    var again = listing(List.of(ITEM.deepCopy()), List.of(), Map.of());

    assertThat(again.digest()).isEqualTo(LISTING.digest());
  }

  @ParameterizedTest
  @MethodSource("others")
  void hasAnotherDigestWhateverTheServerSaysOtherwise(Listing other) {
    assertThat(other.digest()).isNotEqualTo(LISTING.digest());
  }

  static Stream<Listing> others() {
    var longer = ITEM.deepCopy().put("title", "");
    return Stream.of(
        listing(List.of(), List.of(), Map.of()),
        listing(List.of(longer), List.of(), Map.of()),
        listing(List.of(ITEM, ITEM), List.of(), Map.of()),
        listing(List.of(), List.of(ITEM), Map.of()),
        listing(List.of(ITEM), List.of(ITEM), Map.of()),
        listing(List.of(ITEM), List.of(), Map.of("b", "invalid_name")),
        new Listing(ITEM, List.of(ITEM), List.of(), List.of(), List.of()),
        new Listing(Json.object(), List.of(ITEM), List.of(), List.of(ITEM), List.of()),
        new Listing(Json.object(), List.of(ITEM), List.of(), List.of(), List.of(ITEM)));
  }

  private static Listing listing(
      List<ObjectNode> tools, List<ObjectNode> prompts, Map<String, String> unfit) {
    return new Listing(Json.object(), tools, prompts, List.of(), List.of(), unfit);
  }
}
