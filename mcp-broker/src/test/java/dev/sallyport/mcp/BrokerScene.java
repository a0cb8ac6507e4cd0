package dev.sallyport.mcp;

import static dev.sallyport.mcp.testing.TestingBroker.ALICE;
import static dev.sallyport.mcp.testing.TestingBroker.BOB;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.Principal;
import dev.sallyport.identity.action.Target;
import dev.sallyport.identity.testing.FixedAuthority;
import dev.sallyport.mcp.testing.RecordingConversation;
import dev.sallyport.mcp.testing.TestingBroker;
import dev.sallyport.mcp.testing.TestingMcpServer;
import dev.sallyport.mcp.testing.TestingMcpServer.Era;
import dev.sallyport.mcp.upstream.Conversation;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;

/** A broker and a server, with a caller that has nearly everything and one that has nothing. */
abstract class BrokerScene {
  static final JsonMapper JSON = new JsonMapper();
  static final String SECRET = "canary-7f3a9c51d2";
  static final Pattern REFERENCE = Pattern.compile("\\{\\{txt#[^}]*}}");

  final TestingBroker broker =
      new TestingBroker(FixedAuthority.allowingWhere(BrokerScene::isGranted));
  final TestingMcpServer crm =
      TestingMcpServer.speaking(Era.SESSIONS).withEcho("echo").withEcho("hidden");

  @AfterEach
  void stop() {
    broker.close();
    crm.close();
  }

  /** Alice has everything but the hidden tool; Bob has nothing. */
  static boolean isGranted(Principal principal, Target target) {
    return !principal.equals(BOB)
        && !(target instanceof Target.Tool(_, String tool) && tool.equals("hidden"));
  }

  List<String> names(Principal principal, Optional<String> server) {
    return broker.broker.list(broker.caller(principal), server, ListKind.TOOLS).stream()
        .map(tool -> tool.path("name").asText())
        .toList();
  }

  JsonNode tool(String name) {
    return broker.broker.list(broker.caller(ALICE), Optional.empty(), ListKind.TOOLS).stream()
        .filter(tool -> tool.path("name").asText().equals(name))
        .findFirst()
        .orElseThrow();
  }

  ServerAnswer call(Principal principal, String name, ObjectNode arguments) {
    return broker.broker.call(
        broker.caller(principal),
        Optional.empty(),
        new ToolCall(name, arguments),
        Conversation.none());
  }

  void call(String name, ObjectNode arguments, List<String> reported) {
    var conversation = new RecordingConversation();
    var call = new ToolCall(name, arguments);
    broker.broker.call(broker.caller(ALICE), Optional.empty(), call, conversation);
    conversation.reported.forEach(params -> reported.add(params.toString()));
  }

  static String reference(ServerAnswer answer) {
    var found = REFERENCE.matcher(answer.text());
    assertThat(found.find()).isTrue();
    return found.group();
  }

  static ObjectNode arguments(String text) {
    return JSON.createObjectNode().put("text", text);
  }

  static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
