package dev.sallyport.mcp.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.Owner;
import dev.sallyport.identity.PrincipalId;
import dev.sallyport.mcp.testing.TestingApi;
import dev.sallyport.mcp.upstream.Conversation;
import dev.sallyport.mcp.upstream.Listing;
import dev.sallyport.mcp.upstream.UpstreamAnswer;
import dev.sallyport.mcp.upstream.UpstreamRequest;
import dev.sallyport.mcp.wire.Json;
import dev.sallyport.vault.Lent;
import dev.sallyport.vault.egress.EgressConfig;
import dev.sallyport.vault.egress.PooledEgressClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;

/** An API that keeps what it is asked, and a document that describes it. */
abstract class OpenApiScene {
  static final SchemaCompiler ALL_FIT = _ -> Optional.of(_ -> true);
  static final int MAX_ANSWER = 100_000;

  final TestingApi api = new TestingApi();
  private final PooledEgressClient client = new PooledEgressClient(EgressConfig.defaults());

  @AfterEach
  void stop() {
    client.close();
    api.close();
  }

  /** What a document describes at the API, with every definition approved. */
  OpenApiUpstream upstream(String document) {
    return upstream(document, Duration.ofSeconds(10));
  }

  OpenApiUpstream upstream(String document, Duration timeout) {
    var approved = Json.object();
    var upstream = upstream(new DocumentSource.Inline(tree(document)), approved, timeout);
    for (var tool : upstream.inspect(Lent.nothing()).tools()) {
      approved.put(tool.path("name").asText(), OpenApiUpstream.request(tool).orElseThrow());
    }
    return upstream;
  }

  /** What a file describes, with the approvals that a test gives. */
  OpenApiUpstream fromFile(Path file, ObjectNode approved) {
    return upstream(new DocumentSource.File(file), approved, Duration.ofSeconds(10));
  }

  private OpenApiUpstream upstream(DocumentSource source, ObjectNode approved, Duration timeout) {
    return new OpenApiUpstream(
        new OpenApiSettings(
            "api",
            source,
            new Operations.Wanted(
                Optional.of(BaseUrl.of(api.uri("/v1").toString())), Set.of(), Optional.empty()),
            timeout,
            MAX_ANSWER),
        client,
        ALL_FIT,
        tool -> Optional.ofNullable(approved.path(tool).textValue()));
  }

  static ObjectNode tree(String document) {
    try {
      return DocumentText.read(document.getBytes(StandardCharsets.UTF_8));
    } catch (InvalidDocumentException e) {
      throw new IllegalArgumentException(e.pointer() + " " + e.problem(), e);
    }
  }

  static String resource(String name) {
    try (var in = OpenApiScene.class.getResourceAsStream("/openapi/" + name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** JSON with single quotes. */
  static JsonNode json(String text) {
    try {
      return Json.parseResult(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static UpstreamAnswer call(OpenApiUpstream upstream, String tool, JsonNode arguments) {
    var request =
        UpstreamRequest.toolCall(
            Owner.alone(new PrincipalId("spiffe://prod/agent/alice")),
            tool,
            (ObjectNode) arguments,
            Json.object());
    return upstream.ask(request, Lent.nothing(), Conversation.none());
  }

  static JsonNode result(UpstreamAnswer answer) {
    return ((UpstreamAnswer.Result) answer).result();
  }

  static ObjectNode tool(Listing listing, String name) {
    return listing.tools().stream()
        .filter(tool -> tool.path("name").asText().equals(name))
        .findFirst()
        .orElseThrow();
  }
}
