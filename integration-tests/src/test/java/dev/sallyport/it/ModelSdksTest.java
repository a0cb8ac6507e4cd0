package dev.sallyport.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.nio.file.Path;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** R13: SDKs of other people reach every provider, and find just what they expect. */
@Timeout(600)
final class ModelSdksTest {
  @TempDir private static Path folder;

  private static ModelOffice office;

  @BeforeAll
  static void open() {
    office = ModelOffice.open(folder);
  }

  @AfterAll
  static void close() {
    office.close();
  }

  @ParameterizedTest
  @CsvSource({
    "openai.mjs, 15",
    "anthropic.mjs, 11",
    "openrouter.mjs, 6",
    "ai.mjs, 32",
    "agents.mjs, 4"
  })
  void anSdkReachesEveryProvider(String script, int checks) {
    var input = JsonNodeFactory.instance.objectNode();
    input
        .put("baseUrl", office.gateway().data().resolve("/v1").toString())
        .put("token", office.token())
        .put("turns", ModelOffice.TURNS);
    var providers = input.putArray("providers");
    ModelOffice.providers().forEach(providers::add);

    var told = Peers.run("model-sdks", script, input);

    var wrong = new TreeMap<String, String>();
    for (var provider : ModelOffice.providers()) {
      assertThat(told.path(provider)).as(provider).hasSize(checks);
      told.path(provider).properties().stream()
          .filter(check -> !check.getValue().asText().equals("ok"))
          .forEach(check -> wrong.put(provider + " " + check.getKey(), text(check.getValue())));
    }
    assertThat(wrong).isEmpty();
  }

  private static String text(JsonNode told) {
    return told.asText();
  }

  @ParameterizedTest
  @MethodSource("dev.sallyport.it.ModelOffice#providers")
  void openAisSdkForJavaReachesAProvider(String provider) {
    var base = office.gateway().data().resolve("/v1");
    try (var client = new OpenAiJavaClient(base, office.token(), provider, ModelOffice.TURNS)) {
      client.checkAll();
    }
  }

  @ParameterizedTest
  @MethodSource("dev.sallyport.it.ModelOffice#providers")
  void anthropicsSdkForJavaReachesAProvider(String provider) {
    var base = office.gateway().data().resolve("/");
    try (var client = new AnthropicJavaClient(base, office.token(), provider, ModelOffice.TURNS)) {
      client.checkAll();
    }
  }
}
