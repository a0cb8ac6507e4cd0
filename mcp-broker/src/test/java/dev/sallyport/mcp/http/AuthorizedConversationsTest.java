package dev.sallyport.mcp.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.identity.action.Target;
import dev.sallyport.identity.testing.RecordingEvidence.Refused;
import dev.sallyport.mcp.testing.McpCaller.Answer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes on beside single calls is decided by policies like these, and is on record. */
class AuthorizedConversationsTest extends ServerScene {
  private static final Target JOB = new Target.Tool("crm", "job");

  @ParameterizedTest(name = "at /mcp/{0}")
  @ValueSource(strings = {"", "crm"})
  @DisplayName("AZ-15: resources/subscribe and subscriptions/listen are decided as reading is")
  void decidesWhoIsToldOfChanges(String door) {
    inForce(ALL, policy("bob", "{\"resource\":\"crm\",\"actions\":[\"count\"]}"));
    var bobs = ItemScene.at(door, "crm", "file:///b");
    var denied = new Target.Resource("crm", "file:///b");

    var refused = subscribe("bob", door, bobs);
    assertDenied(BOB, denied, "action_not_granted");
    assertThat(told(refused)).isEqualTo(told(subscribe("bob", door, bobs + "x")));
    int records = broker.evidence.records(Refused.class).size();
    var honoured = honoured("bob", door, "resourceSubscriptions", bobs);
    assertThat(honoured).hasToString("{\"toolsListChanged\":true}");
    assertThat(broker.evidence.records(Refused.class)).hasSize(records + 1);
    assertDenied(BOB, denied, "action_not_granted");

    var alices = ItemScene.at(door, "crm", "file:///a");
    var granted = new Target.Resource("crm", "file:///a");
    assertThat(subscribe("alice", door, alices).json().has("result")).isTrue();
    assertBegun(ALICE, granted);
    assertThat(honoured("alice", door, "resourceSubscriptions", alices).toString())
        .contains(alices);
    assertBegun(ALICE, granted);
    while (!crm.listeners().uris().contains("file:///a")) {
      Thread.onSpinWait();
    }
    assertThat(crm.listeners().uris()).doesNotContain("file:///b");
  }

  private Answer subscribe(String token, String door, String uri) {
    var caller = caller(token, door);
    var session = ItemScene.session(caller, "2025-11-25", object("{}"));
    return ItemScene.request(caller, "resources/subscribe", object("{}").put("uri", uri), session);
  }

  /** What of a wish to be told of changes is granted. */
  private JsonNode honoured(String token, String door, String field, String wanted) {
    var notifications = object("{\"toolsListChanged\":true}");
    notifications.putArray(field).add(wanted);
    var params = object("{}");
    params.set("notifications", notifications);
    var meta = RoundTripScene.able("sampling");
    meta.set("extensions", object("{\"io.modelcontextprotocol/tasks\":{}}"));
    try (var stream =
        caller(token, door)
            .open(
                "POST",
                RoundTripScene.body("subscriptions/listen", params, meta),
                RoundTripScene.headers("subscriptions/listen", params))) {
      return stream.next().at("/params/notifications");
    }
  }

  @ParameterizedTest(name = "{0} of {1}")
  @CsvSource({
    "tasks/get, alice",
    "tasks/update, alice",
    "tasks/cancel, alice",
    "tasks/get, bob",
    "tasks/update, bob",
    "tasks/cancel, bob"
  })
  @DisplayName("AZ-15: what is asked of a task is decided as the call that began it, now")
  void decidesOnTasks(String method, String token) {
    inForce(ALL, policy("bob", "{\"resource\":\"crm\",\"actions\":[\"*\"]}"));
    var called = object("{\"name\":\"crm__job\",\"arguments\":{}}");
    var handle = ItemScene.result(ask("alice", "", "tools/call", called)).path("taskId").asText();
    var params = object("{\"inputResponses\":{}}").put("taskId", handle);
    long carried = carried(crm);
    assertThat(ask("alice", "", method, params).json().has("result")).isTrue();
    assertBegun(ALICE, JOB);
    assertThat(carried(crm)).isEqualTo(carried + 1);

    inForce(
        policy("alice", "{\"resource\":\"crm\",\"actions\":[\"query\"]}"),
        policy("bob", "{\"resource\":\"crm\",\"actions\":[\"*\"]}"));
    var refused = ask(token, "", method, params);

    assertTaskDenied(token);
    var unknown = ask(token, "", method, params.deepCopy().put("taskId", handle + "x"));
    assertThat(told(refused)).isEqualTo(told(unknown));
    assertThat(honoured(token, "", "taskIds", handle)).hasToString("{\"toolsListChanged\":true}");
    assertTaskDenied(token);
    assertThat(carried(crm)).isEqualTo(carried + 1);
  }

  /** Another's task is none, of no tool. */
  private void assertTaskDenied(String token) {
    if (token.equals("alice")) {
      assertDenied(ALICE, JOB, "action_not_granted");
    } else {
      assertDenied(BOB, new Target.Tool("", ""), "no_rule");
    }
  }

  @ParameterizedTest(name = "{0}, {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'arguments':{'x':'ok'}} | allowed",
        "{'arguments':{'x':'no'}} | condition_not_met",
        "{'arguments':{'x':'ok','secret':1}} | condition_not_met",
        "{'arguments':{}} | condition_failed.attribute_not_found",
        "{} | condition_failed.attribute_not_found",
        "{'argument':{'name':'x','value':'ok'}} | allowed",
        "{'argument':{'name':'x','value':'o'}} | condition_not_met",
        "{'argument':{'name':'x','value':'ok'},'context':{'arguments':{'secret':'1'}}} |"
            + " condition_not_met",
        "{'argument':{'name':'secret','value':'1'},'context':{'arguments':{'x':'ok'}}} |"
            + " condition_not_met",
        "{'argument':{'name':'y','value':'1'},'context':{'arguments':{'x':'ok'}}} | allowed",
      })
  @DisplayName("AZ-15: a condition on a prompt is on the prompt's arguments")
  void decidesPromptsOnTheirArguments(String said, String expected) {
    inForce(
        policy(
            "alice",
            """
            {"resource": "crm", "actions": ["*"], "when": "args.x == 'ok' && !has(args.secret)"}
            """));
    long carried = carried(crm);
    var params = object(said.replace('\'', '"'));
    var method = params.has("argument") ? "completion/complete" : "prompts/get";
    var named = params.has("argument") ? params.putObject("ref") : params;
    named.put("type", "ref/prompt").put("name", "crm__greet");

    var answer = ask("alice", "", method, params);

    var greet = new Target.Prompt("crm", "greet");
    if (expected.equals("allowed")) {
      assertThat(answer.json().has("result")).isTrue();
      assertBegun(ALICE, greet);
      assertThat(carried(crm)).isEqualTo(carried + 1);
    } else {
      assertThat(ItemScene.error(answer).at("/data/code").asText()).isEqualTo("unknown_prompt");
      assertDenied(ALICE, greet, expected);
      assertThat(carried(crm)).isEqualTo(carried);
    }
  }

  @Test
  @DisplayName("AZ-15: a server asks the model of a client for whose call there is a grant alone")
  void asksOnlyTheModelsOfThoseWhoMayCall() {
    inForce(ALL, policy("bob", "{\"resource\":\"crm\",\"actions\":[\"count\"]}"));
    var call = object("{\"name\":\"crm__think\",\"arguments\":{}}");
    long carried = carried(crm);

    var bob = caller("bob", "");
    try (var stream =
        RoundTripScene.open(bob, RoundTripScene.session(bob, "sampling"), 1, "tools/call", call)) {
      assertThat(stream.rest())
          .singleElement()
          .satisfies(answer ->
              assertThat(answer.at("/error/data/code").asText()).isEqualTo("unknown_tool"));
    }
    assertDenied(BOB, new Target.Tool("crm", "think"), "action_not_granted");
    assertThat(carried(crm)).isEqualTo(carried);

    var alice = caller("alice", "");
    try (var stream =
        RoundTripScene.open(
            alice, RoundTripScene.session(alice, "sampling"), 1, "tools/call", call)) {
      assertThat(stream.next().path("method").asText()).isEqualTo("sampling/createMessage");
    }
    assertBegun(ALICE, new Target.Tool("crm", "think"));
  }
}
