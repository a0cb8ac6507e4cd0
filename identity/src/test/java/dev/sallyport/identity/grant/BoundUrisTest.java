package dev.sallyport.identity.grant;

import static dev.sallyport.identity.grant.GrantSamples.action;
import static dev.sallyport.identity.grant.GrantSamples.binding;
import static dev.sallyport.identity.grant.GrantSamples.compile;
import static dev.sallyport.identity.grant.GrantSamples.policy;
import static dev.sallyport.identity.grant.GrantSamples.principal;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.identity.action.Decision;
import dev.sallyport.identity.action.Target;
import java.time.InstantSource;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BoundUrisTest {
  private static final PolicySet SET =
      compile(
          binding(
              "files",
              """
              {'server': 'files',
               'prompts': {'sum up': {'resource': 'reports', 'action': 'write'}},
               'resources': [
                 {'prefix': 'file:///pub/', 'resource': 'pub', 'action': 'read'},
                 {'prefix': 'FILE://localhost/pub/sh%75t/', 'resource': 'shut', 'action': 'read'},
                 {'uri': 'file:///pub/shut/notice', 'resource': 'notice', 'action': 'read'},
                 {'template': 'file:///pub/{name}', 'resource': 'leaf', 'action': 'read'},
                 {'template': 'doc://parts#{part}', 'resource': 'part', 'action': 'read'},
                 {'template': 'user://{id}/card', 'resource': 'card', 'action': 'read'},
                 {'template': 'user://{id}/{+rest}', 'resource': 'user', 'action': 'read'},
                 {'prefix': 'user://', 'resource': 'users', 'action': 'list'},
                 {'template': 'pair://{a}/x', 'resource': 'one', 'action': 'read'},
                 {'template': 'pair://x/{b}', 'resource': 'other', 'action': 'read'},
                 {'uri': 'doc://all', 'resource': 'doc', 'action': 'read'},
                 {'uri': 'doc://all#page', 'resource': 'page', 'action': 'read'}]}
              """),
          binding(
              "more",
              """
              {'server': 'files', 'resources': [
                {'prefix': 'memo:', 'resource': 'memo', 'action': 'read'}]}
              """));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          file:///pub/a/b              | pub:read
          file:///pub/a                | leaf:read
          file:///pub/a#top            | leaf:read
          file:///pub                  | pub:read
          file:///public/a             | files:resources/read
          file:///pu                   | files:resources/read
          xfile:///pub/a               | files:resources/read
          file://host/pub/a            | files:resources/read
          file:///x/file:///pub/a      | unclear_uri
          file:///pub/shut/a           | shut:read
          file:///pub/shut             | shut:read
          file:///pub/shut/            | shut:read
          file:///pub/shut/notice      | notice:read
          file:///pub/shut/notice#1    | notice:read
          file:///pub/shut/notice?     | notice:read
          file:///pub/shut/notice/     | shut:read
          file:///pub/shut/Notice      | shut:read
          FILE:///%70ub/s%68ut/a       | shut:read
          file:/pub/shut/a             | shut:read
          file://localhost/pub/shut/a  | shut:read
          file:///pub/shutter/a        | pub:read
          file:///pub/a/../shut/b      | unclear_uri
          file:///pub/a/%2e%2e/shut/b  | unclear_uri
          file:///pub/%252e%252e/b     | unclear_uri
          file:///pub//shut/b          | unclear_uri
          file:///pub/shut%2Fb         | unclear_uri
          file:///pub/shut\\b          | unclear_uri
          file:///pub/sh\u200but/b     | unclear_uri
          file:///pub/shut\uff0fb      | unclear_uri
          file:///pub/shut/%ff         | unclear_uri
          file:///pub/shut/a?b         | unclear_uri
          user://7/card                | card:read
          user://7/card/x              | user:read
          user://7/8/card              | user:read
          user://7/card?x              | user:read
          user://7/Card                | user:read
          user://7                     | users:list
          USER://7/card                | card:read
          user://%37/c%61rd            | card:read
          user://../card               | unclear_uri
          user://7%2F8/card            | unclear_uri
          pair://a/x                   | one:read
          pair://x/b                   | other:read
          pair://x/x                   | ambiguous_binding
          doc://all                    | doc:read
          doc://all/                   | doc:read
          doc://ALL                    | doc:read
          doc://all#other              | doc:read
          doc://all#page               | page:read
          doc://all#p%61ge             | page:read
          doc://all?x                  | files:resources/read
          doc://all2                   | files:resources/read
          doc://parts#a                | part:read
          doc://parts                  | files:resources/read
          memo:today                   | memo:read
          memo://today                 | memo:read
          memory:today                 | files:resources/read
          today                        | unclear_uri
          """)
  void meansTheBindingThatIsMostWrittenOut(String uri, String meaning) {
    assertThat(text(SET.meaning(new Target.Resource("files", uri)))).isEqualTo(meaning);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          user://{id}/card      | card:read
          USER://{id}/c%61rd    | card:read
          user://{name}/card    | users:list
          file:///pub/{name}    | leaf:read
          file:///pub/{+name}   | pub:read
          file:///{+name}       | files:resources/read
          file:///pub/../{name} | unclear_uri
          user://{id            | unclear_uri
          """)
  void meansATemplateAsAWhole(String template, String meaning) {
    assertThat(text(SET.meaning(new Target.Template("files", template)))).isEqualTo(meaning);
  }

  @Test
  void readsAnyUriAsBeforeWhereNoneIsBound() {
    for (var uri : new String[] {"file:///a/../b", "today", ""}) {
      assertThat(text(SET.meaning(new Target.Resource("crm", uri))))
          .isEqualTo("crm:resources/read");
      assertThat(text(SET.meaning(new Target.Template("crm", uri))))
          .isEqualTo("crm:resources/read");
    }
  }

  @Test
  void bindsPromptsByTheirNames() {
    assertThat(text(SET.meaning(new Target.Prompt("files", "sum up")))).isEqualTo("reports:write");
    assertThat(text(SET.meaning(new Target.Prompt("files", "sum")))).isEqualTo("files:prompts/sum");
    assertThat(text(SET.meaning(new Target.Tool("files", "sum up")))).isEqualTo("files:sum up");
    assertThat(text(SET.meaning(new Target.Prompt("crm", "sum up"))))
        .isEqualTo("crm:prompts/sum up");
  }

  @Test
  void deniesWhatCannotBeSaidWhateverThePolicyGrants() {
    var authority = new GrantAuthority(Optional.empty(), TurnFacts.CLEAN, InstantSource.system());
    var policy =
        policy(
            "p",
            """
            {'identity': {'workload': 'spiffe://prod/agent/a'},
             'tools': [{'resource': 'one', 'actions': ['*']}, {'resource': 'other', 'actions': ['*']},
                       {'resource': 'files', 'actions': ['*']}]}
            """);
    var files =
        binding(
            "files",
            """
            {'server': 'files', 'resources': [
              {'template': 'pair://{a}/x', 'resource': 'one', 'action': 'read'},
              {'template': 'pair://x/{b}', 'resource': 'other', 'action': 'read'}]}
            """);
    authority.use(compile(policy, files));
    var agent = principal("spiffe://prod/agent/a");

    assertThat(authority.visible(agent, new Target.Resource("files", "pair://a/x"))).isTrue();
    assertThat(authority.visible(agent, new Target.Resource("files", "elsewhere:x"))).isTrue();
    for (var uri : new String[] {"pair://x/x", "pair://a/../x", "pair://a%2Fb"}) {
      var target = new Target.Resource("files", uri);
      assertThat(authority.visible(agent, target)).as(uri).isFalse();
      assertThat(authority.decide(action(agent, target)))
          .isInstanceOfSatisfying(
              Decision.Denied.class,
              denied -> assertThat(denied.reason()).isIn("unclear_uri", "ambiguous_binding"));
    }
  }

  private static String text(Meaning meaning) {
    return switch (meaning) {
      case BoundAction bound -> bound.resource() + ":" + bound.action();
      case Meaning.Unclear(var reason) -> reason;
    };
  }
}
