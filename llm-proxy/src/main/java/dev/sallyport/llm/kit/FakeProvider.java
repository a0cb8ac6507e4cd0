package dev.sallyport.llm.kit;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * All providers in one, on a port of the loopback interface: OpenAI (chat, Responses, embeddings,
 * models), Azure OpenAI, Anthropic, Gemini, Vertex, Bedrock and OpenRouter, told apart by path. It
 * refuses what the real ones refuse. It answers by script; or else as the name of the model says;
 * or else with a canned answer. It keeps what it received and what it would bill. Thread-safe.
 */
public final class FakeProvider implements AutoCloseable {
  private static final long LONGEST_WAIT_SECONDS = 20;
  private static final int BACKLOG = 1_024;

  private final ServerSocket listener;
  private final Thread acceptor;
  private final FakeModels models;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final CountDownLatch hangUp = new CountDownLatch(1);

  /** One on a free port. */
  public FakeProvider() {
    this(0);
  }

  /** One on a port. */
  public FakeProvider(int port) {
    this(port, InstantSource.system());
  }

  /**
   * One on a port.
   *
   * @param clock by which the tokens that it gives end
   */
  public FakeProvider(int port, InstantSource clock) {
    try {
      listener = new ServerSocket(port, BACKLOG, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    models = new FakeModels(root(), clock);
    acceptor = Thread.ofVirtual().name("fake-provider").start(this::accept);
  }

  /** Where it listens. */
  public URI root() {
    return URI.create("http://127.0.0.1:" + listener.getLocalPort());
  }

  /** The base URL of OpenAI and Anthropic. */
  public URI base() {
    return base("openai");
  }

  /** The base URL of a protocol, by the name that resources have for it. */
  public URI base(String protocol) {
    return root()
        .resolve(
            switch (protocol) {
              case "openai", "anthropic", "vertex" -> "/v1";
              case "gemini" -> "/v1beta";
              case "openrouter" -> "/api/v1";
              case "azure-openai", "bedrock" -> "";
              default -> throw new IllegalArgumentException("no fake speaks " + protocol);
            });
  }

  /** Answers the next requests by these scripts, in order. */
  public FakeProvider answers(Script... next) {
    models.answers(List.of(next));
    return this;
  }

  /** Answers the next requests like this, such as {@code error-429}, whatever their model. */
  public FakeProvider behaves(String... next) {
    models.behaves(List.of(next));
    return this;
  }

  /**
   * From now on, models do in turn what stands in a text: a line for each, such as {@code gpt-5
   * error-429 text}, of which the last goes on.
   *
   * @throws Objection if a line is not understood
   */
  public FakeProvider follows(String playbook) {
    models.follows(Playbook.of(playbook));
    return this;
  }

  /**
   * From now on, refuses every request that does not bring this secret, or, at Bedrock, is not
   * signed with this key pair: its name and its secret with a space between them.
   */
  public FakeProvider wants(String secret) {
    models.wants(secret);
    return this;
  }

  /** From now on, also refuses what breaks these rules of a protocol. */
  public FakeProvider rules(String protocol, Rules rules) {
    models.rules(protocol, rules);
    return this;
  }

  /** The file of Google's service account that can get tokens for Vertex here. */
  public String serviceAccount() {
    return models.serviceAccount();
  }

  /** From now on, answers whatever comes. */
  public FakeProvider lenient() {
    models.lenient();
    return this;
  }

  /** The last requests so far, at most 2000. */
  public List<Received> received() {
    return models.received();
  }

  /** The last request. */
  public Received last() {
    return models.received().getLast();
  }

  /** What it would bill. */
  public Meter meter() {
    return models.meter();
  }

  /** Waits until the other side breaks a connection while an answer is being sent. */
  public boolean awaitHangUp() throws InterruptedException {
    return hangUp.await(LONGEST_WAIT_SECONDS, TimeUnit.SECONDS);
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        var socket = listener.accept();
        socket.setTcpNoDelay(true);
        sockets.add(socket);
        Thread.ofVirtual().start(() -> serve(socket));
      } catch (IOException _) {
        return;
      }
    }
  }

  private void serve(Socket socket) {
    try (socket;
        var in = new BufferedInputStream(socket.getInputStream())) {
      var out = socket.getOutputStream();
      while (true) {
        var answer = models.answer(HttpReader.read(in, out));
        var writer = new AnswerWriter(out, answer.script());
        try {
          if (!writer.send()) {
            answer.ended().accept(writer.sent(), false);
            return;
          }
          answer.ended().accept(writer.sent(), false);
        } catch (IOException e) {
          answer.ended().accept(writer.sent(), true);
          hangUp.countDown();
          throw e;
        }
      }
    } catch (IOException _) {
      return; // the other side has left
    } finally {
      sockets.remove(socket);
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    try {
      acceptor.join(); // until then, a connection could still be taken
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    for (var socket : sockets) {
      socket.close();
    }
  }
}
