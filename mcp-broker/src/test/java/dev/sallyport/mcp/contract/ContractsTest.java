package dev.sallyport.mcp.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.resource.InvalidResourcesException;
import dev.sallyport.identity.resource.Mistake;
import dev.sallyport.identity.resource.Resource;
import dev.sallyport.identity.resource.ResourceSet;
import dev.sallyport.sandbox.contract.ArgumentPath;
import dev.sallyport.sandbox.contract.ArgumentRule;
import dev.sallyport.sandbox.contract.ArgumentRule.Otherwise;
import dev.sallyport.sandbox.contract.AuthorityRule;
import dev.sallyport.sandbox.contract.Condition;
import dev.sallyport.sandbox.contract.Condition.Operator;
import dev.sallyport.sandbox.contract.FieldForm;
import dev.sallyport.sandbox.contract.FieldKind;
import dev.sallyport.sandbox.contract.FieldPath;
import dev.sallyport.sandbox.contract.FieldRule;
import dev.sallyport.sandbox.contract.QuarantineMode;
import dev.sallyport.sandbox.contract.ReadersRule;
import dev.sallyport.sandbox.label.Authority;
import dev.sallyport.sandbox.label.Readers;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Period;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Contracts of tools as they are written, and what is wrong with them. */
class ContractsTest {
  private static final JsonMapper LAX =
      JsonMapper.builder()
          .enable(JsonReadFeature.ALLOW_SINGLE_QUOTES)
          .enable(JsonReadFeature.ALLOW_UNQUOTED_FIELD_NAMES)
          .build();

  @Test
  void readsAllThatAContractCanSay() throws Exception {
    var contracts =
        Contracts.of(
            set(
                contract(
                    "mail-search",
                    """
                    {tool: 'mail/search', mode: 'typed', authority: 'PARTNER',
                     readers: ['@corp.example'],
                     results: {
                       '$[*].id': {kind: 'ident'},
                       '$[*].sender': {kind: 'addr', literal_if: 'vocabulary'},
                       '$[*].state': {kind: 'enum', values: ['open', 'closed']},
                       '$[*].when': {kind: 'date', window: ['-10y', '+30d'], resolution: '1h'},
                       '$[*].count': {kind: 'integer', min: 0, max: 1000},
                       '$[*].price': {kind: 'decimal', min: 0, max: 99.5, scale: 3},
                       '$[*].read': {kind: 'bool'},
                       '$[*].tags': {kind: 'array', max_items: 16},
                       '$[*].body': {kind: 'text', readers: ['a@b.example'], authority: 'PUBLIC'}},
                     authority_when: [{each: '$[*]', set: 'ORG', where: {
                       dkim: {equals: true}, sender: {ends_with: '@corp.example'}}}],
                     readers_when: [
                       {each: '$[*]', where: {state: {equals: 'open'}}, set: ['@corp.example']},
                       {each: '$[*]', from: 'owner'}],
                     budget: {result_bits: 512, ask_bits: 8, max_items: 20},
                     args: {to: {authority: ['USER', 'ORG'], else: 'deny'},
                            '/cc/*': {readers: 'covers'}},
                     audience_from: ['to', '/cc'],
                     effects: {emits: ['egress'], requires: ['reviewed'], forbids: ['paid'],
                               once: ['sent']},
                     max_influence_bits: 64}
                    """)));
    var contract = Optional.ofNullable(contracts.of("mail").get("search")).orElseThrow();

    assertThat(contract.name()).isEqualTo("mail-search");
    assertThat(contract.version()).matches("[0-9a-f]{12}");
    assertThat(contract.mode()).contains(QuarantineMode.TYPED);
    assertThat(contract.maxInfluenceBits()).isEqualTo(OptionalInt.of(64));
    assertThat(contract.effects().isEgress()).isTrue();
    assertThat(contract.effects().once()).containsExactly("sent");
    assertThat(contract.arguments().audienceFrom())
        .containsExactly(new ArgumentPath("/to"), new ArgumentPath("/cc"));
    assertThat(contract.arguments().byPath())
        .containsEntry(
            new ArgumentPath("/to"),
            new ArgumentRule(Set.of(Authority.USER, Authority.ORG), false, Otherwise.DENY))
        .containsEntry(new ArgumentPath("/cc/*"), new ArgumentRule(Set.of(), true, Otherwise.ASK));
    var results = contract.results();
    assertThat(results.authority()).isEqualTo(Authority.PARTNER);
    assertThat(results.readers()).isEqualTo(Readers.of("@corp.example"));
    assertThat(results.budget().maxItems()).isEqualTo(OptionalInt.of(20));
    assertThat(results.authorityWhen())
        .containsExactly(
            new AuthorityRule(
                FieldPath.parse("$[*]"),
                Map.of(
                    "dkim", new Condition(Operator.EQUALS, List.of("true")),
                    "sender", new Condition(Operator.ENDS_WITH, List.of("@corp.example"))),
                Authority.ORG));
    assertThat(results.readersWhen())
        .containsExactly(
            new ReadersRule(
                FieldPath.parse("$[*]"),
                Map.of("state", new Condition(Operator.EQUALS, List.of("open"))),
                new ReadersRule.Named(Readers.of("@corp.example"))),
            new ReadersRule(FieldPath.parse("$[*]"), Map.of(), new ReadersRule.Told("owner")));
    assertThat(results.fields())
        .containsEntry(at("id"), FieldRule.of(new FieldForm.Open(FieldKind.IDENT)))
        .containsEntry(
            at("sender"),
            new FieldRule(
                new FieldForm.Open(FieldKind.ADDR), true, Optional.empty(), Optional.empty()))
        .containsEntry(at("state"), FieldRule.of(new FieldForm.OneOf(List.of("open", "closed"))))
        .containsEntry(
            at("when"),
            FieldRule.of(
                new FieldForm.Moment(Period.ofYears(-10), Period.ofDays(30), Duration.ofHours(1))))
        .containsEntry(at("count"), FieldRule.of(new FieldForm.Whole(0, 1000)))
        .containsEntry(
            at("price"),
            FieldRule.of(new FieldForm.Decimal(BigDecimal.valueOf(0), new BigDecimal("99.5"), 3)))
        .containsEntry(at("read"), FieldRule.of(new FieldForm.Flag()))
        .containsEntry(at("tags"), FieldRule.of(new FieldForm.Items(16)))
        .containsEntry(
            at("body"),
            new FieldRule(
                new FieldForm.Open(FieldKind.TEXT),
                false,
                Optional.of(Authority.PUBLIC),
                Optional.of(Readers.of("a@b.example"))));
  }

  private static FieldPath at(String member) {
    return FieldPath.parse("$[*]." + member);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          {} | /spec/tool | is missing
          {tool: 'mail'} | /spec/tool | names a server and a tool
          {tool: 'mail/'} | /spec/tool | names a server and a tool
          {tool: '/search'} | /spec/tool | names a server and a tool
          {tool: 'web/search'} | /spec/tool | there is no McpServer web
          {tool: 'mail/search', colour: 'red'} | /spec/colour | is not a field here
          {tool: 'mail/search', mode: 'open'} | /spec/mode | must be strict, typed, tainted-read or trusted
          {tool: 'mail/search', authority: 'USER'} | /spec/results | no result has the authority USER
          {tool: 'mail/search', authority: 'anyone'} | /spec/authority | must be one of
          {tool: 'mail/search', readers: ['']} | /spec/readers | a reader's name
          {tool: 'mail/search', results: {'id': {kind: 'ident'}}} | /spec/results/id | a path is $
          {tool: 'mail/search', results: {'$.a[0]': {kind: 'ident'}}} | /spec/results/$.a[0] | a path is $
          {tool: 'mail/search', results: {'$.a': {kind: 'word'}}} | /spec/results/$.a | kind must be
          {tool: 'mail/search', results: {'$.a': {kind: 'enum'}}} | /spec/results/$.a | wants values
          {tool: 'mail/search', results: {'$.a': {kind: 'enum', values: []}}} | /spec/results/$.a | an enum has 1 to 64 values
          {tool: 'mail/search', results: {'$.a': {kind: 'integer', min: 0}}} | /spec/results/$.a | wants max
          {tool: 'mail/search', results: {'$.a': {kind: 'integer', min: 0.5, max: 1}}} | /spec/results/$.a | must be a whole number
          {tool: 'mail/search', results: {'$.a': {kind: 'integer', min: 1, max: 0}}} | /spec/results/$.a | has min up to max
          {tool: 'mail/search', results: {'$.a': {kind: 'bool', max: 0}}} | /spec/results/$.a | says nothing by max
          {tool: 'mail/search', results: {'$.a': {kind: 'text', values: ['x']}}} | /spec/results/$.a | says nothing by values
          {tool: 'mail/search', results: {'$.a': {kind: 'array'}}} | /spec/results/$.a | wants max_items
          {tool: 'mail/search', results: {'$.a': {kind: 'date', resolution: '1d'}}} | /spec/results/$.a | says nothing without window
          {tool: 'mail/search', results: {'$.a': {kind: 'date', window: ['-1y']}}} | /spec/results/$.a | window is two times
          {tool: 'mail/search', results: {'$.a': {kind: 'date', window: ['-1h', '+1y']}}} | /spec/results/$.a | a time from now
          {tool: 'mail/search', results: {'$.a': {kind: 'date', window: ['-1y', '+1y'], resolution: 'fine'}}} | /spec/results/$.a | resolution is such as
          {tool: 'mail/search', results: {'$.a': {kind: 'bool', literal_if: 'vocabulary'}}} | /spec/results/$.a | literal_if is for
          {tool: 'mail/search', results: {'$.a': {kind: 'text', literal_if: 'always'}}} | /spec/results/$.a/literal_if | must be vocabulary
          {tool: 'mail/search', authority_when: [{each: '$[*]', where: {}, set: 'ORG'}]} | /spec/authority_when/0 | 1 to 16 conditions
          {tool: 'mail/search', authority_when: [{each: '$[*]', where: {a: {}}, set: 'ORG'}]} | /spec/authority_when/0/where/a | says one of
          {tool: 'mail/search', authority_when: [{each: '$[*]', where: {a: {equals: 1, one_of: [2]}}, set: 'ORG'}]} | /spec/authority_when/0/where/a | says one of
          {tool: 'mail/search', authority_when: [{each: '$[*]', where: {a: {equals: {}}}, set: 'ORG'}]} | /spec/authority_when/0/where/a | is compared with
          {tool: 'mail/search', readers_when: [{each: '$'}]} | /spec/readers_when/0 | by set, or by from
          {tool: 'mail/search', readers_when: [{each: '$', set: ['a'], from: 'b'}]} | /spec/readers_when/0 | by set, or by from
          {tool: 'mail/search', readers_when: [{each: '$', from: ' '}]} | /spec/readers_when/0 | the name of a member
          {tool: 'mail/search', readers_when: [{each: 'a', from: 'b'}]} | /spec/readers_when/0 | a path is $
          {tool: 'mail/search', readers_when: [{each: '$', set: ['']}]} | /spec/readers_when/0/set | a reader's name
          {tool: 'mail/search', readers_when: [{each: '$', set: ['a'], where: {b: {}}}]} | /spec/readers_when/0/where/b | says one of
          {tool: 'mail/search', budget: {result_bits: 0}} | /spec/budget | result_bits must be
          {tool: 'mail/search', args: {to: {}}} | /spec/args/to | a rule of an argument says
          {tool: 'mail/search', args: {to: {authority: []}}} | /spec/args/to/authority | is empty
          {tool: 'mail/search', args: {to: {authority: 'BOSS'}}} | /spec/args/to/authority | must be one of
          {tool: 'mail/search', args: {to: {authority: 'ORG', else: 'allow'}}} | /spec/args/to/else | must be ask or deny
          {tool: 'mail/search', args: {to: {readers: 'all'}}} | /spec/args/to/readers | must be covers
          {tool: 'mail/search', args: {to: {readers: 'covers'}, '/to': {readers: 'covers'}}} | /spec/args/~1to | is said twice
          {tool: 'mail/search', audience_from: ['to', '/to']} | /spec/audience_from | says an argument twice
          {tool: 'mail/search', effects: {emits: ['Sent!']}} | /spec/effects | the name of an effect
          {tool: 'mail/search', effects: {requires: ['a'], forbids: ['a']}} | /spec/effects | both required and forbidden
          {tool: 'mail/search', max_influence_bits: -1} | /spec/max_influence_bits | must be at least 0
          """)
  void saysWhatIsWrongAtItsPlace(String spec, String pointer, String problem) {
    assertThat(mistakes(() -> Contracts.of(set(contract("c", spec)))))
        .anySatisfy(mistake -> {
          assertThat(mistake.pointer()).isEqualTo(pointer);
          assertThat(mistake.problem()).contains(problem);
        });
  }

  @Test
  void saysAllThatIsWrongAtOnce() {
    var one = contract("one", "{tool: 'mail/search', mode: 'x', args: {to: {}}}");
    var two = contract("two", "{tool: 'web/x', authority: 'x'}");

    assertThat(mistakes(() -> Contracts.of(set(one, two))))
        .extracting(mistake -> mistake.resource().name() + mistake.pointer())
        .containsExactlyInAnyOrder("one/spec/mode", "one/spec/args/to", "two/spec/authority");
  }

  @Test
  void takesOneContractOfATool() {
    var one = contract("one", "{tool: 'mail/search'}");
    var two = contract("two", "{tool: 'mail/search'}");

    assertThat(mistakes(() -> Contracts.of(set(one, two))))
        .singleElement()
        .satisfies(mistake -> {
          assertThat(mistake.resource().name()).isEqualTo("two");
          assertThat(mistake.problem()).contains("ToolContract/one already");
        });
  }

  @Test
  void takesContractsOfToolsThatClientsRun() throws Exception {
    var contracts = Contracts.of(set(contract("c", "{tool: '@client/send', mode: 'strict'}")));

    assertThat(contracts.of(Contracts.CLIENT)).containsOnlyKeys("send");
    assertThat(contracts.of("mail")).isEmpty();
  }

  @Test
  void readsWhoIsInAGroup() throws Exception {
    var groups =
        Contracts.of(
                set(
                    group("board", "{members: ['a@x.example']}"),
                    group("all", "{names: ['All@x.example', 'staff'], members: ['@x.example']}")))
            .groups();

    assertThat(groups.cover(Readers.of("a@x.example"), Readers.of("board"))).isTrue();
    assertThat(groups.cover(Readers.of("STAFF"), Readers.of("a@x.example"))).isTrue();
    assertThat(groups.cover(Readers.of("a@x.example"), Readers.of("all@x.example"))).isFalse();
    assertThat(groups.cover(Readers.of("all"), Readers.of("a@x.example"))).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          {} | /spec/members | is missing
          {members: []} | /spec/members | is empty
          {members: ['']} | /spec/members | a reader's name
          {members: ['a'], names: []} | /spec/names | has 1 to 16 names
          {members: ['a'], names: [' ']} | /spec/names/0 | a group's name
          {members: ['a'], names: ['b', '@x.example']} | /spec/names/1 | is no domain
          {members: ['a'], names: ['b', 'B']} | /spec/names/1 | is a name of ReaderGroup/g already
          {members: ['a'], names: ['b', 'OTHER']} | /spec/names/1 | is a name of ReaderGroup/early already
          {members: ['a'], colour: 'red'} | /spec/colour | is not a field here
          """)
  void saysWhatIsWrongWithAGroup(String spec, String pointer, String problem) {
    var early = group("early", "{names: ['other'], members: ['a']}");

    assertThat(mistakes(() -> Contracts.of(set(early, group("g", spec)))))
        .singleElement()
        .satisfies(mistake -> {
          assertThat(mistake.pointer()).isEqualTo(pointer);
          assertThat(mistake.problem()).contains(problem);
        });
  }

  private static Resource group(String name, String spec) {
    try {
      return resource(Contracts.GROUP_KIND, name, (ObjectNode) LAX.readTree(spec));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static List<Mistake> mistakes(ThrowingCallable work) {
    var mistakes = new ArrayList<Mistake>();
    assertThatThrownBy(work)
        .isInstanceOfSatisfying(
            InvalidResourcesException.class, e -> mistakes.addAll(e.mistakes()));
    return mistakes;
  }

  private static ResourceSet set(Resource... contracts) {
    var all = new ArrayList<>(List.of(contracts));
    all.add(resource("McpServer", "mail", LAX.createObjectNode()));
    return new ResourceSet(all);
  }

  private static Resource contract(String name, String spec) {
    try {
      return resource(Contracts.KIND, name, (ObjectNode) LAX.readTree(spec));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static Resource resource(String kind, String name, ObjectNode spec) {
    return new Resource(Resource.API_VERSION, kind, name, Map.of(), spec);
  }
}
