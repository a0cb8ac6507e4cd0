package dev.sallyport.gateway.bench;

import dev.sallyport.gateway.trial.Child;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * A plain reverse proxy in front of an upstream: nginx where it is installed, otherwise one that
 * only copies bytes.
 *
 * @param name {@code nginx} or {@code pipe}
 */
record ReverseProxy(String name, int port, Child process) implements AutoCloseable {
  private static final int TRIES = 5;
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final Duration PAUSE = Duration.ofMillis(20);

  static final String NGINX = "nginx";

  /** Starts one, with its files in a folder. */
  static ReverseProxy start(Path folder, int upstreamPort) throws IOException {
    var nginx = nginx();
    return nginx.isPresent()
        ? startNginx(nginx.get(), folder, upstreamPort)
        : startPipe(folder, upstreamPort);
  }

  private static Optional<Path> nginx() {
    return Stream.of("/usr/sbin", "/usr/bin", "/usr/local/bin", "/opt/homebrew/bin")
        .map(folder -> Path.of(folder, NGINX))
        .filter(Files::isExecutable)
        .findFirst();
  }

  private static ReverseProxy startNginx(Path nginx, Path folder, int upstreamPort)
      throws IOException {
    for (int i = 0; i < TRIES; i++) {
      int port = freePort();
      var config = Files.writeString(folder.resolve("nginx.conf"), config(port, upstreamPort));
      var child =
          Child.start(
              List.of(nginx.toString(), "-p", folder.toString(), "-c", config.toString()),
              folder.resolve("nginx.log"));
      if (listens(port, child)) {
        return new ReverseProxy(NGINX, port, child);
      }
      child.close();
    }
    throw new IOException("nginx does not start: see " + folder.resolve("nginx.log"));
  }

  private static ReverseProxy startPipe(Path folder, int upstreamPort) throws IOException {
    var child =
        Child.java(
            PipeMain.class.getName(),
            List.of(Integer.toString(upstreamPort)),
            folder.resolve("pipe.log"));
    return new ReverseProxy("pipe", Integer.parseInt(child.readLine(_ -> true)), child);
  }

  private static String config(int port, int upstreamPort) {
    return """
    daemon off;
    pid nginx.pid;
    error_log stderr;
    worker_processes auto;
    events { worker_connections 16384; }
    http {
      access_log off;
      client_body_temp_path body;
      proxy_temp_path proxy;
      fastcgi_temp_path fastcgi;
      uwsgi_temp_path uwsgi;
      scgi_temp_path scgi;
      keepalive_requests 1000000000;
      client_body_buffer_size 64k;
      upstream bench {
        server 127.0.0.1:%d;
        keepalive 1024;
        keepalive_requests 1000000000;
      }
      server {
        listen 127.0.0.1:%d backlog=1024;
        location / {
          proxy_pass http://bench;
          proxy_http_version 1.1;
          proxy_set_header Connection "";
        }
      }
    }
    """
        .formatted(upstreamPort, port);
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static boolean listens(int port, Child child) throws IOException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (child.isAlive() && System.nanoTime() < end) {
      try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        return socket.isConnected();
      } catch (ConnectException _) {
        LockSupport.parkNanos(PAUSE.toNanos());
      }
    }
    return false;
  }

  @Override
  public void close() {
    process.close();
  }
}
