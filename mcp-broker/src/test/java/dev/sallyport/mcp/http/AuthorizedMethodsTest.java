package dev.sallyport.mcp.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Target;
import dev.sallyport.identity.testing.RecordingEvidence.Begun;
import dev.sallyport.identity.testing.RecordingEvidence.Refused;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a client can ask for is decided by policies, and what is decided is on record. */
class AuthorizedMethodsTest extends ServerScene {
  /** A request, the same about what there is not, and what evidence says that it is about. */
  record Request(String door, String method, String params, String known, Target target) {
    ObjectNode about(String name) {
      return object(params.formatted(name));
    }

    ObjectNode aboutKnown() {
      return about(known);
    }

    ObjectNode aboutUnknown() {
      return about(
          known
              .replaceAll("(query|think|job|greet)$", "none")
              .replaceAll("/[^/]*:", "/no:")
              .replaceAll("^(file|doc):", "no:"));
    }
  }

  static Stream<Request> requests() {
    return Stream.of("", "crm").flatMap(AuthorizedMethodsTest::requests);
  }

  private static Stream<Request> requests(String door) {
    var name = "{\"name\":\"%s\",\"arguments\":{}}";
    var uri = "{\"uri\":\"%s\"}";
    var doc = new Target.Template("crm", "doc:///{id}");
    var greet = new Target.Prompt("crm", "greet");
    return Stream.of(
        tool(door, name, "query"),
        tool(door, name, "think"),
        tool(door, name, "job"),
        tool(door, "{\"name\":\"call_tool\",\"arguments\":{\"name\":\"%s\"}}", "query"),
        new Request(door, "prompts/get", name, ItemScene.named(door, "crm", "greet"), greet),
        new Request(
            door,
            "resources/read",
            uri,
            ItemScene.at(door, "crm", "file:///a"),
            new Target.Resource("crm", "file:///a")),
        new Request(
            door,
            "resources/read",
            uri,
            ItemScene.at(door, "crm", "doc:///7"),
            new Target.Resource("crm", "doc:///7")),
        new Request(
            door,
            "completion/complete",
            completion("ref/prompt", "name"),
            ItemScene.named(door, "crm", "greet"),
            greet),
        new Request(
            door,
            "completion/complete",
            completion("ref/resource", "uri"),
            ItemScene.at(door, "crm", "doc:///{id}"),
            doc));
  }

  private static Request tool(String door, String params, String tool) {
    var known = ItemScene.named(door, "crm", tool);
    return new Request(door, "tools/call", params, known, new Target.Tool("crm", tool));
  }

  private static String completion(String type, String field) {
    return "{\"ref\":{\"type\":\"%s\",\"%s\":\"%%s\"},\"argument\":{\"name\":\"x\",\"value\":\"\"}}"
        .formatted(type, field);
  }

  static Stream<Arguments> withoutPolicies() {
    var others = policy("carol", "{\"resource\":\"crm\",\"actions\":[\"*\"]}");
    return Stream.of("alice", "bob", "alice-for-ann")
        .flatMap(token ->
            Stream.of(
                Arguments.of(token, List.of(), "no_policy"),
                Arguments.of(token, List.of(others), "no_policy"),
                Arguments.of(
                    token, List.of(others, policy("alice", ""), policy("bob", "")), "no_rule")));
  }

  @ParameterizedTest(name = "{0}: {2}")
  @MethodSource("withoutPolicies")
  @DisplayName("AZ-12: without a policy everything is denied, and on record")
  void deniesEverythingOfWhichNoPolicySpeaks(String token, List<String> policies, String reason) {
    inForce(policies.toArray(String[]::new));
    long carried = carried(crm);

    requests()
        .forEach(request -> {
          var refused = ask(token, request.door(), request.method(), request.aboutKnown());
          assertDenied(token.startsWith("bob") ? BOB : ALICE, request.target(), reason);
          var unknown = ask(token, request.door(), request.method(), request.aboutUnknown());
          assertThat(told(refused)).isEqualTo(told(unknown));
          assertThat(refused.status()).isEqualTo(unknown.status()).isEqualTo(200);
        });

    for (var kind : List.of("tools", "prompts", "resources", "resources/templates")) {
      var member = kind.equals("resources/templates") ? "resourceTemplates" : kind;
      var listed = ask(token, "", kind + "/list", object("{}"));
      assertThat(ItemScene.result(listed).path(member)).isEmpty();
      assertThat(ask(token, "crm", kind + "/list", object("{}")).status()).isEqualTo(404);
    }
    assertThat(found(token)).isZero();
    assertThat(carried(crm)).isEqualTo(carried);
  }

  private int found(String token) {
    var search = object("{\"name\":\"search_tools\",\"arguments\":{\"query\":\"query\"}}");
    var found = ItemScene.result(ask(token, "", "tools/call", search));
    return found.at("/structuredContent/matching").asInt(-1);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("requests")
  @DisplayName("AZ-15, AZ-18: every method is decided, and what is denied is as what is not there")
  void decidesEveryMethod(Request request) {
    inForce(ALL, policy("bob", "{\"resource\":\"crm\",\"actions\":[\"count\"]}"));
    long carried = carried(crm);

    var refused = ask("bob", request.door(), request.method(), request.aboutKnown());
    assertDenied(BOB, request.target(), "action_not_granted");
    var unknown = ask("bob", request.door(), request.method(), request.aboutUnknown());
    assertThat(told(refused)).isEqualTo(told(unknown));
    assertThat(refused.status()).isEqualTo(unknown.status()).isEqualTo(200);
    assertThat(broker.evidence.records(Refused.class).getLast().action().target().toString())
        .contains("server=crm");
    assertThat(carried(crm)).isEqualTo(carried);

    var granted = ask("alice", request.door(), request.method(), request.aboutKnown());
    assertThat(granted.json().has("result")).as("%s", granted.json()).isTrue();
    assertBegun(ALICE, request.target());
    assertThat(carried(crm)).isEqualTo(carried + 1);
  }

  @Test
  @DisplayName("AZ-15: search_tools is on record, and finds what its caller may call alone")
  void findsOnlyWhatIsGranted() {
    inForce(ALL, policy("bob", "{\"resource\":\"crm\",\"actions\":[\"count\"]}"));

    assertThat(found("bob")).isZero();
    assertThat(found("alice")).isOne();
    assertThat(broker.evidence.records(Begun.class).getLast().action().target())
        .isEqualTo(new Target.TurnOperation("search_tools"));
  }
}
