package dev.sallyport.mcp.openapi;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.mcp.wire.Json;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Documents in which something else stands in the place of what should. */
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
  @ValueSource(strings = {"shop.yaml", "shapes.yaml", "modern.yaml"})
  void areReadOrInvalidWhateverStandsInThem(String resource) {
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

  @ParameterizedTest
  @ValueSource(strings = {"shop.yaml", "shapes.yaml", "modern.yaml"})
  void keepTheOtherToolsWhateverStandsInOneOperation(String resource) throws Exception {
    var document = OpenApiScene.tree(OpenApiScene.resource(resource));
    var operations = operations(document);
    var others = new HashMap<Place, List<String>>();
    for (var operation : operations) {
      var without = document.deepCopy();
      operation.item(without).remove(operation.method);
      others.put(operation, read(without));
    }
    for (int seed = 0; seed < MUTATIONS; seed++) {
      var random = new Random(seed);
      var operation = operations.get(seed % operations.size());
      var mutated = document.deepCopy();
      for (int i = random.nextInt(MOST_AT_ONCE); i >= 0; i--) {
        mutate(operation.item(mutated), List.of(operation.method), random);
      }

      assertThat(read(mutated))
          .as("%s of seed %d, %s", resource, seed, operation)
          .containsAll(others.get(operation));
    }
  }

  /** Where an operation stands that no reference leads to. */
  private record Place(String path, String method) {
    private ObjectNode item(ObjectNode document) {
      return (ObjectNode) document.path("paths").path(path);
    }
  }

  private static List<Place> operations(ObjectNode document) {
    var places = new ArrayList<Place>();
    for (var path : names(document.path("paths"))) {
      var item = document.path("paths").path(path);
      for (var member : names(item)) {
        if (item.path(member).has("responses")) {
          places.add(new Place(path, member));
        }
      }
    }
    return places;
  }

  /** The definitions of the tools, as texts. */
  private static List<String> read(JsonNode tree) throws InvalidDocumentException {
    var operations =
        Operations.of(
            OpenApiDocument.of(tree),
            new Operations.Wanted(
                Optional.of(BaseUrl.of("https://api.example/v1")),
                Set.of(),
                Optional.of(CredentialPlace.UNKNOWN)),
            OpenApiScene.ALL_FIT);
    return operations.definitions().stream().map(MutatedDocumentsTest::text).toList();
  }

  private static String text(ObjectNode definition) {
    return new String(Json.canonical(definition), UTF_8);
  }

  private static ObjectNode mutated(ObjectNode document, Random random) {
    var tree = document.deepCopy();
    for (int i = random.nextInt(MOST_AT_ONCE); i >= 0; i--) {
      mutate(tree, names(tree), random);
    }
    return tree;
  }

  private static List<String> names(JsonNode object) {
    return object.properties().stream().map(Map.Entry::getKey).toList();
  }

  /** Puts an odd value in the place of one of these members, or of something in them. */
  private static void mutate(ObjectNode object, List<String> members, Random random) {
    var odd = ODD.get(random.nextInt(ODD.size()));
    var places = new ArrayList<Runnable>();
    for (var name : members) {
      places.add(() -> object.set(name, odd.deepCopy()));
      collect(object.path(name), odd, places);
    }
    places.get(random.nextInt(places.size())).run();
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
