package dev.sallyport.mcp.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.grant.GrantAuthority;
import dev.sallyport.identity.grant.PolicySet;
import dev.sallyport.identity.grant.TurnFacts;
import dev.sallyport.identity.resource.InvalidResourcesException;
import dev.sallyport.identity.resource.Resource;
import dev.sallyport.identity.resource.ResourceSet;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** R3: what prompts, URIs and templates are bound to holds at every door alike. */
class BoundItemsTest extends ItemScene {
  private static final List<String> REVISIONS = List.of(MODERN, "2025-11-25", "2025-06-18");
  private static final List<String> DOORS = List.of("open", "");
  private static final List<String> LISTED =
      List.of(
          "FILE:///tree/%73hut/c",
          "doc:///7",
          "file:///other",
          "file:///tree/../x",
          "file:///tree/a",
          "file:///tree/shut/b",
          "file:///tree/shut/notice");
  private static final List<String> TEMPLATES =
      List.of(
          "FILE:{+all}",
          "doc:///{id}",
          "file:///{+all}",
          "file:{+all}",
          "file:///tree/shut/{id}",
          "shut:///{id}");

  BoundItemsTest() {
    super(authority());
    upstream.answer("resources/list", list("resources", items("uri", LISTED)));
    upstream.answer(
        "resources/templates/list", list("resourceTemplates", items("uriTemplate", TEMPLATES)));
  }

  private static ObjectNode[] items(String field, List<String> names) {
    return names.stream()
        .map(name -> empty().put(field, name).put("name", name.replaceAll("[^a-z]", "")))
        .toArray(ObjectNode[]::new);
  }

  /** Alice may read all that is not bound, and of what is bound the tree and the documents. */
  private static GrantAuthority authority() {
    var authority = new GrantAuthority(Optional.empty(), TurnFacts.CLEAN, InstantSource.system());
    var policy =
        """
        {"identity": {"workload": "spiffe://prod/agent/alice"},
         "tools": [{"resource": "open", "actions": ["resources/read", "prompts/sum", "prompts/bobs"]},
                   {"resource": "tree", "actions": ["read"]},
                   {"resource": "docs", "actions": ["read"]},
                   {"resource": "talk", "actions": ["greet"]}]}
        """;
    var binding =
        """
        {"server": "open",
         "prompts": {"greet": {"resource": "talk", "action": "greet"},
                     "bobs": {"resource": "talk", "action": "others"}},
         "resources": [
           {"prefix": "file:///tree/", "resource": "tree", "action": "read"},
           {"prefix": "file:///tree/shut/", "resource": "tree", "action": "unlock"},
           {"uri": "file:///tree/shut/notice", "resource": "tree", "action": "read"},
           {"template": "doc:///{id}", "resource": "docs", "action": "read"},
           {"uri": "doc:///7", "resource": "docs", "action": "unlock"},
           {"template": "shut:///{id}", "resource": "docs", "action": "unlock"}]}
        """;
    try {
      authority.use(
          PolicySet.compile(
              new ResourceSet(
                  List.of(resource("AgentPolicy", policy), resource("ToolBinding", binding)))));
      return authority;
    } catch (InvalidResourcesException e) {
      throw new AssertionError(e);
    }
  }

  private static Resource resource(String kind, String spec) {
    try {
      var tree = (ObjectNode) JSON.readTree(spec);
      return new Resource(Resource.API_VERSION, kind, "one", Map.of(), tree);
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          file:///other                | true
          file:///tree/a               | true
          file:///tree/any/of/it       | true
          file:///tree/a#top           | true
          FILE:///tree/a               | true
          file:///tree/shut/notice     | true
          doc:///8                     | true
          file:///tree/shut/b          | false
          file:///tree/shut            | false
          file:///tree/shut/           | false
          file:///tree/shut/Notice     | false
          FILE:///tree/shut/b          | false
          FILE:///tree/%73hut/c        | false
          file:///tree/%73hut/b        | false
          file:/tree/shut/b            | false
          file://localhost/tree/shut/b | false
          file:////tree/shut/b         | false
          file:///tree//shut/b         | false
          file:///tree/../x            | false
          file:///tree/a/../shut/b     | false
          file:///tree/a/%2e%2E/shut/b | false
          file:///tree/%252e%252e/b    | false
          file:///tree/shut%2Fb        | false
          file:///tree\\shut/b         | false
          file:///tree/shut/b?x        | false
          file:///tree/shu\u200bt/b    | false
          file:///tree/shut\u2215b     | false
          doc:///7                     | false
          doc:///%37                   | false
          doc:///7#x                   | false
          shut:///1                    | false
          shut:///%31                  | false
          """)
  void readsSubscribesListensAndListsByOneBinding(String uri, boolean granted) {
    assertThat(verdicts(uri).entrySet())
        .allSatisfy(one -> assertThat(one.getValue()).as(one.getKey()).isEqualTo(granted));
  }

  private Map<String, Boolean> verdicts(String uri) {
    var verdicts = new TreeMap<String, Boolean>();
    for (var door : DOORS) {
      var shown = at(door, "open", uri);
      for (var revision : REVISIONS) {
        verdicts.put("read " + revision + door, reads(revision, door, shown));
        if (LISTED.contains(uri)) {
          var listed = listed(revision, "alice", door, "resources/list", "resources", "uri");
          verdicts.put("list " + revision + door, listed.contains(shown));
        }
      }
      var caller = caller("alice", door);
      var subscribed =
          request(
              caller,
              "resources/subscribe",
              empty().put("uri", shown),
              session(caller, "2025-11-25", empty()));
      verdicts.put("subscribe " + door, subscribed.json().has("result"));
      verdicts.put("listen " + door, listens(door, shown));
    }
    return verdicts;
  }

  private boolean reads(String revision, String door, String uri) {
    int before = upstream.seen("resources/read").size();
    var answer = alice(revision, door, "resources/read", empty().put("uri", uri));
    boolean answered = answer.json().has("result");
    assertThat(upstream.seen("resources/read")).hasSize(before + (answered ? 1 : 0));
    if (!answered) {
      assertThat(error(answer).at("/data/code").asText()).isEqualTo("unknown_uri");
    }
    return answered;
  }

  private boolean listens(String door, String uri) {
    var wanted = empty();
    wanted.putArray("resourceSubscriptions").add(uri);
    try (var stream = listening(caller("alice", door), IntNode.valueOf(1), wanted)) {
      return stream.next().at("/params/notifications").has("resourceSubscriptions");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "FILE:{+all}, false",
    "file:{+all}, false",
    "file:///{+all}, true",
    "doc:///{id}, true",
    "file:///tree/shut/{id}, false",
    "shut:///{id}, false"
  })
  void listsAndCompletesTemplatesByOneBinding(String template, boolean granted) {
    for (var door : DOORS) {
      var shown = at(door, "open", template);
      for (var revision : REVISIONS) {
        assertThat(
                listed(
                    revision,
                    "alice",
                    door,
                    "resources/templates/list",
                    "resourceTemplates",
                    "uriTemplate"))
            .satisfies(listed -> assertThat(listed.contains(shown)).isEqualTo(granted));
        var completed =
            alice(revision, door, "completion/complete", completion("ref/resource", "uri", shown));
        assertThat(completed.json().has("result")).as(revision + door).isEqualTo(granted);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"greet, true", "sum, true", "bobs, false", "hidden, false"})
  void listsGetsAndCompletesPromptsByOneBinding(String prompt, boolean granted) {
    for (var door : DOORS) {
      var shown = named(door, "open", prompt);
      for (var revision : REVISIONS) {
        var verdicts =
            Stream.of(
                listed(revision, "alice", door, "prompts/list", "prompts", "name").contains(shown),
                alice(revision, door, "prompts/get", empty().put("name", shown))
                    .json()
                    .has("result"),
                alice(
                        revision,
                        door,
                        "completion/complete",
                        completion("ref/prompt", "name", shown))
                    .json()
                    .has("result"));
        assertThat(verdicts).as(revision + door).containsOnly(granted);
      }
    }
  }

  @Test
  void sendsTheServerTheUriAsItWasAskedFor() {
    var _ = alice(MODERN, "open", "resources/read", empty().put("uri", "FILE:///tree/%61"));

    assertThat(upstream.seen("resources/read").getLast().body().at("/params/uri").asText())
        .isEqualTo("FILE:///tree/%61");
  }
}
