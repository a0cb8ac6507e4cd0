package dev.sallyport.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * A Chromium without a window, with a profile of its own and one page. It is told what to do by the
 * Chrome DevTools Protocol. Closing it ends it.
 */
final class Browser implements AutoCloseable {
  private static final List<String> NAMES =
      List.of("chromium", "chromium-browser", "google-chrome", "google-chrome-stable");
  private static final long PATIENCE_SECONDS = 60;
  private static final String LISTENS = "DevTools listening on ";
  private static final JsonMapper JSON = new JsonMapper();

  private final Process process;
  private final WebSocket socket;
  private final AtomicInteger ids = new AtomicInteger();
  private final Map<Integer, CompletableFuture<JsonNode>> answers;

  private Browser(
      Process process, WebSocket socket, Map<Integer, CompletableFuture<JsonNode>> answers) {
    this.process = process;
    this.socket = socket;
    this.answers = answers;
  }

  /** The program of this machine; empty if it has none. */
  static Optional<Path> program() {
    var path = System.getenv().getOrDefault("PATH", "");
    return NAMES.stream()
        .flatMap(name -> Stream.of(path.split(File.pathSeparator, -1)).map(at -> Path.of(at, name)))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /**
   * Starts it.
   *
   * @param profile an empty folder
   */
  static Browser start(Path program, Path profile) throws IOException {
    var process =
        new ProcessBuilder(
                program.toString(),
                "--headless=new",
                "--no-sandbox", // where the tests are root it would not start
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--no-first-run",
                "--disable-background-networking",
                "--window-size=1000,1200",
                "--remote-debugging-port=0",
                "--user-data-dir=" + profile,
                "about:blank")
            .redirectErrorStream(true)
            .start();
    var answers = new ConcurrentHashMap<Integer, CompletableFuture<JsonNode>>();
    try {
      var page = page(address(process));
      var socket =
          HttpClient.newHttpClient()
              .newWebSocketBuilder()
              .buildAsync(page, new Answers(answers))
              .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      return new Browser(process, socket, answers);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      process.destroyForcibly();
      throw new IOException("the browser does not answer", e);
    }
  }

  private static URI address(Process process) throws IOException {
    var said = process.inputReader(StandardCharsets.UTF_8);
    for (var line = said.readLine(); line != null; line = said.readLine()) {
      if (line.startsWith(LISTENS)) {
        Thread.ofVirtual().start(() -> said.lines().forEach(_ -> {}));
        return URI.create(line.substring(LISTENS.length()).strip());
      }
    }
    throw new IOException("the browser ended");
  }

  private static URI page(URI browser) throws IOException, InterruptedException {
    var list = URI.create("http://" + browser.getAuthority() + "/json/list");
    try (var client = HttpClient.newHttpClient()) {
      while (true) {
        var answer = client.send(HttpRequest.newBuilder(list).build(), BodyHandlers.ofString());
        for (var target : JSON.readTree(answer.body())) {
          if (target.path("type").asText().equals("page")) {
            return URI.create(target.path("webSocketDebuggerUrl").asText());
          }
        }
        Thread.onSpinWait();
      }
    }
  }

  /** Puts together what comes, and hands each answer to who waits for it. */
  private static final class Answers implements WebSocket.Listener {
    private final Map<Integer, CompletableFuture<JsonNode>> waiting;
    private final StringBuilder text = new StringBuilder();

    private Answers(Map<Integer, CompletableFuture<JsonNode>> waiting) {
      this.waiting = waiting;
    }

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
      text.append(part);
      if (last) {
        try {
          var message = JSON.readTree(text.toString());
          var who = waiting.remove(message.path("id").asInt());
          if (who != null) {
            who.complete(message);
          }
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        } finally {
          text.setLength(0);
        }
      }
      from.request(1);
      return CompletableFuture.completedStage(null);
    }
  }

  /** Opens an address in the page, anew also if it differs in its fragment alone. */
  void open(URI address) {
    ask("Page.navigate", JSON.createObjectNode().put("url", "about:blank"));
    await("location.href === 'about:blank'");
    ask("Page.navigate", JSON.createObjectNode().put("url", address.toString()));
    await("document.readyState === 'complete' && location.protocol === 'http:'");
  }

  /** Waits until a condition in JavaScript holds in the page. */
  void await(String condition) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!evaluate(condition).asBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError(condition + " does not come in " + text());
      }
      Thread.onSpinWait();
    }
  }

  /** The value of an expression in the page. */
  JsonNode evaluate(String expression) {
    var answer =
        ask(
            "Runtime.evaluate",
            JSON.createObjectNode().put("expression", expression).put("returnByValue", true));
    if (answer.has("exceptionDetails")) {
      throw new AssertionError(answer.path("exceptionDetails").toString());
    }
    return answer.path("result").path("value");
  }

  /** Writes into a field and sends its form, as a person does. */
  void submit(String field, String text) {
    var quoted = JSON.getNodeFactory().textNode(text);
    evaluate("document.getElementById('%s').value = %s".formatted(field, quoted));
    evaluate("document.querySelector('form button').click()");
  }

  /** Makes the page so wide, in pixels, as on a screen of that width. */
  void widen(int pixels) {
    ask(
        "Emulation.setDeviceMetricsOverride",
        JSON.createObjectNode()
            .put("width", pixels)
            .put("height", 900)
            .put("deviceScaleFactor", 1)
            .put("mobile", false));
  }

  /** What a person sees of the page, as text. */
  String text() {
    return evaluate("document.body.innerText").asText();
  }

  /** What the page looks like, as PNG. */
  byte[] picture() {
    var answer = ask("Page.captureScreenshot", JSON.createObjectNode().put("format", "png"));
    return Base64.getDecoder().decode(answer.path("data").asText());
  }

  private JsonNode ask(String method, ObjectNode params) {
    int id = ids.incrementAndGet();
    var answer = new CompletableFuture<JsonNode>();
    answers.put(id, answer);
    var message = JSON.createObjectNode().put("id", id).put("method", method);
    socket.sendText(message.set("params", params).toString(), true).join();
    try {
      return answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS).path("result");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } catch (ExecutionException | TimeoutException e) {
      throw new AssertionError("no answer to " + method, e);
    }
  }

  @Override
  public void close() {
    socket.abort();
    process.destroy();
    process.onExit().join();
  }
}
