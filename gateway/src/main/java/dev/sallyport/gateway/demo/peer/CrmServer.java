package dev.sallyport.gateway.demo.peer;

import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.net.URI;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;

/**
 * A customer database as an MCP server over HTTP, at {@code /mcp}. It wants its bearer token on
 * each request, and tells at {@code /exports} what was exported.
 */
public final class CrmServer implements AutoCloseable {
  private static final int MAX_BYTES = 1 << 20;

  private final WebServer server;
  private final String authorization;
  private final StatelessMcp mcp;

  /**
   * Starts on the loopback interface.
   *
   * @param port 0 for any free one
   * @param token what callers must bring
   */
  public CrmServer(int port, String token, InstantSource clock) {
    var crm = new Crm(LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC));
    this.authorization = "Bearer " + token;
    this.mcp = new StatelessMcp("crm", CrmTools.of(crm));
    this.server =
        PeerProcess.serve(
            port,
            MAX_BYTES,
            routes ->
                routes
                    .post("/mcp", this::mcp)
                    .any("/mcp", (_, response) -> response.status(405).send())
                    .get("/exports", (_, response) -> exports(crm, response)));
  }

  /** Runs it until the process is ended; wants {@code CRM_TOKEN} in the environment. */
  public static void main(String[] arguments) {
    var server =
        new CrmServer(
            PeerProcess.port(arguments), PeerProcess.required("CRM_TOKEN"), InstantSource.system());
    System.out.println("crm ready " + server.uri());
  }

  /** Where it speaks MCP. */
  public URI uri() {
    return URI.create("http://127.0.0.1:" + server.port() + "/mcp");
  }

  @Override
  public void close() {
    server.stop();
  }

  private void mcp(ServerRequest request, ServerResponse response) throws IOException {
    if (!PeerProcess.shows(request, HeaderNames.AUTHORIZATION, authorization)) {
      response
          .status(Status.UNAUTHORIZED_401)
          .header("WWW-Authenticate", "Bearer")
          .send("a bearer token is needed");
      return;
    }
    mcp.post(request, response);
  }

  private static void exports(Crm crm, ServerResponse response) {
    response.header("Content-Type", "application/json").send(crm.exports().toString());
  }
}
