package dev.sallyport.identity.grant;

import static dev.sallyport.identity.grant.DecisionScene.WHO;
import static dev.sallyport.identity.grant.DecisionScene.json;
import static dev.sallyport.identity.grant.GrantSamples.action;
import static dev.sallyport.identity.grant.GrantSamples.binding;
import static dev.sallyport.identity.grant.GrantSamples.policy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.identity.action.Action;
import dev.sallyport.identity.action.Decision;
import dev.sallyport.identity.action.Target;
import dev.sallyport.identity.resource.InvalidResourcesException;
import dev.sallyport.identity.resource.Mistake;
import dev.sallyport.identity.resource.Resource;
import dev.sallyport.identity.resource.ResourceSet;
import dev.sallyport.identity.testing.TestingClock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KnownToolsTest {
  private static final JsonNode QUERY =
      json(
          """
          {'type': 'object', 'properties': {'limit': {'type': 'integer'},
            'filter': {'type': 'object', 'properties': {'account_id': {'type': 'string'}}}}}
          """);
  private static final Resource BINDING =
      binding(
          "sf",
          """
          {'server': 'sf', 'tools': {'query_accounts': {'resource': 'accounts', 'action': 'read',
            'parameters': {'limit': '/limit', 'account': '/filter/account_id'}}}}
          """);

  private final Map<String, Map<String, JsonNode>> known = new ConcurrentHashMap<>();
  private final GrantAuthority authority =
      new GrantAuthority(Optional.empty(), TurnFacts.CLEAN, new TestingClock());
  private final GrantResources grants =
      new GrantResources(
          authority, server -> Optional.ofNullable(known.get(server)), Runnable::run, () -> {});

  @ParameterizedTest(name = "{0}: {2}")
  @DisplayName("AZ-13: what does not fit the tools that are known is a mistake with its place")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'resource': 'accounts', 'actions': ['read'], 'when': 'params.limit <= 100'} | | ",
        "{'resource': 'accounts', 'actions': ['read'], 'when': 'args.limit <= 100'} | | ",
        "{'resource': 'accounts', 'actions': ['read'], 'when': 'args.limt <= 100'} |"
            + " /spec/tools/0/when | undefined field 'limt'",
        "{'resource': 'accounts', 'actions': ['read'], 'when': 'params.limt <= 100'} |"
            + " /spec/tools/0/when | undefined field 'limt'",
        "{'resource': 'accounts', 'actions': ['read'], 'when': 'params.account < 3'} |"
            + " /spec/tools/0/when | found no matching overload",
        "{'resource': 'accounts', 'deny': ['*'], 'when': 'args.limit'} | /spec/tools/0/when |"
            + " expected type 'bool'",
        "{'resource': 'accounts', 'deny': ['export']} | | ",
        "{'resource': 'other', 'actions': ['any'], 'when': 'args.x == 1'} | | ",
        "{'resource': 'sf', 'actions': ['delete_account']} | | ",
        "{'resource': 'sf', 'actions': ['*']} | | ",
        "{'resource': 'sf', 'actions': ['prompts/x', 'resources/read']} | | ",
        "{'resource': 'sf', 'actions': ['query_accounts']} | /spec/tools/0/actions/0 | is never"
            + " reached: sf has no tool query_accounts, and nothing is bound to it",
        "{'resource': 'sf', 'actions': ['no_such']} | /spec/tools/0/actions/0 | is never reached",
        "{'resource': 'sf', 'deny': ['no_such']} | /spec/tools/0/deny/0 | is never reached: sf has"
            + " no tool no_such, and nothing is bound to it",
        "{'resource': 'sf', 'actions': ['*'], 'deny': ['delete_acount']} | /spec/tools/0/deny/0 |"
            + " is never reached",
        "{'resource': 'sf', 'actions': ['*'], 'approve': ['delete_acount']} |"
            + " /spec/tools/0/approve/0 | is never reached",
        "{'resource': 'sf', 'actions': ['*'], 'deny': ['query_accounts']} |"
            + " /spec/tools/0/deny/0 | is never reached",
        "{'resource': 'sf', 'actions': ['*'], 'deny': ['delete_account', 'prompts/x']} | | ",
        "{'resource': 'sf', 'actions': ['*'], 'approve': ['delete_account', '*']} | | ",
        "{'resource': 'sf', 'deny': ['*']} | | ",
        "{'resource': 'other', 'actions': ['*'], 'deny': ['any']} | | ",
        "{'resource': 'sf', 'actions': ['delete_account'], 'when': 'args.id == 3'} |"
            + " /spec/tools/0/when | undefined field 'id'",
        "{'resource': 'new', 'actions': ['pending'], 'when': 'args.id == 3'} | | ",
      })
  void checksRulesByTheToolsThatAreKnown(String rule, String pointer, String problem) {
    know();
    var mistakes = mistakes(BINDING, policy("p", "{" + WHO + ", 'tools': [" + rule + "]}"));

    if (pointer == null) {
      assertThat(mistakes).isEmpty();
    } else {
      assertThat(mistakes).hasSize(1);
      assertThat(mistakes.getFirst().pointer()).isEqualTo(pointer);
      assertThat(mistakes.getFirst().problem()).contains(problem);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'query_acounts': {'resource': 'r', 'action': 'a'} | /spec/tools/query_acounts | is no tool"
            + " of sf; did you mean query_accounts?",
        "'query_accounts': {'resource': 'r', 'action': 'a', 'parameters': {'l': '/limt'}} |"
            + " /spec/tools/query_accounts/parameters/l | points at no argument of the tool: /limt",
        "'query_accounts': {'resource': 'r', 'action': 'a', 'parameters': {'l': 'limit'}} |"
            + " /spec/tools/query_accounts/parameters/l | must be a JSON pointer",
        "'query_accounts': {'resource': 'r', 'action': 'a', 'parameters': {'l-x': '/limit'}} |"
            + " /spec/tools/query_accounts/parameters/l-x | must be a letter or _",
      })
  void checksBindingsByTheToolsThatAreKnown(String tool, String pointer, String problem) {
    know();

    assertThat(mistakes(binding("b", "{'server': 'sf', 'tools': {" + tool + "}}")))
        .singleElement()
        .satisfies(mistake -> {
          assertThat(mistake.pointer()).isEqualTo(pointer);
          assertThat(mistake.problem()).startsWith(problem);
        });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'resource': 'r', 'actions': ['a']}, {'resource': 'r', 'actions': ['a'], 'when':"
            + " 'args.n < 3'} | /spec/tools/1/actions/0 | changes nothing",
        "{'resource': 'r', 'actions': ['a'], 'when': 'args.n < 3'}, {'resource': 'r', 'actions':"
            + " ['*']} | /spec/tools/0/actions/0 | changes nothing: /spec/tools/1/actions/0",
        "{'resource': 'r', 'actions': ['a', 'a']} | /spec/tools/0/actions/1 | changes nothing",
        "{'resource': 'r', 'actions': ['a'], 'when': 'args.n < 3'}, {'resource': 'r', 'actions':"
            + " ['b', 'a'], 'when': ' args.n < 3'} | /spec/tools/1/actions/1 | changes nothing:"
            + " /spec/tools/0/actions/0 says it under the same condition",
        "{'resource': 'r', 'deny': ['a'], 'when': 'args.n < 3'}, {'resource': 'r', 'deny': ['a'],"
            + " 'when': 'args.n < 3'} | /spec/tools/1/deny/0 | changes nothing:"
            + " /spec/tools/0/deny/0 says it under the same condition",
        "{'resource': 'r', 'actions': ['a'], 'when': 'args.n < 3'}, {'resource': 'r', 'deny':"
            + " ['a'], 'when': 'args.n < 3'} | /spec/tools/0/actions/0 | is never reached:"
            + " /spec/tools/1/deny/0 denies it under the same condition",
        "{'resource': 'r', 'actions': ['a'], 'when': 'args.n < 3'}, {'resource': 'r', 'deny':"
            + " ['*'], 'when': 'args.n < 3'} | /spec/tools/0/actions/0 | is never reached",
        "{'resource': 'r', 'actions': ['a'], 'when': 'true'} | /spec/tools/0/when | is always true:"
            + " leave it out",
        "{'resource': 'r', 'actions': ['a'], 'when': '!(args.n < 3 && 2 < 1)'} |"
            + " /spec/tools/0/when | is always true",
        "{'resource': 'r', 'actions': ['a'], 'when': 'false'} | /spec/tools/0/when | is always"
            + " false: the rule never has a part",
        "{'resource': 'r', 'deny': ['a'], 'when': 'args.n < 3 && 2 < 1'} | /spec/tools/0/when | is"
            + " always false",
        "{'resource': 'r', 'actions': ['a'], 'deny': ['a']} | /spec/tools/0/actions/0 | is never"
            + " reached: /spec/tools/0/deny/0 denies it always",
        "{'resource': 'r', 'actions': ['a']}, {'resource': 'r', 'deny': ['*']} |"
            + " /spec/tools/0/actions/0 | is never reached",
        "{'resource': 'r', 'actions': ['a'], 'deny': ['b'], 'when': 'args.n < 3'} |"
            + " /spec/tools/0/when |"
            + " is for a grant or for a denial",
        "{'resource': 'r', 'deny': ['a'], 'limits': {'max_calls': 1}} | /spec/tools/0/limits |"
            + " bounds nothing",
        "{'resource': 'r', 'actions': ['a'], 'limits': {}} | /spec/tools/0/limits | says nothing",
        "{'resource': 'r', 'actions': ['a'], 'limits': {'per_minute': 0}} |"
            + " /spec/tools/0/limits/per_minute | must be 1 to 6000",
        "{'resource': 'r', 'actions': ['a'], 'limits': {'per_minute': 6001}} |"
            + " /spec/tools/0/limits/per_minute | must be 1 to 6000",
        "{'resource': 'r', 'actions': ['a'], 'limits': {'max_calls': 1000001}} |"
            + " /spec/tools/0/limits/max_calls | must be 1 to 1000000",
        "{'resource': 'r', 'actions': ['a'], 'limits': {'max_calls': 1}, 'shadow': true} |"
            + " /spec/tools/0/limits | cannot be tried",
        "{'resource': 'r', 'actions': ['a'], 'when': ''} | /spec/tools/0/when | does not compile",
        "{'resource': 'r', 'actions': ['a'], 'when': 'args.n <'} | /spec/tools/0/when | does not"
            + " compile at column 9",
        "{'resource': 'r', 'actions': ['a'], 'when': true} | /spec/tools/0/when | must be a text",
      })
  void refusesRulesThatCanHaveNoPart(String rules, String pointer, String problem) {
    assertThat(mistakes(policy("p", "{" + WHO + ", 'tools': [" + rules + "]}")))
        .singleElement()
        .satisfies(mistake -> {
          assertThat(mistake.pointer()).isEqualTo(pointer);
          assertThat(mistake.problem()).startsWith(problem);
        });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'resource': 'r', 'actions': ['a'], 'limits': {'per_minute': 6000, 'max_calls': 1000000}}",
        "{'resource': 'r', 'actions': ['a']}, {'resource': 'r', 'actions': ['a'], 'when': 'args.n"
            + " < 3', 'approve': ['a']}",
        "{'resource': 'r', 'actions': ['a']}, {'resource': 'r', 'actions': ['a'], 'shadow': true}",
        "{'resource': 'r', 'actions': ['*', 'a'], 'deny': ['b']}",
        "{'resource': 'r', 'actions': ['a'], 'when': 'args.n < 3'}, {'resource': 'r', 'actions':"
            + " ['a'], 'when': 'args.n > 5'}",
        "{'resource': 'r', 'actions': ['a'], 'when': 'args.n < 3'}, {'resource': 'r', 'actions':"
            + " ['a'], 'when': 'args.n < 3', 'approve': ['a']}",
        "{'resource': 'r', 'actions': ['a'], 'when': 'args.n < 3'}, {'resource': 'r', 'actions':"
            + " ['a'], 'when': 'args.n < 3', 'shadow': true}",
        "{'resource': 'r', 'actions': ['a'], 'when': 'args.n < 3'}, {'resource': 'r', 'deny':"
            + " ['a'], 'when': 'args.n < 3', 'shadow': true}",
        "{'resource': 'r', 'actions': ['a'], 'when': 'args.n < 3'}, {'resource': 'r', 'actions':"
            + " ['b'], 'when': 'args.n < 3'}, {'resource': 'r', 'deny': ['c'], 'when':"
            + " 'args.n < 3'}",
        "{'resource': 'r', 'actions': ['*', 'a'], 'when': 'args.n < 3'}",
      })
  void takesRulesThatHaveAPart(String rules) {
    assertThat(mistakes(policy("p", "{" + WHO + ", 'tools': [" + rules + "]}"))).isEmpty();
  }

  @Test
  void namesParametersByTheirPlaceInTheArguments() throws Exception {
    put(
        BINDING,
        policy(
            "p",
            "{"
                + WHO
                + ", 'tools': [{'resource': 'accounts', 'actions': ['read'],"
                + " 'when': 'params.limit <= 5 && params.account == \\'x\\''}]}"));

    assertThat(decide("{'limit': 5, 'filter': {'account_id': 'x'}}"))
        .isInstanceOf(Decision.Allowed.class);
    assertThat(decide("{'limit': 6, 'filter': {'account_id': 'x'}}"))
        .isInstanceOf(Decision.Denied.class);
    assertThat(decide("{'limit': 5, 'account_id': 'x'}")).isInstanceOf(Decision.Denied.class);
  }

  @ParameterizedTest
  @DisplayName("AZ-14: a rule that does not fit a tool any more grants nothing, or denies")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'actions': ['read'], 'when': 'args.limit <= 100' | false",
        "'actions': ['read'], 'when': 'args.newer <= 100' | true",
        "'deny': ['read'], 'when': 'args.limit > 100' | false",
      })
  void checksAgainWhenToolsBecomeKnown(String rule, boolean fits) throws Exception {
    put(
        BINDING,
        policy(
            "p",
            "{"
                + WHO
                + ", 'tools': [{'resource': 'accounts', "
                + rule
                + "}, {'resource': 'accounts', 'actions': ['*'], 'when': 'has(args.other)'}]}"));
    var args = "{'limit': 5, 'newer': 5, 'other': 1}";
    assertThat(decide(args)).isInstanceOf(Decision.Allowed.class);

    known.put(
        "sf",
        Map.of(
            "query_accounts",
            json("{'properties': {'newer': {'type': 'integer'}, 'other': {'type': 'integer'}}}")));
    grants.checkAgain();

    var warnings = authority.policies().warnings();
    if (fits) {
      assertThat(warnings)
          .extracting(Mistake::pointer)
          .containsExactly(
              "/spec/tools/query_accounts/parameters/limit",
              "/spec/tools/query_accounts/parameters/account");
      assertThat(decide(args)).isInstanceOf(Decision.Allowed.class);
    } else {
      assertThat(warnings).extracting(Mistake::pointer).contains("/spec/tools/0/when");
      assertThat(decide(args) instanceof Decision.Allowed).isEqualTo(rule.startsWith("'actions'"));
    }
    known.put("sf", Map.of("query_accounts", QUERY));
    grants.checkAgain();
    assertThat(authority.policies().warnings()).hasSizeLessThan(warnings.size() + 1);
  }

  @Test
  @DisplayName(
      "AZ-11: what was in force stays so, and changes beside it are taken, as tools change")
  void takesOtherChangesThoughToolsHaveChanged() throws Exception {
    var old =
        policy(
            "p",
            "{"
                + WHO
                + ", 'tools': [{'resource': 'accounts', 'actions': ['read'],"
                + " 'when': 'args.limit <= 100'}]}");
    know();
    put(BINDING, old);
    known.put("sf", Map.of("query_accounts", json("{'properties': {}}")));

    var other = policy("q", "{'identity': {'workload': 'spiffe://prod/q'}}");
    grants.prepare(set(BINDING, old, other)).activate();

    assertThat(authority.policies().size()).isEqualTo(2);
    assertThat(authority.policies().warnings()).isNotEmpty();
    assertThat(decide("{'limit': 5}")).isInstanceOf(Decision.Denied.class);
    assertThatThrownBy(() ->
            grants.prepare(
                set(
                    BINDING,
                    policy(
                        "p",
                        "{"
                            + WHO
                            + ", 'tools': [{'resource': 'accounts', 'actions': ['read'],"
                            + " 'when': 'args.limit <= 99'}]}"))))
        .isInstanceOf(InvalidResourcesException.class);
    assertThat(authority.policies().size()).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'resource': 'accounts', 'actions': ['read'], 'when': 'args.gone <= 9'} | false",
        "{'resource': 'accounts', 'actions': ['read']},"
            + " {'resource': 'accounts', 'deny': ['read'], 'when': 'args.gone <= 9'} | false",
        "{'resource': 'accounts', 'actions': ['read'], 'approve': ['read'], 'when': 'args.gone <="
            + " 9'}, {'resource': 'accounts', 'actions': ['read'], 'when': 'args.limit <= 9'} |"
            + " false",
        "{'resource': 'accounts', 'actions': ['read']}, {'resource': 'accounts', 'actions':"
            + " ['read'], 'when': 'args.gone <= 9', 'limits': {'max_calls': 1}} | false",
        "{'resource': 'accounts', 'actions': ['read']}, {'resource': 'accounts', 'deny': ['read'],"
            + " 'when': 'args.gone <= 9', 'shadow': true} | true",
        "{'resource': 'accounts', 'actions': ['read'], 'when': 'args.limit <= 9'} | true",
      })
  @DisplayName("AZ-13, AZ-14: what a rule that fails for every call decides, a list shows")
  void showsNothingThatARuleThatAlwaysFailsDenies(String rules, boolean visible) throws Exception {
    know();
    grants.prepare(set(BINDING, policy("p", "{" + WHO + ", 'tools': [" + rules + "]}"))).activate();

    assertThat(
            authority.visible(DecisionScene.agent(false), new Target.Tool("sf", "query_accounts")))
        .isEqualTo(visible);
    assertThat(decide("{'limit': 5}") instanceof Decision.Denied).isEqualTo(!visible);
  }

  @Test
  void startsWithWhatWasAcceptedBeforeTheToolsChanged() throws Exception {
    know();
    var stored =
        policy(
            "p",
            "{"
                + WHO
                + ", 'tools': [{'resource': 'accounts', 'actions': ['read'],"
                + " 'when': 'args.gone <= 100'}]}");

    grants.prepare(set(BINDING, stored)).activate();

    assertThat(authority.policies().warnings())
        .extracting(Mistake::pointer)
        .containsExactly("/spec/tools/0/when");
  }

  private void know() {
    known.put("sf", Map.of("query_accounts", QUERY, "delete_account", json("{'properties': {}}")));
    known.put("new", Map.of("pending", json("{}")));
  }

  private static ResourceSet set(Resource... resources) {
    return new ResourceSet(List.of(resources));
  }

  private void put(Resource... resources) throws InvalidResourcesException {
    grants.prepare(set()).activate();
    grants.prepare(set(resources)).activate();
  }

  private List<Mistake> mistakes(Resource... resources) {
    try {
      grants.prepare(set()).activate();
      grants.prepare(set(resources));
      return List.of();
    } catch (InvalidResourcesException e) {
      return e.mistakes();
    }
  }

  private Decision decide(String args) {
    var whole = action(DecisionScene.agent(false), new Target.Tool("sf", "query_accounts"));
    return authority.decide(
        new Action(whole.caller(), whole.target(), json(args), new byte[0], List.of()));
  }
}
