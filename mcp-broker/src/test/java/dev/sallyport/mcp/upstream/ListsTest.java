package dev.sallyport.mcp.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.mcp.wire.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

/** How much of what a server lists is taken. */
class ListsTest {
  private final List<String> asked = new ArrayList<>();
  private long now = 7;

  /** The page after so many, by method; a list that is not named is empty. */
  private IntFunction<Lists.Page> tools = _ -> page("tools", 0, "");

  private IntFunction<Lists.Page> resources = _ -> page("resources", 0, "");

  @Test
  void takesAllItemsHoweverSmallThePagesAre() {
    tools = at -> page("tools", 1, at == 1_102 ? "" : "after " + at);

    var listing = listing();

    assertThat(listing.tools()).hasSize(1_103);
    assertThat(listing.trouble()).isEmpty();
  }

  @Test
  void takesAsManyItemsAsThereIsRoomFor() {
    tools = _ -> page("tools", Lists.MAX_ITEMS, "");

    assertThat(listing().tools()).hasSize(Lists.MAX_ITEMS);
  }

  @Test
  void leavesOutAListThatIsTooLongAndNoOther() {
    tools = at -> page("tools", at == 0 ? Lists.MAX_ITEMS : 1, "after " + at);
    resources = _ -> page("resources", 2, "");

    var listing = listing();

    assertThat(listing.tools()).isEmpty();
    assertThat(listing.resources()).hasSize(2);
    assertThat(listing.templates()).hasSize(1);
    assertThat(listing.unfit()).containsExactly(Map.entry("tools/list", "list_too_long"));
    assertThat(listing.trouble())
        .contains(
            "nothing of tools/list is used: more than 10000 items, or more than 64 MiB with the"
                + " other lists; have it list less");
  }

  /** Or else what is hidden by its own state could be read by a template. */
  @Test
  void leavesOutTemplatesWhereResourcesAreLeftOut() {
    tools = _ -> page("tools", 1, "");
    resources = _ -> page("resources", Lists.MAX_ITEMS + 1, "");

    var listing = listing();

    assertThat(listing.tools()).hasSize(1);
    assertThat(listing.resources()).isEmpty();
    assertThat(listing.templates()).isEmpty();
    assertThat(asked).doesNotContain("resources/templates/list");
  }

  @Test
  void countsTheBytesOfAllListsTogether() {
    tools = at -> new Lists.Page(page("tools", 1, at == 0 ? "2" : "").content(), half());
    resources = _ -> new Lists.Page(page("resources", 1, "").content(), 1);

    var listing = listing();

    assertThat(listing.tools()).hasSize(2);
    assertThat(listing.unfit()).containsOnlyKeys("resources/list");
  }

  @Test
  void countsNoBytesOfAListThatIsLeftOut() {
    tools = at -> new Lists.Page(page("tools", 1, "after " + at).content(), half());
    resources = _ -> new Lists.Page(page("resources", 1, "").content(), half());

    var listing = listing();

    assertThat(listing.resources()).hasSize(1);
    assertThat(listing.unfit()).containsOnlyKeys("tools/list");
  }

  @Test
  void takesEmptyPagesForNoEndUntilTheyAreTooMany() {
    tools = at -> page("tools", at < Lists.MAX_EMPTY_PAGES ? 0 : 1, at > 100 ? "" : "after " + at);
    assertThat(listing().tools()).hasSize(2);

    tools = at -> page("tools", 0, "after " + at);
    assertThat(refusal()).isEqualTo(RefusalCode.UPSTREAM_MALFORMED);
    assertThat(asked).hasSize(Lists.MAX_EMPTY_PAGES + 1);
  }

  @Test
  void followsNoCursorsThatGoRoundInACircle() {
    tools = at -> page("tools", at % 2 + 1, "after " + at % 2);

    assertThat(refusal()).isEqualTo(RefusalCode.UPSTREAM_MALFORMED);
    assertThat(asked).hasSize(3);
  }

  @Test
  void takesNoListOfAnythingButObjects() {
    var content = Json.object();
    content.putArray("tools").add("words of the server");
    tools = _ -> new Lists.Page(content, 0);

    assertThat(refusal()).isEqualTo(RefusalCode.UPSTREAM_MALFORMED);
  }

  @Test
  void endsWhenAllOfItTakesTooLong() {
    tools =
        at -> {
          now += Lists.LONGEST.toNanos() / 2;
          return page("tools", 1, at == 1 ? "" : "after " + at);
        };
    assertThat(listing().tools()).hasSize(2);

    tools =
        at -> {
          now += Lists.LONGEST.toNanos() / 2;
          return page("tools", 1, "after " + at);
        };
    assertThat(refusal()).isEqualTo(RefusalCode.UPSTREAM_TIMEOUT);
    assertThat(asked).hasSize(3);
  }

  private static long half() {
    return Lists.MAX_BYTES / 2;
  }

  /** The code of the refusal, which says why in words of ours. */
  private RefusalCode refusal() {
    var refusal = catchThrowableOfType(Refusal.class, this::listing);
    assertThat(refusal.trouble().orElseThrow()).contains("list").doesNotContain("words of the");
    return refusal.code();
  }

  private Listing listing() {
    asked.clear();
    var introduction = Json.object();
    var capabilities = introduction.putObject("capabilities");
    capabilities.putObject("tools");
    capabilities.putObject("resources");
    return new Lists((method, _) -> answer(method), () -> now).all(introduction);
  }

  private Lists.Page answer(String method) {
    int at = (int) asked.stream().filter(method::equals).count();
    asked.add(method);
    return switch (method) {
      case "tools/list" -> tools.apply(at);
      case "resources/list" -> resources.apply(at);
      default -> page("resourceTemplates", 1, "");
    };
  }

  private static Lists.Page page(String member, int items, String cursor) {
    var content = Json.object();
    var list = content.putArray(member);
    ObjectNode item = Json.object();
    for (int i = 0; i < items; i++) {
      list.add(item);
    }
    return new Lists.Page(cursor.isEmpty() ? content : content.put("nextCursor", cursor), 0);
  }
}
