package dev.sallyport.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** An MCP server over HTTP, in a Node.js process of its own, on a free loopback port. */
final class NodeServer implements AutoCloseable {
  private static final String READY = "listening on ";
  private static final long TIMEOUT_SECONDS = 60;

  private final Process process;
  private final int port;
  private final Said said;

  private NodeServer(Process process, int port, Said said) {
    this.process = process;
    this.port = port;
    this.said = said;
  }

  /** What a process says on its standard output, line by line. */
  private static final class Said {
    private final Map<String, CompletableFuture<Void>> lines = new ConcurrentHashMap<>();

    private CompletableFuture<Void> line(String line) {
      return lines.computeIfAbsent(line, _ -> new CompletableFuture<>());
    }
  }

  /** Ends when the server has said a line. */
  CompletableFuture<Void> said(String line) {
    return said.line(line);
  }

  /** Starts the MCP reference server. */
  static NodeServer everything() {
    return start(
        "--require",
        Peers.file("mcp-servers", "loopback.cjs").toString(),
        Peers.server("server-everything").toString(),
        "streamableHttp");
  }

  /** Starts the server of ours that answers all of the protocol, in both eras. */
  static NodeServer fixture() {
    return start(Peers.file("mcp-fixture", "server.mjs").toString());
  }

  private static NodeServer start(String... arguments) {
    var command = new ArrayList<String>();
    command.add(Peers.node().toString());
    command.addAll(List.of(arguments));
    var builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
    builder.environment().put("PORT", "0");
    Process process = null;
    try {
      process = builder.start();
      var port = new CompletableFuture<Integer>();
      var said = new Said();
      read(process, port, said);
      return new NodeServer(process, port.get(TIMEOUT_SECONDS, TimeUnit.SECONDS), said);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (ExecutionException | InterruptedException | TimeoutException e) {
      process.destroyForcibly();
      throw new IllegalStateException(command + " did not start", e);
    }
  }

  /** Reads to the end, so that the server never waits for a reader. */
  private static void read(Process process, CompletableFuture<Integer> port, Said said) {
    var lines = process.inputReader(StandardCharsets.UTF_8);
    Thread.ofVirtual()
        .start(() -> {
          try (lines) {
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
              said.line(line).complete(null);
              if (line.startsWith(READY)) {
                port.complete(Integer.parseInt(line.substring(READY.length())));
              }
            }
          } catch (IOException _) {
            return; // it was ended
          } finally {
            port.completeExceptionally(new IOException("it ended"));
          }
        });
  }

  URI uri() {
    return URI.create("http://127.0.0.1:" + port + "/mcp");
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().orTimeout(TIMEOUT_SECONDS, TimeUnit.SECONDS).join();
  }
}
