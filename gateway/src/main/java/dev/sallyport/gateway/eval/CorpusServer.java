package dev.sallyport.gateway.eval;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.gateway.eval.Attack.Place;
import dev.sallyport.gateway.eval.Attack.Returned;
import dev.sallyport.gateway.eval.Corpus.Suite;
import io.helidon.http.Status;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
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
  private static final JsonMapper JSON =
      JsonMapper.builder().disable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();
  private static final int METHOD_NOT_FOUND = -32_601;

  private final Map<String, Suite> suites;
  private final Map<String, Scene> scenes = new ConcurrentHashMap<>();
  private final WebServer server;

  CorpusServer(List<Suite> suites) {
    this.suites = suites.stream().collect(Collectors.toMap(Suite::name, suite -> suite));
    server =
        WebServer.builder()
            .host("127.0.0.1")
            .port(0)
            .shutdownHook(false)
            .routing(rules -> rules.post("/{suite}", this::post))
            .build()
            .start();
  }

  String url(Suite suite) {
    return "http://127.0.0.1:" + server.port() + "/" + suite.name();
  }

  /** Has calls that name a scene play in it. */
  void begin(String name, Scene scene) {
    scenes.put(name, scene);
  }

  void end(String name) {
    scenes.remove(name);
  }

  private void post(ServerRequest request, ServerResponse response) throws IOException {
    var message = JSON.readTree(request.content().inputStream().readAllBytes());
    if (!message.has("id")) {
      response.status(Status.ACCEPTED_202).send();
      return;
    }
    var suite = suite(request.path().pathParameters().get("suite"));
    var answer = NODES.objectNode().put("jsonrpc", "2.0");
    answer.set("id", message.get("id"));
    var result = result(suite, message.path("method").asText(), message.path("params"));
    if (result.isPresent()) {
      answer.set("result", result.get().put("resultType", "complete"));
    } else {
      answer.putObject("error").put("code", METHOD_NOT_FOUND).put("message", "Method not found");
      response.status(Status.NOT_FOUND_404);
    }
    response.header("Content-Type", "application/json").send(JSON.writeValueAsBytes(answer));
  }

  private Suite suite(String name) {
    var suite = suites.get(name);
    if (suite == null) {
      throw new IllegalStateException("there is no suite " + name);
    }
    return suite;
  }

  private Optional<ObjectNode> result(Suite suite, String method, JsonNode params) {
    return switch (method) {
      case "server/discover" -> Optional.of(discovered());
      case "tools/list" -> {
        var result = cached();
        suite.tools().forEach(result.putArray("tools")::add);
        yield Optional.of(result);
      }
      case "tools/call" -> Optional.of(called(params));
      default -> Optional.empty();
    };
  }

  private static ObjectNode discovered() {
    var result = cached();
    result.putArray("supportedVersions").add("2026-07-28");
    result.putObject("capabilities").putObject("tools");
    return result;
  }

  private static ObjectNode cached() {
    return NODES.objectNode().put("ttlMs", 3_600_000).put("cacheScope", "public");
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
    server.stop();
  }
}
