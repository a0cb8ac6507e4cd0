package dev.sallyport.llm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.llm.skin.Skin;
import dev.sallyport.llm.spi.Attempt;
import dev.sallyport.llm.spi.CannotCarryException;
import dev.sallyport.llm.spi.ModelRequest;
import dev.sallyport.llm.spi.ProviderAdapter;
import dev.sallyport.llm.spi.Quirks;
import dev.sallyport.llm.spi.Site;
import dev.sallyport.llm.testing.Wire;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * R1: whatever form a request comes in and whatever protocol it goes to, each value of it either
 * goes on or is named as left out.
 */
final class NothingIsLostTest {
  /** What says how to answer, or is said by the shape of another protocol, and is no content. */
  private static final Set<String> SHAPE =
      Set.of(
          "type",
          "role",
          "format",
          "media_type",
          "status",
          "id",
          "strict",
          "ttl",
          "detail",
          "include",
          "required",
          "store",
          "stream",
          "truncation",
          "summary",
          "effort",
          "enabled",
          "additionalProperties",
          "index",
          "model",
          "tool_call_id",
          "tool_use_id",
          "call_id",
          "service_tier",
          // a label for people, and what a stateless answer repeats
          "name",
          "key");

  private static final Instant AT = Instant.ofEpochSecond(1_763_700_000);

  @TestFactory
  Stream<DynamicTest> goesOnOrIsNamed() {
    return Stream.of("chat", "chat-text", "messages", "responses")
        .flatMap(name -> {
          var skin = skin(name);
          var request = skin.read(rich(name));
          var tree = Wire.object(rich(name));
          return sites()
              .flatMap(site ->
                  Wires.adapters().stream()
                      .filter(adapter ->
                          site.api() == Site.Api.CHAT || adapter.protocol().equals("openai"))
                      .map(adapter ->
                          DynamicTest.dynamicTest(
                              name + " to " + adapter.protocol() + " by " + site.api(),
                              () -> check(skin, tree, request, adapter, site))));
        });
  }

  private static Skin skin(String name) {
    return Wires.skins(() -> AT).stream()
        .filter(skin -> name.startsWith(skin.form().name().toLowerCase(Locale.ROOT)))
        .findFirst()
        .orElseThrow();
  }

  private static Stream<Site> sites() {
    return Stream.of(Site.Api.values())
        .map(api ->
            new Site(
                Optional.of("project"),
                Optional.of("region-1"),
                Optional.of("2026-01-01"),
                Optional.of("google"),
                api,
                Quirks.NONE));
  }

  private static void check(
      Skin skin, JsonNode tree, ModelRequest request, ProviderAdapter adapter, Site site) {
    var lost = new TreeSet<String>();
    try {
      var attempt = new Attempt("up", 999, false, AT, request.form(), site);
      var wire = adapter.encode(request.chat(), attempt);
      var named = new ArrayList<>(request.dropped());
      wire.dropped().forEach(name -> named.add(skin.ownName(name)));
      var sent = new String(wire.body(), StandardCharsets.UTF_8);
      leaves(tree, "")
          .forEach(leaf -> {
            if (!goesOn(leaf, sent) && named.stream().noneMatch(one -> names(one, leaf.path))) {
              lost.add(leaf.path + "=" + leaf.value);
            }
          });
      assertThat(lost).as("neither carried nor named among %s in %s", named, sent).isEmpty();
    } catch (CannotCarryException e) {
      assertThat(e.problem()).as("a refusal that says what cannot be carried").isNotBlank();
    }
  }

  private static boolean goesOn(Leaf leaf, String sent) {
    if (leaf.value.startsWith("{")) { // arguments: an object elsewhere
      return leaf.value.contains("§") ? sent.contains("§argument") : true;
    }
    var value = leaf.value.replaceFirst("^data:[^,]*,", "").replaceFirst("\\.pdf$", "");
    return sent.contains(value);
  }

  /** Whether a name of something left out covers a place; both without positions in lists. */
  private static boolean names(String named, String path) {
    var plain = "." + named.replaceAll("\\[[0-9]*]|/[0-9]+", "").replace('/', '.') + ".";
    return ("." + path + ".").contains(plain)
        || (named.startsWith("tools.web_search") && path.startsWith("tools."))
        || (named.endsWith("content.thinking") && path.matches("messages.content.(data|signature)"))
        || (named.endsWith("encrypted_content") && path.equals("input.summary.text"));
  }

  private static List<Leaf> leaves(JsonNode node, String path) {
    var all = new ArrayList<Leaf>();
    if (node.isContainerNode()) {
      node.properties()
          .forEach(field -> {
            var below = path.isEmpty() ? field.getKey() : path + "." + field.getKey();
            if (!SHAPE.contains(field.getKey())
                || (field.getValue().isObject() && !field.getKey().equals("model"))) {
              all.addAll(leaves(field.getValue(), below));
            }
          });
      if (node.isArray()) {
        node.forEach(item -> all.addAll(leaves(item, path)));
      }
    } else if (!node.isBoolean() && !node.isNull()) {
      all.add(new Leaf(path, node.asText()));
    }
    return all;
  }

  private static byte[] rich(String name) {
    try (InputStream in = NothingIsLostTest.class.getResourceAsStream("/rich/" + name + ".json")) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private record Leaf(String path, String value) {}
}
