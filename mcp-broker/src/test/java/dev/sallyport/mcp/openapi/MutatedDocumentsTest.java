package dev.sallyport.mcp.openapi;

import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.mcp.wire.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever stands in a document in the place of what should, no operation takes others along. */
class MutatedDocumentsTest {
  private static final int MUTATIONS = 1_500;
  private static final int MOST_AT_ONCE = 3;
  private static final List<JsonNode> ODD =
      List.of(
          OpenApiScene.json("null"),
          OpenApiScene.json("true"),
          OpenApiScene.json("17"),
          OpenApiScene.json("''"),
          OpenApiScene.json("'x'"),
          OpenApiScene.json("'" + "x".repeat(15_999) + "😀'"),
          OpenApiScene.json("[]"),
          OpenApiScene.json("['x']"),
          OpenApiScene.json("[[null], 1]"),
          OpenApiScene.json("{}"),
          OpenApiScene.json("{'': null}"),
          OpenApiScene.json("{'$ref': 1}"),
          OpenApiScene.json("{'$ref': '#'}"),
          OpenApiScene.json("{'$ref': '#/paths'}"),
          OpenApiScene.json("{'$ref': '#/components/schemas'}"),
          OpenApiScene.json("{'$ref': 'https://evil.example/'}"));

  @ParameterizedTest
  @ValueSource(strings = {"shop.yaml", "shapes.yaml"})
  void leaveOutWhatCannotBeReadAndNothingElse(String resource) {
    var document = OpenApiScene.tree(OpenApiScene.resource(resource));
    for (int seed = 0; seed < MUTATIONS; seed++) {
      var mutated = mutated(document, new Random(seed));

      assertThatCode(() -> read(mutated))
          .as("%s of seed %d", resource, seed)
          .satisfies(thrown -> {
            if (thrown != null && !(thrown instanceof InvalidDocumentException)) {
              throw new AssertionError("not an answer", thrown);
            }
          });
    }
  }

  private static void read(JsonNode tree) throws InvalidDocumentException {
    var operations =
        Operations.of(
            OpenApiDocument.of(tree),
            new Operations.Wanted(
                Optional.of(BaseUrl.of("https://api.example/v1")),
                Set.of(),
                Optional.of(CredentialPlace.UNKNOWN)),
            OpenApiScene.ALL_FIT);
    for (var definition : operations.definitions()) {
      var _ = Json.canonical(definition);
    }
  }

  private static ObjectNode mutated(ObjectNode document, Random random) {
    var tree = document.deepCopy();
    for (int i = random.nextInt(MOST_AT_ONCE); i >= 0; i--) {
      var places = new ArrayList<Runnable>();
      collect(tree, ODD.get(random.nextInt(ODD.size())), places);
      places.get(random.nextInt(places.size())).run();
    }
    return tree;
  }

  /** All places in a tree where the odd value could be put. */
  private static void collect(JsonNode node, JsonNode odd, List<Runnable> places) {
    if (node instanceof ObjectNode object) {
      for (var member : object.properties()) {
        places.add(() -> object.set(member.getKey(), odd.deepCopy()));
        collect(member.getValue(), odd, places);
      }
    } else if (node instanceof ArrayNode array) {
      for (int i = 0; i < array.size(); i++) {
        int at = i;
        places.add(() -> array.set(at, odd.deepCopy()));
        collect(array.get(i), odd, places);
      }
    }
  }
}
