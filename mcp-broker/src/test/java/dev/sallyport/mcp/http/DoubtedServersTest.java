package dev.sallyport.mcp.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.mcp.testing.McpCaller.Answer;
import dev.sallyport.mcp.testing.TestingBroker;
import dev.sallyport.mcp.testing.TestingMcpServer;
import dev.sallyport.mcp.testing.TestingMcpServer.Era;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A server that is doubted and does not say what it has, at the door of a caller that may know of
 * it and of one that may not: to the second it is a server that is not there (AZ-04, R14).
 */
class DoubtedServersTest extends PolicyScene {
  /** Far longer than any answer takes that waits for nothing. */
  private static final int SERVER_TIMEOUT_SECONDS = 40;

  private static final Duration AT_ONCE = Duration.ofSeconds(10);
  private static final Set<String> OF_ONE_ANSWER = Set.of("date", "sallyport-turn");

  private static final String[] POLICIES = {
    policy(
        "alice",
        "{\"resource\":\"crm\",\"actions\":[\"*\"]},"
            + "{\"resource\":\"gone\",\"actions\":[\"*\"]},"
            + "{\"resource\":\"aged\",\"actions\":[\"*\"]}"),
    policy("bob", "")
  };

  private final TestingMcpServer crm = TestingMcpServer.speaking(Era.STATELESS).withEcho("echo");
  private volatile CountDownLatch answers = new CountDownLatch(0);

  static Stream<Arguments> requests() {
    return Stream.of(
        Arguments.of("tools/list", "{}"),
        Arguments.of("prompts/list", "{}"),
        Arguments.of("resources/list", "{}"),
        Arguments.of("resources/templates/list", "{}"),
        Arguments.of("server/discover", "{}"),
        Arguments.of("subscriptions/listen", "{\"notifications\":{\"toolsListChanged\":true}}"),
        Arguments.of("tools/call", "{\"name\":\"echo\",\"arguments\":{}}"),
        Arguments.of("tools/call", "{\"name\":\"call_tool\",\"arguments\":{\"name\":\"echo\"}}"),
        Arguments.of("prompts/get", "{\"name\":\"greet\"}"),
        Arguments.of("resources/read", "{\"uri\":\"file:///a\"}"),
        Arguments.of("tasks/get", "{\"taskId\":\"task.1\"}"),
        Arguments.of(
            "completion/complete",
            "{\"ref\":{\"type\":\"ref/prompt\",\"name\":\"greet\"},"
                + "\"argument\":{\"name\":\"a\",\"value\":\"\"}}"));
  }

  @BeforeAll
  void register() {
    inForce(POLICIES);
    register("crm", crm);
    crm.answer(
        "tools/list",
        (_, exchange, request) -> {
          await(answers);
          var list = JSON.createObjectNode();
          list.putArray("tools").add(TestingMcpServer.definition("echo"));
          TestingMcpServer.send(exchange, 200, TestingMcpServer.response(request, list));
        });
  }

  private void register(String name, TestingMcpServer server) {
    broker.register(
        name,
        object(
            "{\"transport\":\"streamable-http\",\"url\":\"%s\",\"approval\":\"auto\","
                    .formatted(server.url())
                + "\"quarantine\":\"trusted\",\"timeoutSeconds\":%d}"
                    .formatted(SERVER_TIMEOUT_SECONDS)));
  }

  @BeforeEach
  void setPolicies() {
    inForce(POLICIES);
  }

  @AfterEach
  void answer() {
    answers.countDown();
    assertThat(broker.registry.settle("crm", AT_ONCE)).isTrue();
  }

  @AfterAll
  void close() {
    crm.close();
  }

  /** From now on it is asked what it has, and does not say. */
  private void doubt() throws InterruptedException {
    int looks = crm.seen("tools/list").size();
    answers = new CountDownLatch(1);
    broker.registry.suspect("crm");
    assertThat(crm.awaitSeen("tools/list", looks + 1)).isTrue();
  }

  @ParameterizedTest
  @MethodSource("requests")
  void isAtOnceNotThereForWhoeverMayKnowNothingOfIt(String method, String params) throws Exception {
    doubt();
    long began = System.nanoTime();

    var there = ask("bob", "crm", method, object(params));

    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(AT_ONCE);
    var absent = ask("bob", "none", method, object(params));
    assertThat(shown(there)).isEqualTo(shown(absent));
  }

  @Test
  void isAtOnceNotThereByTheNamesThatItsItemsHaveBesideOthers() throws Exception {
    doubt();
    long began = System.nanoTime();

    var there = ask("bob", "", "tools/call", object("{\"name\":\"crm__echo\",\"arguments\":{}}"));

    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(AT_ONCE);
    var absent = ask("bob", "", "tools/call", object("{\"name\":\"none__echo\",\"arguments\":{}}"));
    assertThat(shown(there)).isEqualTo(shown(absent));
  }

  @Test
  void isWaitedForByWhoeverMayKnowOfIt() throws Exception {
    doubt();
    try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
      var listed = callers.submit(() -> ask("alice", "crm", "tools/list", object("{}")));
      var called =
          callers.submit(() ->
              ask("alice", "crm", "tools/call", object("{\"name\":\"echo\",\"arguments\":{}}")));
      answers.countDown();

      assertThat(listed.get().json().toString()).contains("\"name\":\"echo\"");
      assertThat(called.get().json().has("result")).isTrue();
    }
  }

  /** By the waiting it would be known. */
  @Test
  void isNotLookedAtForWhoeverMayKnowNothingOfIt() {
    try (var aged = TestingMcpServer.speaking(Era.STATELESS).withEcho("echo")) {
      broker.register(
          "aged", TestingBroker.httpSpec(aged).put("approval", "auto").put("maxAgeSeconds", 0));
      int looks = aged.seen("tools/list").size();
      var call = object("{\"name\":\"echo\",\"arguments\":{}}");

      var there = ask("bob", "aged", "tools/call", call);

      assertThat(shown(there)).isEqualTo(shown(ask("bob", "none", "tools/call", call)));
      assertThat(aged.seen("tools/list")).hasSize(looks);
      assertThat(ask("alice", "aged", "tools/call", call).json().has("result")).isTrue();
      assertThat(aged.seen("tools/list").size()).isGreaterThan(looks);
    }
  }

  /** A condition on arguments is not looked at while there are none: what it may grant is known. */
  @Test
  void isWaitedForByWhoeverMayKnowOfItUnderACondition() throws Exception {
    inForce(
        policy("alice", ""),
        policy(
            "bob", "{\"resource\":\"crm\",\"actions\":[\"echo\"],\"when\":\"args.amount < 5\"}"));
    doubt();
    try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
      var listed = callers.submit(() -> ask("bob", "crm", "tools/list", object("{}")));
      answers.countDown();

      assertThat(listed.get().json().at("/result/tools/0/name").asText()).isEqualTo("echo");
    }
    assertThat(
            shown(ask("bob", "crm", "tools/call", object("{\"name\":\"echo\",\"arguments\":{}}"))))
        .isEqualTo(
            shown(
                ask("bob", "none", "tools/call", object("{\"name\":\"echo\",\"arguments\":{}}"))));
  }

  /** What a grant that can never hold grants is nothing, and what is denied is not there. */
  @ParameterizedTest
  @MethodSource("nothing")
  void isNotThereForWhoeverIsGrantedNothingThatItCouldHave(String rules) throws Exception {
    inForce(policy("alice", ""), policy("bob", rules));
    doubt();
    long began = System.nanoTime();

    var there = ask("bob", "crm", "tools/list", object("{}"));

    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(AT_ONCE);
    assertThat(there.status()).isEqualTo(404);
    assertThat(told(there)).isEqualTo(told(ask("bob", "none", "tools/list", object("{}"))));
  }

  static List<String> nothing() {
    return List.of(
        "{\"resource\":\"crm\",\"deny\":[\"*\"]}",
        "{\"resource\":\"crm\",\"actions\":[\"echo\"],\"deny\":[\"echo\"]}",
        "{\"resource\":\"crm2\",\"actions\":[\"*\"]}");
  }

  /** Nothing of it may be used until it has answered, whoever asks. */
  @Test
  void isUnknownWhileItCannotBeAskedEvenToWhoeverMayKnowOfIt() {
    try (var gone = TestingMcpServer.speaking(Era.STATELESS).withEcho("echo")) {
      register("gone", gone);
      assertThat(ask("alice", "gone", "tools/list", object("{}")).status()).isEqualTo(200);
    }
    broker.registry.suspect("gone");

    var alices = ask("alice", "gone", "tools/list", object("{}"));

    assertThat(shown(alices)).isEqualTo(shown(ask("alice", "none", "tools/list", object("{}"))));
  }

  /** All that a caller can tell one answer from another by, but for names of its own request. */
  private static Map<String, Object> shown(Answer answer) {
    var shown = new TreeMap<String, Object>();
    shown.put(":status", answer.status());
    answer
        .response()
        .headers()
        .map()
        .forEach((name, values) -> {
          if (!OF_ONE_ANSWER.contains(name.toLowerCase(Locale.ROOT))) {
            shown.put(name, name.equalsIgnoreCase("content-length") ? "" : values);
          }
        });
    var body = answer.json().<ObjectNode>deepCopy();
    if (body.has("error")) {
      body.set("error", told(answer));
    }
    if (body.get("result") instanceof ObjectNode result) {
      result.remove("_meta");
    }
    shown.put(":body", body.toString());
    return shown;
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
