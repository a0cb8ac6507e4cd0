package dev.sallyport.llm.kit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class FakeProviderTest {
  private final FakeProvider provider = new FakeProvider();
  private final Caller caller = new Caller();

  @AfterEach
  void close() throws IOException {
    caller.close();
    provider.close();
  }

  @ParameterizedTest
  @EnumSource
  void leadsAnAgentThatGivesEverythingBackThroughTwentySteps(Protagonist agent) throws Exception {
    for (var how : new String[] {"", "+think", "+redacted", "+think+parallel-2", "+bare"}) {
      var url = agent.url(provider, "fake/loop-20" + how);
      var request = agent.asks("fake/loop-20" + how);
      var answer = answer(agent, url, request);
      int steps = 0;
      for (; agent.text(answer).isEmpty(); steps++) {
        agent.hear(request, answer);
        answer = answer(agent, url, request);
      }
      assertThat(agent.text(answer)).isEqualTo("Done after 20 results.");
      assertThat(steps).isEqualTo(how.contains("parallel") ? 10 : 20);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"OPENROUTER", "MESSAGES", "RESPONSES", "BEDROCK"})
  void refusesThoughtsThatAreNotGivenBackAsTheyWere(Protagonist agent) throws Exception {
    for (var spoiled : Spoiled.values()) {
      var url = agent.url(provider, "fake/tools-1+think+redacted");
      var request = agent.asks("fake/tools-1+think+redacted");
      agent.hear(request, answer(agent, url, request));
      spoiled.spoil(thoughts(agent, request), agent == Protagonist.RESPONSES ? 1 : 0);
      assertThat(caller.post(url, agent.headers(), request).statusCode())
          .as("%s %s", agent, spoiled)
          .isIn(400, 404);
    }
  }

  /** What may become of two thoughts, the second of which is hidden. */
  private enum Spoiled {
    ALTERED,
    UNSIGNED,
    MISSING,
    REORDERED;

    /** Spoils two thoughts, which stand from an index on. */
    void spoil(ArrayNode items, int from) {
      var first = (ObjectNode) items.path(from);
      switch (this) {
        case ALTERED -> alter(first);
        case UNSIGNED -> {
          first.remove("signature");
          first.remove("encrypted_content");
          if (first.at("/reasoningContent/reasoningText") instanceof ObjectNode text) {
            text.remove("signature");
          }
        }
        case MISSING -> items.remove(from + 1);
        case REORDERED -> items.insert(from + 1, items.remove(from));
      }
    }

    private static void alter(ObjectNode thought) {
      if (thought.has("reasoningContent")) {
        ((ObjectNode) thought.at("/reasoningContent/reasoningText")).put("text", "Else.");
      }
      if (thought.has("summary")) {
        ((ObjectNode) thought.at("/summary/0")).put("text", "Something else.");
      }
      thought.put(thought.has("thinking") ? "thinking" : "text", "Something else.");
    }
  }

  private static ArrayNode thoughts(Protagonist agent, ObjectNode request) {
    return (ArrayNode)
        switch (agent) {
          case OPENROUTER -> request.at("/messages/1/reasoning_details");
          case MESSAGES, BEDROCK -> request.at("/messages/1/content");
          case RESPONSES -> request.withArray("/input");
          default -> throw new AssertionError(agent + " gives no thoughts back");
        };
  }

  @ParameterizedTest
  @EnumSource(names = {"GEMINI", "VERTEX"})
  void refusesCallsOfTheTurnWhoseSignatureIsMissingOrAnothers(Protagonist agent) throws Exception {
    var url = agent.url(provider, "fake/tools-2");
    var request = agent.asks("fake/tools-2");
    var answer = answer(agent, url, request);
    agent.hear(request, answer);
    var call = (ObjectNode) request.at("/contents/1/parts/0");
    assertThat(answer(agent, url, request).toString()).contains("Done after 2 results.");
    call.put("thoughtSignature", "QUJD");
    assertThat(caller.post(url, agent.headers(), request).statusCode()).isEqualTo(400);
    call.remove("thoughtSignature");
    var refused = caller.post(url, agent.headers(), request);
    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(refused.body()).contains("thought_signature", "INVALID_ARGUMENT");
    agent.hear(request, answer);
    request.withArray("/contents").remove(4);
    var next = request.withArray("/contents").addObject().put("role", "user");
    next.putArray("parts").addObject().put("text", "And now?");
    assertThat(caller.post(url, agent.headers(), request).statusCode()).isEqualTo(200);
  }

  private JsonNode answer(Protagonist agent, URI url, ObjectNode request) throws Exception {
    var response = caller.post(url, agent.headers(), request);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return Caller.tree(response.body());
  }
}
