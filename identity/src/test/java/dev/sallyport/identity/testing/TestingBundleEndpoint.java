package dev.sallyport.identity.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.sallyport.identity.testing.TestingAuthority.Certified;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/** A SPIFFE bundle endpoint on a free loopback port, which answers whatever a test wants. */
public final class TestingBundleEndpoint implements AutoCloseable {
  private final HttpsServer server;
  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
  private final AtomicInteger requests = new AtomicInteger();
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile Certified certificate;
  private volatile Answer answer = new Answer(404, Map.of(), "");
  private volatile boolean silent;

  /** An endpoint that shows this certificate. */
  public TestingBundleEndpoint(Certified certificate) {
    this.certificate = certificate;
    try {
      var context = SSLContext.getInstance("TLS");
      context.init(new KeyManager[] {new PresentKey()}, null, new SecureRandom());
      server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.setHttpsConfigurator(new HttpsConfigurator(context));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
    server.setExecutor(executor);
    server.createContext("/", this::handle);
    server.start();
  }

  /** The address of the document. */
  public String url() {
    return url("/bundle.json");
  }

  /** An address here. */
  public String url(String path) {
    return "https://127.0.0.1:" + server.getAddress().getPort() + path;
  }

  /** Shows this certificate from now on. */
  public void show(Certified fresh) {
    certificate = fresh;
  }

  /** Publishes this document from now on. */
  public void publish(String document) {
    answer(200, Map.of(), document);
  }

  /** Answers this from now on. */
  public void answer(int status, Map<String, String> headers, String body) {
    answer = new Answer(status, headers, body);
  }

  /** Takes requests and never answers, from now on. */
  public void fallSilent() {
    silent = true;
  }

  /** How many requests came. */
  public int requests() {
    return requests.get();
  }

  @Override
  public void close() {
    closed.countDown();
    server.stop(0);
    executor.shutdownNow();
  }

  private void handle(HttpExchange exchange) throws IOException {
    requests.incrementAndGet();
    try (exchange) {
      if (silent) {
        var _ = closed.await(30, TimeUnit.SECONDS);
        return;
      }
      var now = answer;
      now.headers.forEach(exchange.getResponseHeaders()::set);
      var body = now.body.getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(now.status, body.length == 0 ? -1 : body.length);
      exchange.getResponseBody().write(body);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private record Answer(int status, Map<String, String> headers, String body) {}

  /** The certificate as it is at each handshake. */
  private final class PresentKey extends X509ExtendedKeyManager {
    @Override
    public @Nullable String chooseEngineServerAlias(
        String type, Principal[] issuers, SSLEngine engine) {
      return type.equals("EC") ? "present" : null;
    }

    @Override
    public @Nullable String chooseServerAlias(String type, Principal[] issuers, Socket socket) {
      return type.equals("EC") ? "present" : null;
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
      return new X509Certificate[] {certificate.certificate()};
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
      return certificate.key();
    }

    @Override
    public String[] getServerAliases(String type, Principal[] issuers) {
      return new String[] {"present"};
    }

    @Override
    public String[] getClientAliases(String type, Principal[] issuers) {
      return new String[0];
    }

    @Override
    public @Nullable String chooseClientAlias(String[] types, Principal[] issuers, Socket socket) {
      return null;
    }
  }
}
