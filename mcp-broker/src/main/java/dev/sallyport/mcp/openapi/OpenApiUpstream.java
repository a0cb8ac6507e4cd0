package dev.sallyport.mcp.openapi;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.mcp.upstream.Conversation;
import dev.sallyport.mcp.upstream.Deadline;
import dev.sallyport.mcp.upstream.DeadlineInputStream;
import dev.sallyport.mcp.upstream.EgressRefusal;
import dev.sallyport.mcp.upstream.Listing;
import dev.sallyport.mcp.upstream.Upstream;
import dev.sallyport.mcp.upstream.UpstreamAnswer;
import dev.sallyport.mcp.upstream.UpstreamRequest;
import dev.sallyport.mcp.wire.Json;
import dev.sallyport.mcp.wire.RpcError;
import dev.sallyport.vault.Lent;
import dev.sallyport.vault.egress.EgressClient;
import dev.sallyport.vault.egress.EgressException;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A server that an OpenAPI document describes. Its tools are the operations of the document, and a
 * call of one is one HTTP request, with what was lent for it.
 *
 * <p>The document is read at each inspection. One that cannot be read leaves the operations of the
 * last that could; a call is sent only in the way that the approved definition of its tool says.
 */
public final class OpenApiUpstream implements Upstream {
  private static final Logger LOG = System.getLogger(OpenApiUpstream.class.getName());
  private static final String CALL_TOOL = "tools/call";

  private final OpenApiSettings settings;
  private final EgressClient client;
  private final SchemaCompiler compiler;
  private final ApprovedRequests approved;
  private volatile @Nullable Read read;

  /**
   * A server.
   *
   * @param client of its own; closed with it
   */
  public OpenApiUpstream(
      OpenApiSettings settings,
      EgressClient client,
      SchemaCompiler compiler,
      ApprovedRequests approved) {
    this.settings = settings;
    this.client = client;
    this.compiler = compiler;
    this.approved = approved;
  }

  /** A document that was read. */
  @SuppressWarnings("ArrayRecordComponent") // compared by Arrays
  private record Read(byte[] text, ObjectNode introduction, Operations operations) {}

  @Override
  public Listing inspect(Lent lent) {
    var now = read();
    return new Listing(
        now.introduction(),
        now.operations().definitions(),
        List.of(),
        List.of(),
        List.of(),
        now.operations().unfit());
  }

  @Override
  public UpstreamAnswer ask(UpstreamRequest request, Lent lent, Conversation conversation) {
    if (!request.method().equals(CALL_TOOL)) {
      var error = RpcError.of(RpcError.METHOD_NOT_FOUND, "Method not found").toJson();
      return new UpstreamAnswer.Failure(error, 0, 0);
    }
    var tool = request.name().orElse("");
    var operation =
        operations()
            .find(tool)
            .filter(
                found -> approved.digest(tool).filter(found.request().digest()::equals).isPresent())
            .orElseThrow(() -> new Refusal(RefusalCode.UPSTREAM_REJECTED));
    var arguments =
        request.params().get("arguments") instanceof ObjectNode given ? given : Json.object();
    return call(tool, operation, arguments, lent);
  }

  /** How calls of a tool are sent by a definition, in one digest; empty if that is none of ours. */
  public static Optional<String> request(ObjectNode definition) {
    var digest = definition.path("_meta").path(OperationReader.META).path("request");
    return Optional.ofNullable(digest.textValue());
  }

  @Override
  public void close() {
    client.close();
  }

  private UpstreamAnswer call(String tool, Operation operation, ObjectNode arguments, Lent lent) {
    var deadline = Deadline.in(settings.timeout());
    var request =
        new RequestWriter(operation.request(), arguments)
            .write(deadline.remaining(), settings.maxAnswerBytes());
    try (var response = client.send(request, lent)) {
      var body = new DeadlineInputStream(response, deadline).readAllBytes();
      var type = response.header("Content-Type").orElse("");
      var result =
          new AnswerReader(tool, operation.answer(), lent.redactor())
              .read(response.status(), type, body);
      return new UpstreamAnswer.Result(result, body.length, lent.redactor().found());
    } catch (EgressException e) {
      throw EgressRefusal.of(e);
    } catch (IOException _) {
      throw new Refusal(RefusalCode.UPSTREAM_UNAVAILABLE);
    }
  }

  private Operations operations() {
    var last = read;
    return last != null ? last.operations() : read().operations();
  }

  private synchronized Read read() {
    try {
      var text = settings.source().read();
      var last = read;
      if (last != null && Arrays.equals(last.text(), text)) {
        return last;
      }
      var document = OpenApiDocument.parse(text);
      var now =
          new Read(
              text, introduction(document), Operations.of(document, settings.wanted(), compiler));
      read = now;
      return now;
    } catch (InvalidDocumentException e) {
      LOG.log(
          Level.WARNING,
          "the document of server {0} cannot be used: {1} {2}",
          settings.server(),
          e.pointer(),
          settings.source().problem(e));
      throw new Refusal(RefusalCode.UPSTREAM_MALFORMED);
    }
  }

  private static ObjectNode introduction(OpenApiDocument document) {
    var info = document.root().path("info");
    var introduction = Json.object();
    if (info.path("title").isTextual()) {
      introduction
          .putObject("serverInfo")
          .put("name", info.path("title").textValue())
          .put("version", info.path("version").asText(""));
    }
    introduction.putObject("capabilities").putObject("tools");
    return introduction;
  }
}
