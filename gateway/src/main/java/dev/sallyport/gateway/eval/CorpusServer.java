package dev.sallyport.gateway.eval;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.gateway.eval.Attack.Place;
import dev.sallyport.gateway.eval.Attack.Returned;
import dev.sallyport.gateway.eval.Corpus.Suite;
import dev.sallyport.gateway.eval.StatelessServer.Reply;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * The MCP servers of a corpus, one for each suite, on one port. Each call says by its metadata to
 * which scene it belongs, which no gateway takes away. Thread-safe.
 */
final class CorpusServer implements AutoCloseable {
  /** The member of a call's metadata that names its scene. */
  static final String SCENE = "eval/scene";

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final Map<String, Suite> suites;
  private final Map<String, Scene> scenes = new ConcurrentHashMap<>();
  private final StatelessServer server;

  CorpusServer(List<Suite> suites) {
    this.suites = suites.stream().collect(Collectors.toMap(Suite::name, suite -> suite));
    server = new StatelessServer(this::answer);
  }

  String url(Suite suite) {
    return server.url(suite.name());
  }

  /** Has calls that name a scene play in it. */
  void begin(String name, Scene scene) {
    scenes.put(name, scene);
  }

  void end(String name) {
    scenes.remove(name);
  }

  private Optional<Reply> answer(String name, String method, JsonNode params) {
    var suite = suites.get(name);
    if (suite == null) {
      throw new IllegalStateException("there is no suite " + name);
    }
    return switch (method) {
      case "server/discover" -> Optional.of(StatelessServer.discovered(List.of("tools")));
      case "tools/list" -> Optional.of(StatelessServer.listed("tools", suite.tools()));
      case "tools/call" -> Optional.of(Reply.result(called(params)));
      default -> Optional.empty();
    };
  }

  private ObjectNode called(JsonNode params) {
    var scene = scenes.get(params.path("_meta").path(SCENE).asText());
    if (scene == null) {
      throw new IllegalStateException("a call names no scene");
    }
    var arguments =
        params.get("arguments") instanceof ObjectNode given ? given : NODES.objectNode();
    return result(scene.answer(params.path("name").asText(), arguments), scene.attack().place());
  }

  /** What a tool returns, in the form of MCP. */
  static ObjectNode result(Returned returned, Place place) {
    var result = NODES.objectNode();
    var content = result.putArray("content");
    content.addObject().put("type", "text").put("text", returned.text());
    if (returned.result().isObject() && !returned.failed()) {
      result.set("structuredContent", returned.result());
    }
    returned
        .beside()
        .ifPresent(written -> {
          if (place == Place.META) {
            result.putObject("_meta").put("note", written);
          } else {
            content
                .addObject()
                .put("type", "resource_link")
                .put("uri", "https://files.example/" + written.replaceAll("[^A-Za-z0-9]+", "_"))
                .put("name", written)
                .put("title", written)
                .put("mimeType", "text/" + written.replaceAll("[^A-Za-z0-9]+", "-"));
          }
        });
    return result.put("isError", returned.failed());
  }

  @Override
  public void close() {
    server.close();
  }
}
