package dev.sallyport.identity.grant;

import static dev.sallyport.identity.grant.GrantSamples.binding;
import static dev.sallyport.identity.grant.GrantSamples.compile;
import static dev.sallyport.identity.grant.GrantSamples.policy;
import static dev.sallyport.identity.grant.GrantSamples.resource;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sallyport.identity.PrincipalId;
import dev.sallyport.identity.resource.InvalidResourcesException;
import dev.sallyport.identity.resource.Mistake;
import dev.sallyport.identity.resource.Resource;
import dev.sallyport.identity.resource.ResourceSet;
import dev.sallyport.identity.resource.ResourceVersion;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PolicySetTest {
  private static final String WHO = "'identity': {'workload': 'spiffe://prod/agent/a'}";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{} | /spec/identity | is missing",
        "{'identity': {}} | /spec/identity | must have workload, or else user",
        "{'identity': null} | /spec/identity | has no value",
        "{'identity': {'workload': 'spiffe://prod'}} | /spec/identity/workload | must be"
            + " spiffe://DOMAIN/PATH",
        "{'identity': {'workload': 'spiffe://prod/'}} | /spec/identity/workload | must be",
        "{'identity': {'workload': 'spiffe://prod/a/'}} | /spec/identity/workload | must be",
        "{'identity': {'workload': 'spiffe://prod//a'}} | /spec/identity/workload | must be",
        "{'identity': {'workload': 'spiffe://prod/a/../b'}} | /spec/identity/workload | must be",
        "{'identity': {'workload': 'spiffe://prod/.'}} | /spec/identity/workload | must be",
        "{'identity': {'workload': 'spiffe://PROD/a'}} | /spec/identity/workload | must be",
        "{'identity': {'workload': 'spiffe://prod:80/a'}} | /spec/identity/workload | must be",
        "{'identity': {'workload': 'spiffe://u@prod/a'}} | /spec/identity/workload | must be",
        "{'identity': {'workload': 'spiffe://prod/a%2Fb'}} | /spec/identity/workload | must be",
        "{'identity': {'workload': 'spiffe://prod/a b'}} | /spec/identity/workload | must be",
        "{'identity': {'workload': 'spiffe://prod/\\u0430'}} | /spec/identity/workload | must be",
        "{'identity': {'workload': 'SPIFFE://prod/a'}} | /spec/identity/workload | must be",
        "{'identity': {'workload': ' spiffe://prod/a'}} | /spec/identity/workload | must be",
        "{'identity': {'workload': 'spiffe://prod/agent/*'}} | /spec/identity/workload | names one"
            + " workload",
        "{'identity': {'workload': '*'}} | /spec/identity/workload | names one workload",
        "{'identity': {'workload': 'sallyport:admin'}} | /spec/identity/workload | must be",
        "{'identity': {'workload': 'oidc://corp'}} | /spec/identity/workload | must be",
        "{'identity': {'workload': 'oidc://corp/'}} | /spec/identity/workload | must be",
        "{'identity': {'workload': 'https://prod/a'}} | /spec/identity/workload | must be",
        "{'identity': {'workload': ''}} | /spec/identity/workload | must be",
        "{'identity': {'workload': ['spiffe://prod/a']}} | /spec/identity/workload | must be a"
            + " text, not a list",
        "{'identity': {'workload': 'spiffe://prod/a', 'teem': 'x'}} | /spec/identity/teem | is not"
            + " a field here; did you mean team?",
        "{'identity': {'workload': 'spiffe://prod/a', 'team': ''}} | /spec/identity/team | must be",
        "{'identity': {'workload': 'spiffe://prod/a', 'user': 'oidc://corp/a'}} | /spec/identity |"
            + " must have workload, or else user",
        "{'identity': {'user': 'spiffe://prod/a'}} | /spec/identity/user | must be oidc://",
        "{'identity': {'user': 'oidc://corp/a'}, 'tools_view': 'list'} | /spec/tools_view | is of"
            + " the agent's own policy",
        "{WHO, 'modles': {}} | /spec/modles | is not a field here; did you mean models?",
        "{WHO, 'models': {}} | /spec/models/allow | is missing",
        "{WHO, 'models': {'allow': []}} | /spec/models/allow | is empty",
        "{WHO, 'models': {'allow': 'fast'}} | /spec/models/allow | must be a list, not a text",
        "{WHO, 'models': {'allow': ['fast', '']}} | /spec/models/allow/1 | must be a name",
        "{WHO, 'models': {'allow': ['fast*']}} | /spec/models/allow/0 | must be a name",
        "{WHO, 'models': {'allow': ['fa st']}} | /spec/models/allow/0 | must be a name",
        "{WHO, 'models': {'allow': [1]}} | /spec/models/allow/0 | must be a text",
        "{WHO, 'models': {'allow': [null]}} | /spec/models/allow/0 | has no value",
        "{WHO, 'models': {'allow': ['a'], 'budget': {}}} | /spec/models/budget | is" + " empty",
        "{WHO, 'models': {'allow': ['a'], 'budget': {'daily_usd': 1, 'weekly': 1}}} |"
            + " /spec/models/budget/weekly | is not a field here. The fields are",
        "{WHO, 'models': {'allow': ['a'], 'budget': {'daily_usd': 1, 'mode': 'soft'}}} |"
            + " /spec/models/budget/mode | must be",
        "{WHO, 'models': {'allow': ['a'], 'budget': {'daily_usd': -1}}} |"
            + " /spec/models/budget/daily_usd | must be a number of US dollars from 0",
        "{WHO, 'models': {'allow': ['a'], 'budget': {'daily_usd': '-1'}}} |"
            + " /spec/models/budget/daily_usd | must be a number",
        "{WHO, 'models': {'allow': ['a'], 'budget': {'daily_usd': 'lots'}}} |"
            + " /spec/models/budget/daily_usd | must be a number",
        "{WHO, 'models': {'allow': ['a'], 'budget': {'daily_usd': '1e3'}}} |"
            + " /spec/models/budget/daily_usd | must be a number",
        "{WHO, 'models': {'allow': ['a'], 'budget': {'daily_usd': ''}}} |"
            + " /spec/models/budget/daily_usd | must be a number",
        "{WHO, 'models': {'allow': ['a'], 'budget': {'daily_usd': true}}} |"
            + " /spec/models/budget/daily_usd | must be a number",
        "{WHO, 'models': {'allow': ['a'], 'budget': {'daily_usd': [1]}}} |"
            + " /spec/models/budget/daily_usd | must be a number",
        "{WHO, 'models': {'allow': ['a'], 'budget': {'daily_usd': null}}} |"
            + " /spec/models/budget/daily_usd | must be a number",
        "{WHO, 'models': {'allow': ['a'], 'budget': {'daily_usd': 0.0000001}}} |"
            + " /spec/models/budget/daily_usd | must be a number",
        "{WHO, 'models': {'allow': ['a'], 'budget': {'daily_usd': '1.0000001'}}} |"
            + " /spec/models/budget/daily_usd | must be a number",
        "{WHO, 'models': {'allow': ['a'], 'budget': {'daily_usd': 1000000001}}} |"
            + " /spec/models/budget/daily_usd | must be a number",
        "{WHO, 'models': {'allow': ['a'], 'budget': {'daily_usd': 1e400}}} |"
            + " /spec/models/budget/daily_usd | must be a number",
        "{WHO, 'tools': []} | /spec/tools | is empty",
        "{WHO, 'tools': {}} | /spec/tools | must be a list",
        "{WHO, 'tools': [{}]} | /spec/tools/0/resource | is missing",
        "{WHO, 'tools': [{'resource': 'r'}]} | /spec/tools/0 | says nothing",
        "{WHO, 'tools': [{'resource': '*', 'actions': ['a']}]} | /spec/tools/0/resource | must be a"
            + " name",
        "{WHO, 'tools': [{'resource': 'sales.*', 'actions': ['a']}]} | /spec/tools/0/resource |"
            + " must be a name",
        "{WHO, 'tools': [{'resource': 'r', 'actions': []}]} | /spec/tools/0/actions | is empty",
        "{WHO, 'tools': [{'resource': 'r', 'actions': ['a'], 'deny': []}]} | /spec/tools/0/deny |"
            + " is empty",
        "{WHO, 'tools': [{'resource': 'r', 'actions': ['a'], 'deny': null}]} | /spec/tools/0/deny |"
            + " has no value",
        "{WHO, 'tools': [{'resource': 'r', 'actions': ['a'], 'denny': ['b']}]} |"
            + " /spec/tools/0/denny | is not a field here; did you mean deny?",
        "{WHO, 'tools': [{'resource': 'r', 'actions': ['re*']}]} | /spec/tools/0/actions/0 | must"
            + " be a name",
        "{WHO, 'tools': [{'resource': 'r', 'actions': [true]}]} | /spec/tools/0/actions/0 | must be"
            + " a text, not true or false",
        "{WHO, 'credentials': {'expose_to_agent': true}} | /spec/credentials/expose_to_agent | is"
            + " refused: Sallyport never shows a credential",
        "{WHO, 'credentials': {'expose_to_agent': 'yes'}} | /spec/credentials/expose_to_agent |"
            + " must be true or false, not a text",
        "{WHO, 'credentials': {'injection': 'prompt'}} | /spec/credentials/injection | must be one"
            + " of runtime",
        "{WHO, 'audit': {}} | /spec/audit/record | is empty",
        "{WHO, 'audit': {'args': 'all'}} | /spec/audit/args | must be one of hash, parameters",
        "{WHO, 'audit': {'record': []}} | /spec/audit/record | is empty",
        "{WHO, 'audit': {'record': ['everything']}} | /spec/audit/record/0 | must be one of"
            + " identity, turn, policy,"
      })
  void refusesAPolicyThatDoesNotHoldTogether(String spec, String pointer, String problem) {
    var mistakes = mistakes(policy("p", spec.replace("WHO", WHO)));

    assertThat(mistakes).hasSize(1);
    assertThat(mistakes.getFirst().pointer()).isEqualTo(pointer);
    assertThat(mistakes.getFirst().problem()).startsWith(problem);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{} | /spec/server | is missing",
        "{'server': 's'} | /spec | binds nothing: give tools, prompts, resources or token",
        "{'server': 's', 'prompts': {}} | /spec/prompts | is empty",
        "{'server': 's', 'prompts': {'a b': {'resource': 'r', 'action': 'a*'}}} |"
            + " /spec/prompts/a b/action | must be a name",
        "{'server': 's', 'prompts': {'p': {'action': 'a'}}} | /spec/prompts/p/resource | is"
            + " missing",
        "{'server': 's', 'resources': []} | /spec/resources | is empty",
        "{'server': 's', 'resources': {}} | /spec/resources | must be a list",
        "{'server': 's', 'resources': [{'uri': 'a:b', 'action': 'a'}]} |"
            + " /spec/resources/0/resource | is missing",
        "{'server': 's', 'resources': [{'resource': 'r', 'action': 'a'}]} | /spec/resources/0 |"
            + " names URIs by one of uri, prefix and template",
        "{'server': 's', 'resources': [{'uri': 'a:b', 'prefix': 'a:', 'resource': 'r', 'action':"
            + " 'a'}]} | /spec/resources/0 | names URIs by one of uri, prefix and template",
        "{'server': 's', 'resources': [{'uri': 'a:b', 'resource': 'r', 'action': 'a b'}]} |"
            + " /spec/resources/0/action | must be a name",
        "{'server': 's', 'resources': [{'uri': 'a/b', 'resource': 'r', 'action': 'a'}]} |"
            + " /spec/resources/0/uri | is nothing that can be compared",
        "{'server': 's', 'resources': [{'uri': 'a://b/../c', 'resource': 'r', 'action': 'a'}]} |"
            + " /spec/resources/0/uri | is nothing that can be compared",
        "{'server': 's', 'resources': [{'uri': 'a://b/{c}', 'resource': 'r', 'action': 'a'}]} |"
            + " /spec/resources/0/uri | has a variable: use template",
        "{'server': 's', 'resources': [{'prefix': '', 'resource': 'r', 'action': 'a'}]} |"
            + " /spec/resources/0/prefix | must end with",
        "{'server': 's', 'resources': [{'prefix': 'a://b', 'resource': 'r', 'action': 'a'}]} |"
            + " /spec/resources/0/prefix | must end with / : ? # & or =",
        "{'server': 's', 'resources': [{'prefix': 'a://b/%2e/', 'resource': 'r', 'action': 'a'}]} |"
            + " /spec/resources/0/prefix | is nothing that can be compared",
        "{'server': 's', 'resources': [{'prefix': 'a://{b}/', 'resource': 'r', 'action': 'a'}]} |"
            + " /spec/resources/0/prefix | has a variable: use template",
        "{'server': 's', 'resources': [{'template': 'a://b', 'resource': 'r', 'action': 'a'}]} |"
            + " /spec/resources/0/template | has no variable: use uri",
        "{'server': 's', 'resources': [{'template': 'a://{b', 'resource': 'r', 'action': 'a'}]} |"
            + " /spec/resources/0/template | is nothing that can be compared",
        "{'server': 's', 'resources': [{'template': 'a://{}', 'resource': 'r', 'action': 'a'}]} |"
            + " /spec/resources/0/template | is no URI template: an expression is empty",
        "{'server': 's', 'tools': {}} | /spec/tools | is empty",
        "{'server': 's', 'tools': {'t': {}}} | /spec/tools/t/resource | is missing",
        "{'server': 's', 'tools': {'t': {'resource': 'r'}}} | /spec/tools/t/action | is missing",
        "{'server': 's', 'tools': {'a/b': {'resource': 'r', 'action': '*'}}} |"
            + " /spec/tools/a~1b/action | must be a name",
        "{'server': 's', 'tools': {'t': {'resource': 'r*', 'action': 'a'}}} |"
            + " /spec/tools/t/resource | must be a name",
        "{'server': '*', 'tools': {'t': {'resource': 'r', 'action': 'a'}}} | /spec/server | must be"
            + " a name",
        "{'server': 's', 'tools': {'t': {'resource': 'r', 'action': 'a', 'x': 1}}} |"
            + " /spec/tools/t/x | is not a field here"
      })
  void refusesABindingThatDoesNotHoldTogether(String spec, String pointer, String problem) {
    var mistakes = mistakes(binding("b", spec));

    assertThat(mistakes).hasSize(1);
    assertThat(mistakes.getFirst().pointer()).isEqualTo(pointer);
    assertThat(mistakes.getFirst().problem()).startsWith(problem);
  }

  /** AZ-08. */
  @Test
  void bindsNothingToAResourceThatIsTheNameOfAnotherServer() {
    var tools = "{'server': '%s', 'tools': {'t': {'resource': 'crm', 'action': 'read'}}}";
    var crm = resource("sallyport.dev/v1", "McpServer", "crm", "{}");

    assertThat(mistakes(crm, binding("b", tools.formatted("other"))))
        .extracting(Mistake::pointer)
        .containsExactly("/spec/tools/t/resource");
    assertThat(compile(crm, binding("b", tools.formatted("crm"))).size()).isZero();
    assertThat(compile(binding("b", tools.formatted("other"))).size()).isZero();
  }

  @Test
  void refusesASecondPolicyForTheSameWorkload() {
    assertThat(mistakes(policy("one", "{" + WHO + "}"), policy("two", "{" + WHO + "}")))
        .containsExactly(
            new Mistake(
                new Resource.Key("AgentPolicy", "two"),
                "/spec/identity/workload",
                "is claimed by AgentPolicy/one too: one workload has one policy"));
  }

  @Test
  void refusesASecondBindingOfTheSameTool() {
    var spec = "{'server': 's', 'tools': {'t': {'resource': 'r', 'action': 'a'}}}";
    assertThat(mistakes(binding("one", spec), binding("two", spec)))
        .extracting(Mistake::toString)
        .containsExactly(
            "ToolBinding/two /spec/tools/t: is bound by ToolBinding/one too: a tool is bound once");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'prompts': {'p': {ACT}} | 'prompts': {'p': {ACT}} | prompts/p | prompt",
        "'resources': [{'uri': 'a:b', ACT}] | 'resources': [{'uri': 'A:%62', ACT}] | resources/0 |"
            + " uri",
        "'resources': [{'prefix': 'a:', ACT}] | 'resources': [{'prefix': 'A:', ACT}] | resources/0"
            + " | prefix",
        "'resources': [{'template': 'a:{b}', ACT}] | 'resources': [{'template': 'A:{b}', ACT}] |"
            + " resources/0 | template"
      })
  void refusesASecondBindingOfTheSame(String one, String two, String place, String kind) {
    var action = "'resource': 'r', 'action': 'a'";
    var spec = "{'server': 's', %s}";
    assertThat(
            mistakes(
                binding("one", spec.formatted(one.replace("ACT", action))),
                binding("two", spec.formatted(two.replace("ACT", action)))))
        .extracting(Mistake::toString)
        .containsExactly(
            "ToolBinding/two /spec/%s: is bound by ToolBinding/one too: a %s is bound once"
                .formatted(place, kind));
  }

  @Test
  void bindsSoManyTemplatesOfOneServerAndNoMore() {
    var most = BindingCompiler.MOST_TEMPLATES;
    assertThat(compile(templates(most)).size()).isZero();
    assertThat(mistakes(templates(most + 1)))
        .extracting(Mistake::toString)
        .containsExactly(
            "ToolBinding/many /spec/resources/256/template: is one too many: at most 256 templates"
                + " of one server");
  }

  private static Resource templates(int count) {
    var written =
        IntStream.range(0, count)
            .mapToObj("{'template': 'a://%d/{b}', 'resource': 'r', 'action': 'a'}"::formatted)
            .collect(Collectors.joining(","));
    return binding("many", "{'server': 's', 'resources': [%s]}".formatted(written));
  }

  @Test
  void refusesAVersionOfTheDocumentThatItDoesNotKnow() {
    assertThat(mistakes(resource("sallyport.dev/v2", "AgentPolicy", "p", "{" + WHO + "}")))
        .extracting(Mistake::toString)
        .containsExactly(
            "AgentPolicy/p /apiVersion: must be access.envisionai.dev/v1 or sallyport.dev/v1");
    assertThat(mistakes(resource("access.envisionai.dev/v1", "ToolBinding", "b", "{}")))
        .extracting(Mistake::toString)
        .containsExactly("ToolBinding/b /apiVersion: must be sallyport.dev/v1");
  }

  @Test
  void namesEveryMistakeOfEveryResourceAtOnce() {
    assertThat(
            mistakes(
                policy("a", "{" + WHO + ", 'tools': [{'resource': '*', 'actions': []}]}"),
                policy("b", "{'x': 1}"),
                binding("c", "{}")))
        .extracting(mistake -> mistake.resource() + " " + mistake.pointer())
        .containsExactly(
            "ToolBinding/c /spec/server",
            "AgentPolicy/a /spec/tools/0/resource",
            "AgentPolicy/a /spec/tools/0/actions",
            "AgentPolicy/b /spec/identity");
  }

  @Test
  void refusesABudgetThatIsNoNumberAtAll() {
    var resource =
        policy("p", "{%s, 'models': {'allow': ['a'], 'budget': {'daily_usd': 1}}}".formatted(WHO));
    for (var value : List.of(Double.NaN, Double.POSITIVE_INFINITY)) {
      resource.spec().withObject("/models/budget").put("daily_usd", value);
      assertThat(mistakes(resource))
          .extracting(Mistake::pointer)
          .containsExactly("/spec/models/budget/daily_usd");
    }
  }

  @Test
  void refusesAWorkloadThatIsTooLong() {
    var start = "spiffe://prod/";
    var longest = start + "a".repeat(PrincipalId.MAX_LENGTH - start.length());

    assertThat(compile(policy("p", "{'identity': {'workload': '%s'}}".formatted(longest))).size())
        .isOne();
    assertThat(mistakes(policy("p", "{'identity': {'workload': '%s/a'}}".formatted(longest))))
        .extracting(Mistake::pointer)
        .containsExactly("/spec/identity/workload");
    assertThat(
            mistakes(
                policy(
                    "p",
                    "{'identity': {'workload': 'spiffe://prod%s'}}"
                        .formatted("/a".repeat(100_000)))))
        .extracting(Mistake::pointer)
        .containsExactly("/spec/identity/workload");
  }

  @Test
  void namesTheVersionByWhatTheDocumentSaysNotByHowItIsWritten() {
    var one =
        policy(
            "p", "{%s, 'models': {'allow': ['a'], 'budget': {'daily_usd': 75.10}}}".formatted(WHO));
    var same =
        policy(
            "p", "{'models': {'budget': {'daily_usd': 75.1}, 'allow': ['a']}, %s}".formatted(WHO));
    var exact = policy("p", "{%s, 'models': {'allow': ['a'], 'budget': {}}}".formatted(WHO));
    exact
        .spec()
        .withObject("/models/budget")
        .set("daily_usd", JsonNodeFactory.instance.numberNode(new BigDecimal("75.100")));

    assertThat(ResourceVersion.of(one))
        .isEqualTo(ResourceVersion.of(same))
        .isEqualTo(ResourceVersion.of(exact));
    assertThat(ResourceVersion.of(one)).isEqualTo("f40eee0323a0");
    assertThat(ResourceVersion.of(one))
        .isNotEqualTo(ResourceVersion.of(policy("q", one.spec().toString())))
        .isNotEqualTo(
            ResourceVersion.of(policy("p", one.spec().toString().replace("75.1", "75.2"))));
  }

  private static List<Mistake> mistakes(Resource... resources) {
    var found = new ArrayList<Mistake>();
    assertThatThrownBy(() -> PolicySet.compile(new ResourceSet(List.of(resources))))
        .isInstanceOfSatisfying(InvalidResourcesException.class, e -> found.addAll(e.mistakes()));
    return found;
  }
}
