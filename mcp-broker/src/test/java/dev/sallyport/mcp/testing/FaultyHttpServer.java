package dev.sallyport.mcp.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.mcp.testing.TestingMcpServer.Era;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;

/** A {@link FaultyServer} over HTTP, written byte by byte. */
public final class FaultyHttpServer implements FaultyServer {
  private static final JsonMapper JSON = new JsonMapper();
  private static final int BACKLOG = 1_024;

  private final Era era;
  private final Socket port;
  private final Set<RawPeer> peers = ConcurrentHashMap.newKeySet();
  private final Set<String> sessions = ConcurrentHashMap.newKeySet();
  private final Semaphore begun = new Semaphore(0);
  private final CountDownLatch mended = new CountDownLatch(1);
  private volatile ServerSocket listener;

  public FaultyHttpServer(Era era) {
    this.era = era;
    try {
      port = new Socket();
      port.setOption(StandardSocketOptions.SO_REUSEPORT, true);
      port.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      listener = listen();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public ObjectNode spec() {
    return JSON.createObjectNode()
        .put("transport", "streamable-http")
        .put("url", "http://127.0.0.1:" + port.getLocalPort() + "/mcp")
        .put("maxResultBytes", MOST_BYTES);
  }

  @Override
  public void prepare(Fault fault) {
    if (fault == Fault.KILLED_BEFORE_THE_CALL) {
      die();
    }
  }

  @Override
  public void awaitBegun(int calls) throws InterruptedException {
    begun.acquire(calls);
  }

  @Override
  public int begun() {
    return begun.availablePermits();
  }

  @Override
  public void mend() {
    mended.countDown();
    if (listener.isClosed()) {
      listener = listen();
    }
  }

  @Override
  public void close() {
    mended.countDown();
    die();
    try {
      port.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The port stays ours, but nobody listens there. */
  private void die() {
    try {
      listener.close();
      sessions.clear();
      peers.forEach(RawPeer::reset);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private ServerSocket listen() {
    try {
      var socket = new ServerSocket();
      socket.setOption(StandardSocketOptions.SO_REUSEPORT, true);
      socket.bind(port.getLocalSocketAddress(), BACKLOG);
      Thread.ofVirtual().start(() -> accept(socket));
      return socket;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void accept(ServerSocket socket) {
    while (!socket.isClosed()) {
      try {
        var peer = new RawPeer(socket.accept(), mended);
        peers.add(peer);
        Thread.ofVirtual().start(() -> serve(peer));
      } catch (IOException _) {
        return;
      }
    }
  }

  private void serve(RawPeer peer) {
    try (peer) {
      for (var request = peer.receive(); request.isPresent(); request = peer.receive()) {
        answer(peer, request.get());
      }
    } catch (IOException _) {
      // The client left.
    } finally {
      peers.remove(peer);
    }
  }

  private void answer(RawPeer peer, RawPeer.Request request) throws IOException {
    if (!request.method().equals("POST")) {
      peer.send("HTTP/1.1 405 No\r\nContent-Length: 0\r\n\r\n");
      return;
    }
    var message = JSON.readTree(request.body());
    var method = message.path("method").asText();
    if (method.equals(era == Era.SESSIONS ? "initialize" : "server/discover")) {
      begin(peer, message);
    } else if (era == Era.SESSIONS && !sessions.contains(request.header("mcp-session-id"))) {
      peer.answer(request.header("mcp-session-id").isEmpty() ? 400 : 404, "text/plain", "");
    } else if (!message.has("id")) {
      peer.answer(202, "text/plain", "");
    } else {
      switch (method) {
        case "tools/list" -> peer.json(message, tools());
        case "tools/call" -> call(peer, message);
        default ->
            peer.answer(
                404,
                "application/json",
                TestingMcpServer.failure(message, -32601, "no such method").toString());
      }
    }
  }

  private void begin(RawPeer peer, JsonNode message) throws IOException {
    var result = JSON.createObjectNode();
    result.putObject("capabilities").putObject("tools");
    if (era == Era.SESSIONS) {
      var session = UUID.randomUUID().toString();
      sessions.add(session);
      result.put("protocolVersion", "2025-11-25").putObject("serverInfo").put("name", "faulty");
      peer.answer(
          200,
          "application/json\r\nMcp-Session-Id: " + session,
          TestingMcpServer.response(message, result).toString());
    } else {
      result.put("resultType", "complete").putArray("supportedVersions").add("2026-07-28");
      peer.json(message, result);
    }
  }

  private static ObjectNode tools() {
    var result = JSON.createObjectNode();
    result
        .putArray("tools")
        .add(TestingMcpServer.definition("faulty"))
        .add(TestingMcpServer.definition("steady"));
    return result;
  }

  private void call(RawPeer peer, JsonNode message) throws IOException {
    if (message.at("/params/name").asText().equals("steady")) {
      peer.json(message, RawPeer.text("steady"));
      return;
    }
    begun.release();
    var fault = Fault.valueOf(message.at("/params/arguments/fault").asText());
    if (fault == Fault.KILLED_IN_MID_CALL) {
      sessions.clear();
      peers.forEach(RawPeer::reset);
    } else {
      peer.goWrong(fault, message);
    }
  }

  /** Bytes of a text. */
  static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}
