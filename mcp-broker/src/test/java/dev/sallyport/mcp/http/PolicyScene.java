package dev.sallyport.mcp.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Target;
import dev.sallyport.identity.grant.GrantAuthority;
import dev.sallyport.identity.grant.GrantResources;
import dev.sallyport.identity.grant.ToolSchemas;
import dev.sallyport.identity.grant.TurnFacts;
import dev.sallyport.identity.resource.InvalidResourcesException;
import dev.sallyport.identity.resource.Resource;
import dev.sallyport.identity.resource.ResourceSet;
import dev.sallyport.identity.testing.RecordingEvidence;
import dev.sallyport.identity.testing.RecordingEvidence.Begun;
import dev.sallyport.identity.testing.RecordingEvidence.Refused;
import dev.sallyport.identity.testing.RecordingEvidence.Waits;
import dev.sallyport.mcp.testing.McpCaller;
import dev.sallyport.mcp.testing.McpCaller.Answer;
import dev.sallyport.mcp.testing.TestingBroker;
import dev.sallyport.mcp.testing.TestingMcpServer;
import dev.sallyport.mcp.wire.HeaderText;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** A broker that decides by the policies that a test puts in force. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(60)
abstract class PolicyScene {
  static final JsonMapper JSON = new JsonMapper();
  static final String ALICE = TestingBroker.ALICE.id().value();
  static final String BOB = TestingBroker.BOB.id().value();

  /** What goes to a server for a caller, rather than for Sallyport itself. */
  private static final Set<String> CARRIED =
      Set.of(
          "tools/call",
          "prompts/get",
          "resources/read",
          "completion/complete",
          "tasks/get",
          "tasks/update",
          "tasks/cancel");

  final GrantAuthority authority =
      new GrantAuthority(Optional.empty(), TurnFacts.CLEAN, InstantSource.system());
  final TestingBroker broker =
      new TestingBroker(
          authority,
          new McpHttpConfig(
              200_000, 100, Duration.ofHours(5), 100, Duration.ofSeconds(15), Set.of()));

  @AfterAll
  void stop() {
    broker.close();
  }

  /** The policy of an agent with these rules; with none where there are none. */
  static String policy(String agent, String rules) {
    var policy =
        object("{\"identity\":{\"workload\":\"spiffe://prod/agent/%s\"}}".formatted(agent));
    if (!rules.isEmpty()) {
      policy.set("tools", object("{\"tools\":[%s]}".formatted(rules)).get("tools"));
    }
    return policy.toString();
  }

  /** From now on, these policies and bindings are in force and no others. */
  final void inForce(String... policies) {
    var documents = new ArrayList<Resource>();
    for (var policy : policies) {
      var spec = object(policy);
      var kind = spec.has("server") ? "ToolBinding" : "AgentPolicy";
      var name = "policy-" + documents.size();
      documents.add(new Resource(Resource.API_VERSION, kind, name, Map.of(), spec));
    }
    try {
      new GrantResources(authority, ToolSchemas.NONE, Runnable::run, () -> {})
          .prepare(new ResourceSet(documents))
          .activate();
    } catch (InvalidResourcesException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /** Makes a request of its own, of a client that can be asked for anything. */
  final Answer ask(String token, String door, String method, ObjectNode params) {
    var whole = params.deepCopy();
    var meta = whole.withObjectProperty("_meta");
    meta.put("io.modelcontextprotocol/protocolVersion", ItemScene.MODERN);
    meta.set(
        "io.modelcontextprotocol/clientCapabilities",
        object(
            "{\"elicitation\":{},\"sampling\":{},"
                + "\"extensions\":{\"io.modelcontextprotocol/tasks\":{}}}"));
    var name =
        switch (method) {
          case "resources/read" -> params.path("uri").asText();
          case "tasks/get", "tasks/update", "tasks/cancel" -> params.path("taskId").asText();
          default -> params.path("name").asText();
        };
    return caller(token, door)
        .post(
            McpCaller.request(method, whole).toString(),
            Map.of(
                "MCP-Protocol-Version",
                ItemScene.MODERN,
                "Mcp-Method",
                method,
                "Mcp-Name",
                HeaderText.encode(name)));
  }

  final McpCaller caller(String token, String door) {
    return door.isEmpty() ? broker.client(token) : broker.client(token, door);
  }

  /** How many requests of callers a server got. */
  static long carried(TestingMcpServer server) {
    return server.seen().stream().filter(seen -> CARRIED.contains(seen.method())).count();
  }

  /** That the last that was decided of an agent is that this was denied to it, and why. */
  final void assertDenied(String principal, Target target, String reason) {
    var decided = broker.evidence.records().stream().filter(PolicyScene::isOfAgent).toList();
    assertThat(decided.getLast())
        .isInstanceOfSatisfying(
            Refused.class,
            refused -> {
              assertThat(refused.action().caller().principal().id().value()).isEqualTo(principal);
              assertThat(refused.action().target()).isEqualTo(target);
              assertThat(refused.decision().reason()).isEqualTo(reason);
            });
  }

  /** Sallyport itself looks at servers whenever it wants to. */
  private static boolean isOfAgent(RecordingEvidence.Written record) {
    return switch (record) {
      case Begun begun -> !(begun.action().target() instanceof Target.ServerInspection);
      case Refused _, Waits _ -> true;
      default -> false;
    };
  }

  /** That the last that an agent began is this, by the first rule of its policy. */
  final void assertBegun(String principal, Target target) {
    var begun =
        broker.evidence.records(Begun.class).stream()
            .filter(PolicyScene::isOfAgent)
            .toList()
            .getLast();
    assertThat(begun.action().caller().principal().id().value()).isEqualTo(principal);
    assertThat(begun.action().target()).isEqualTo(target);
    assertThat(begun.decision().by().rule()).isEqualTo("/spec/tools/0/actions/0");
  }

  /** What a caller is told, but for the name of its attempt and what it asked for itself. */
  static JsonNode told(Answer answer) {
    var error = ItemScene.error(answer).<ObjectNode>deepCopy();
    error.withObjectProperty("data").remove(List.of("callId", "uri"));
    return error;
  }

  static ObjectNode object(String json) {
    try {
      return (ObjectNode) JSON.readTree(json);
    } catch (IOException e) {
      throw new IllegalArgumentException(json, e);
    }
  }
}
