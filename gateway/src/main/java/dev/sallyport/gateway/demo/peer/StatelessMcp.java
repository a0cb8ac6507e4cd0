package dev.sallyport.gateway.demo.peer;

import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.modelcontextprotocol.common.McpTransportContext;
import io.modelcontextprotocol.server.McpServer;
import io.modelcontextprotocol.server.McpStatelessServerHandler;
import io.modelcontextprotocol.spec.McpSchema;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCNotification;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCRequest;
import io.modelcontextprotocol.spec.McpStatelessServerTransport;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import reactor.core.publisher.Mono;

/** MCP over Streamable HTTP without sessions: the official SDK's server behind a Helidon route. */
final class StatelessMcp {
  private static final String HEADERS = "headers";

  private final Capture transport = new Capture();

  StatelessMcp(String name, List<PeerTool> tools) {
    var server =
        McpServer.sync(transport)
            .serverInfo(name, "1.0.0")
            .capabilities(McpSchema.ServerCapabilities.builder().tools(false).build())
            .jsonMapper(PeerTool.MCP_JSON)
            .immediateExecution(true);
    for (var tool : tools) {
      server =
          server.toolCall(
              tool.definition(), (context, request) -> tool.call(request, headers(context)));
    }
    server.build();
  }

  /** Answers one POST. */
  void post(ServerRequest request, ServerResponse response) throws IOException {
    var context = McpTransportContext.create(Map.of(HEADERS, headers(request)));
    var message =
        McpSchema.deserializeJsonRpcMessage(PeerTool.MCP_JSON, request.content().as(String.class));
    if (message instanceof JSONRPCRequest call) {
      var answer = transport.handler().handleRequest(context, call).block();
      response
          .header(HeaderNames.CONTENT_TYPE.defaultCase(), "application/json")
          .send(PeerTool.MCP_JSON.writeValueAsBytes(answer));
    } else {
      if (message instanceof JSONRPCNotification notification) {
        transport.handler().handleNotification(context, notification).block();
      }
      response.status(Status.ACCEPTED_202).send();
    }
  }

  private static Map<String, String> headers(ServerRequest request) {
    Map<String, String> headers = new LinkedHashMap<>();
    request.headers().forEach(header -> headers.put(header.name(), header.values()));
    return headers;
  }

  @SuppressWarnings("unchecked")
  private static Map<String, String> headers(McpTransportContext context) {
    return (Map<String, String>) context.get(HEADERS);
  }

  /** Takes the SDK's handler, which is all of a transport that this needs. */
  private static final class Capture implements McpStatelessServerTransport {
    private final AtomicReference<McpStatelessServerHandler> handler = new AtomicReference<>();

    McpStatelessServerHandler handler() {
      return handler.get();
    }

    @Override
    public void setMcpHandler(McpStatelessServerHandler mcpHandler) {
      handler.set(mcpHandler);
    }

    @Override
    public Mono<Void> closeGracefully() {
      return Mono.empty();
    }
  }
}
