package dev.sallyport.mcp.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.resource.InvalidResourcesException;
import dev.sallyport.identity.resource.Resource;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What could never do what it says is refused where it stands; its like that can is taken. */
class ContractLintTest {
  private static final JsonMapper LAX =
      JsonMapper.builder()
          .enable(JsonReadFeature.ALLOW_SINGLE_QUOTES)
          .enable(JsonReadFeature.ALLOW_UNQUOTED_FIELD_NAMES)
          .build();

  private static final String DEFINITION =
      """
      {name: 'send',
       inputSchema: {type: 'object', properties: {
         to: {type: 'string'}, 'c/c': {type: 'array', items: {type: 'object', properties: {
           address: {type: 'string'}}}},
         extra: {type: 'object', additionalProperties: true}, either: {anyOf: [{}, {}]},
         free: {type: 'object'}}},
       outputSchema: {type: 'object', additionalProperties: false, properties: {
         id: {type: 'string'}, lax: {type: 'object', properties: {a: {}}},
         map: {type: 'object', additionalProperties: {type: 'object', additionalProperties: false,
           properties: {n: {type: 'integer'}}}},
         items: {type: 'array', items: {$ref: '#/$defs/item'}},
         rows: {type: 'array', items: {type: 'object', additionalProperties: false, properties: {
           key: {type: ['string', 'null']}}}}}}}
      """;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          args: {recipient: {readers: 'covers'}} | /spec/args/recipient | takes no such argument; it takes: to, c/c
          args: {'/to/name': {readers: 'covers'}} | /spec/args/~1to~1name | takes no such argument
          args: {'/c~1c/*/name': {readers: 'covers'}} | /spec/args/~1c~01c~1*~1name | takes no such argument
          args: {'/c~1c/address': {readers: 'covers'}} | /spec/args/~1c~01c~1address | takes no such argument
          audience_from: ['to', 'cc'] | /spec/audience_from/1 | takes no such argument
          results: {'$.ID': {kind: 'ident'}} | /spec/results/$.ID | has no such path
          results: {'$.id.a': {kind: 'ident'}} | /spec/results/$.id.a | has no such path
          results: {'$[*]': {kind: 'ident'}} | /spec/results/$[*] | has no such path
          results: {'$.map.*.m': {kind: 'ident'}} | /spec/results/$.map.*.m | has no such path
          results: {'$.rows.key': {kind: 'ident'}} | /spec/results/$.rows.key | has no such path
          results: {'$.rows[*].name': {kind: 'ident'}} | /spec/results/$.rows[*].name | has no such path
          authority_when: [{each: '$.row[*]', set: 'ORG', where: {key: {equals: 1}}}] | /spec/authority_when/0/each | has no such path
          readers_when: [{each: '$.row[*]', set: ['a']}] | /spec/readers_when/0/each | has no such path
          readers_when: [{each: '$.rows[*]', from: 'owner'}] | /spec/readers_when/0/from | has no such path
          """)
  void refusesPathsThatTheToolDoesNotHave(String rule, String pointer, String problem) {
    assertMistake(rule, pointer, problem);
    assertThatCode(() -> check(rule, Optional.empty())).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          args: {to: {readers: 'covers'}, '/c~1c/*/address': {readers: 'covers'}}
          args: {'/c~1c/0': {readers: 'covers'}, '/extra/any': {readers: 'covers'}}
          args: {'/either/any': {readers: 'covers'}, '/free/any': {readers: 'covers'}, '/*': {readers: 'covers'}}
          audience_from: ['to', '/c~1c']
          results: {'$': {kind: 'json'}, '$.id': {kind: 'ident'}, '$.lax.other': {kind: 'text'}, '$.*': {kind: 'text'}}
          results: {'$.map.*.n': {kind: 'number'}, '$.items[*].any': {kind: 'text'}, '$.rows[*].key': {kind: 'text'}}
          authority_when: [{each: '$.rows[*]', set: 'ORG', where: {key: {equals: 1}}}]
          readers_when: [{each: '$.rows[*]', from: 'key'}]
          """)
  void takesPathsThatTheToolHasOrMayHave(String rule) {
    assertThatCode(() -> check(rule, Optional.of(definition()))).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          results: {'$.a': {kind: 'bool'}, '$.a.b': {kind: 'text'}} | /spec/results/$.a.b | never counts: what $.a is has no such part
          results: {'$.a': {kind: 'enum', values: ['x']}, "$['a'][*]": {kind: 'text'}} | /spec/results/$['a'][*] | never counts
          results: {'$.a': {kind: 'addr'}, '$.a.b.c': {kind: 'text'}} | /spec/results/$.a.b.c | never counts
          results: {'$.a': {kind: 'array', max_items: 3}, '$.a.b': {kind: 'text'}} | /spec/results/$.a.b | never counts
          results: {'$': {kind: 'number'}, '$.a': {kind: 'text'}} | /spec/results/$.a | what $ is has no such part
          authority_when: [{each: '$', set: 'ORG', where: {a: {ends_with: '.org'}}}, {each: '$', set: 'PARTNER', where: {b: {equals: 1}, a: {ends_with: 'x.org'}}}] | /spec/authority_when/1 | /spec/authority_when/0 holds wherever it does
          authority_when: [{each: '$', set: 'ORG', where: {a: {one_of: [1, 2]}}}, {each: '$', set: 'PARTNER', where: {a: {equals: 2}}}] | /spec/authority_when/1 | never counts
          authority_when: [{each: '$', set: 'ORG', where: {a: {domain_in: ['b.org']}}}, {each: '$', set: 'PARTNER', where: {a: {equals: 'https://B.org/x'}}}] | /spec/authority_when/1 | never counts
          authority_when: [{each: '$', set: 'ORG', where: {a: {domain_in: ['b.org', 'c.org']}}}, {each: '$', set: 'PARTNER', where: {a: {domain_in: ['C.org']}}}] | /spec/authority_when/1 | never counts
          authority_when: [{each: '$', set: 'ORG', where: {a: {starts_with: 'x'}}}, {each: '$', set: 'PARTNER', where: {a: {starts_with: 'xy'}}}] | /spec/authority_when/1 | never counts
          readers_when: [{each: '$', from: 'a'}, {each: '$', where: {b: {equals: 1}}, set: ['c']}] | /spec/readers_when/1 | /spec/readers_when/0 holds wherever it does
          args: {to: {authority: ['USER', 'PUBLIC'], else: 'deny'}} | /spec/args/to/authority | any value is the word of PUBLIC
          """)
  void refusesRulesThatNeverCount(String rule, String pointer, String problem) {
    assertMistake(rule, pointer, problem);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          results: {'$.a': {kind: 'text'}, '$.a.b': {kind: 'text'}}
          results: {'$.a': {kind: 'array', max_items: 3}, '$.a[*]': {kind: 'integer', min: 0, max: 9}}
          results: {'$.*': {kind: 'bool'}, '$.a.b': {kind: 'text'}}
          authority_when: [{each: '$', set: 'ORG', where: {a: {ends_with: 'x.org'}}}, {each: '$', set: 'PARTNER', where: {a: {ends_with: '.org'}}}]
          authority_when: [{each: '$', set: 'ORG', where: {a: {equals: 1}, b: {equals: 1}}}, {each: '$', set: 'PARTNER', where: {a: {equals: 1}}}]
          authority_when: [{each: '$.a', set: 'ORG', where: {a: {equals: 1}}}, {each: '$', set: 'PARTNER', where: {a: {equals: 1}}}]
          authority_when: [{each: '$', set: 'ORG', where: {a: {equals: 1}}}, {each: '$', set: 'PARTNER', where: {a: {one_of: [1, 2]}}}]
          authority_when: [{each: '$', set: 'ORG', where: {a: {starts_with: 'x'}}}, {each: '$', set: 'PARTNER', where: {a: {ends_with: 'x'}}}]
          readers_when: [{each: '$', where: {b: {equals: 1}}, set: ['c']}, {each: '$', from: 'a'}]
          args: {to: {authority: ['USER', 'PARTNER'], else: 'deny'}}
          """)
  void takesRulesThatCount(String rule) {
    assertThatCode(() -> check(rule, Optional.empty())).doesNotThrowAnyException();
  }

  @Test
  void refusesASinkThatDoesNotSayWhomItReaches() {
    assertMistake("effects: {emits: ['egress']}", "/spec/effects/emits", "audience_from: []");
    for (var said : new String[] {"audience_from: []", "audience_from: ['to']"}) {
      assertThatCode(() -> check("effects: {emits: ['egress']}, " + said, Optional.empty()))
          .doesNotThrowAnyException();
    }
    assertThatCode(() -> check("effects: {emits: ['sent']}", Optional.empty()))
        .doesNotThrowAnyException();
  }

  @Test
  void leavesWhatCannotBeReadToThoseWhoReadIt() {
    assertThatCode(() -> check("mode: 'none', effects: {emits: ['egress']}", Optional.empty()))
        .doesNotThrowAnyException();
  }

  private static void assertMistake(String rule, String pointer, String problem) {
    assertThatThrownBy(() -> check(rule, Optional.of(definition())))
        .isInstanceOfSatisfying(
            InvalidResourcesException.class,
            e ->
                assertThat(e.mistakes())
                    .anySatisfy(mistake -> {
                      assertThat(mistake.pointer()).isEqualTo(pointer);
                      assertThat(mistake.problem()).contains(problem);
                    }));
  }

  private static void check(String rule, Optional<ObjectNode> definition)
      throws InvalidResourcesException {
    var spec = lax("{tool: 'mail/send', " + rule + "}");
    var contract = new Resource(Resource.API_VERSION, Contracts.KIND, "c", Map.of(), spec);
    ContractLint.check(
        contract,
        (server, tool) -> definition.filter(_ -> server.equals("mail") && tool.equals("send")));
  }

  private static ObjectNode definition() {
    return lax(DEFINITION);
  }

  private static ObjectNode lax(String json) {
    try {
      return (ObjectNode) LAX.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
