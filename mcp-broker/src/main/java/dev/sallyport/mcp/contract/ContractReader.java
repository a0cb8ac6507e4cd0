package dev.sallyport.mcp.contract;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.identity.resource.InvalidResourcesException;
import dev.sallyport.identity.resource.Mistake;
import dev.sallyport.identity.resource.Resource;
import dev.sallyport.identity.resource.ResourceVersion;
import dev.sallyport.identity.resource.SpecReader;
import dev.sallyport.sandbox.contract.ArgumentPath;
import dev.sallyport.sandbox.contract.ArgumentRule;
import dev.sallyport.sandbox.contract.ArgumentRule.Otherwise;
import dev.sallyport.sandbox.contract.ArgumentRules;
import dev.sallyport.sandbox.contract.AuthorityRule;
import dev.sallyport.sandbox.contract.Condition;
import dev.sallyport.sandbox.contract.Condition.Operator;
import dev.sallyport.sandbox.contract.Effects;
import dev.sallyport.sandbox.contract.FieldPath;
import dev.sallyport.sandbox.contract.FieldRule;
import dev.sallyport.sandbox.contract.QuarantineMode;
import dev.sallyport.sandbox.contract.ReadersRule;
import dev.sallyport.sandbox.contract.ResultBudget;
import dev.sallyport.sandbox.contract.ResultRules;
import dev.sallyport.sandbox.contract.ToolContract;
import dev.sallyport.sandbox.label.Authority;
import dev.sallyport.sandbox.label.Readers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Makes one contract of its resource, with every mistake at its place. One use. */
final class ContractReader {
  private final Resource resource;
  private final List<Mistake> mistakes = new ArrayList<>();

  private ContractReader(Resource resource) {
    this.resource = resource;
  }

  /** The contract that a resource says, and the tool that it is of. */
  static Written read(Resource resource) throws InvalidResourcesException {
    var spec = SpecReader.read(resource, ContractSpec.class);
    return new ContractReader(resource).written(spec);
  }

  /** A contract and the tool that it is of, by their own names. */
  record Written(String server, String tool, ToolContract contract) {}

  private Written written(ContractSpec spec) throws InvalidResourcesException {
    int slash = spec.tool().indexOf('/');
    if (slash < 1 || slash == spec.tool().length() - 1) {
      mistake("/spec/tool", "names a server and a tool, such as crm/query_accounts");
    }
    var mode = Optional.ofNullable(spec.mode()).flatMap(this::mode);
    var results = results(spec);
    var arguments = arguments(spec);
    var effects = at("/spec/effects", () -> effects(spec.effects()), Effects.NONE);
    var contract =
        at(
            "/spec/max_influence_bits",
            () ->
                Optional.of(
                    new ToolContract(
                        resource.name(),
                        ResourceVersion.of(resource),
                        mode,
                        results,
                        arguments,
                        effects,
                        optional(spec.maxInfluenceBits()))),
            Optional.<ToolContract>empty());
    if (!mistakes.isEmpty()) {
      throw new InvalidResourcesException(mistakes);
    }
    return new Written(
        spec.tool().substring(0, slash), spec.tool().substring(slash + 1), contract.orElseThrow());
  }

  private Optional<QuarantineMode> mode(String word) {
    var mode = QuarantineMode.find(word);
    if (mode.isEmpty()) {
      mistake("/spec/mode", "must be strict, typed, tainted-read or trusted: " + word);
    }
    return mode;
  }

  private ResultRules results(ContractSpec spec) {
    var fields = new LinkedHashMap<FieldPath, FieldRule>();
    orEmpty(spec.results())
        .forEach((path, field) -> {
          var place = "/spec/results/" + step(path);
          at(place, () -> Optional.of(FieldPath.parse(path)), Optional.<FieldPath>empty())
              .ifPresent(parsed ->
                  field(place, field)
                      .ifPresent(rule -> {
                        if (fields.putIfAbsent(parsed, rule) != null) {
                          mistake(place, "is said twice");
                        }
                      }));
        });
    var authority = authority("/spec/authority", spec.authority()).orElse(Authority.PUBLIC);
    var when = new ArrayList<AuthorityRule>();
    int at = 0;
    for (var written : orEmpty(spec.authorityWhen())) {
      authorityRule("/spec/authority_when/" + at++, written).ifPresent(when::add);
    }
    var readers = readers("/spec/readers", spec.readers()).orElse(Readers.EVERYONE);
    var readersWhen = new ArrayList<ReadersRule>();
    int next = 0;
    for (var written : orEmpty(spec.readersWhen())) {
      readersRule("/spec/readers_when/" + next++, written).ifPresent(readersWhen::add);
    }
    var budget = at("/spec/budget", () -> budget(spec.budget()), ResultBudget.DEFAULT);
    return at(
        "/spec/results",
        () -> new ResultRules(fields, authority, when, readers, readersWhen, budget),
        ResultRules.NONE);
  }

  private Optional<FieldRule> field(String place, ContractSpec.Field written) {
    var authority = authority(place + "/authority", written.authority());
    var readers = readers(place + "/readers", written.readers());
    if (written.literalIf() != null && !written.literalIf().equals("vocabulary")) {
      mistake(place + "/literal_if", "must be vocabulary: " + written.literalIf());
    }
    return at(
        place,
        () ->
            Optional.of(
                new FieldRule(
                    FormReader.form(written), written.literalIf() != null, authority, readers)),
        Optional.<FieldRule>empty());
  }

  private Optional<AuthorityRule> authorityRule(String place, ContractSpec.When written) {
    var set = authority(place + "/set", written.set());
    var where = conditions(place, written.where());
    return set.flatMap(authority ->
        at(
            place,
            () -> Optional.of(new AuthorityRule(FieldPath.parse(written.each()), where, authority)),
            Optional.<AuthorityRule>empty()));
  }

  private Optional<ReadersRule> readersRule(String place, ContractSpec.ReadersWhen written) {
    var named = readers(place + "/set", written.set());
    var where = conditions(place, orEmpty(written.where()));
    if ((written.set() == null) == (written.from() == null)) {
      mistake(place, "says who may see such an item by set, or by from");
      return Optional.empty();
    }
    return at(
        place,
        () -> {
          ReadersRule.Who who =
              written.from() == null
                  ? new ReadersRule.Named(named.orElse(Readers.NOBODY))
                  : new ReadersRule.Told(written.from());
          return Optional.of(new ReadersRule(FieldPath.parse(written.each()), where, who));
        },
        Optional.<ReadersRule>empty());
  }

  private Map<String, Condition> conditions(
      String place, Map<String, ContractSpec.Condition> written) {
    var where = new LinkedHashMap<String, Condition>();
    written.forEach((member, condition) ->
        at(
                place + "/where/" + step(member),
                () -> condition(condition),
                Optional.<Condition>empty())
            .ifPresent(one -> where.put(member, one)));
    return where;
  }

  private static Optional<Condition> condition(ContractSpec.Condition written) {
    var said = new ArrayList<Condition>();
    add(said, Operator.EQUALS, written.equals() == null ? null : List.of(text(written.equals())));
    add(
        said,
        Operator.ONE_OF,
        written.oneOf() == null
            ? null
            : written.oneOf().stream().map(ContractReader::text).toList());
    add(said, Operator.STARTS_WITH, single(written.startsWith()));
    add(said, Operator.ENDS_WITH, single(written.endsWith()));
    add(said, Operator.DOMAIN_IN, written.domainIn());
    if (said.size() != 1) {
      throw new IllegalArgumentException(
          "says one of equals, one_of, starts_with, ends_with and domain_in");
    }
    return Optional.of(said.getFirst());
  }

  private static void add(List<Condition> said, Operator operator, @Nullable List<String> values) {
    if (values != null) {
      said.add(new Condition(operator, values));
    }
  }

  private static @Nullable List<String> single(@Nullable String value) {
    return value == null ? null : List.of(value);
  }

  private static String text(JsonNode scalar) {
    if (!scalar.isValueNode() || scalar.isNull()) {
      throw new IllegalArgumentException("is compared with a text, a number, true or false");
    }
    return scalar.asText();
  }

  private ArgumentRules arguments(ContractSpec spec) {
    var rules = new LinkedHashMap<ArgumentPath, ArgumentRule>();
    orEmpty(spec.args())
        .forEach((name, written) -> {
          var place = "/spec/args/" + step(name);
          argument(place, name, written)
              .ifPresent(rule -> {
                if (rules.putIfAbsent(ArgumentPath.parse(name), rule) != null) {
                  mistake(place, "is said twice, by name and by pointer");
                }
              });
        });
    return at(
        "/spec/audience_from",
        () ->
            new ArgumentRules(
                rules, orEmpty(spec.audienceFrom()).stream().map(ArgumentPath::parse).toList()),
        ArgumentRules.NONE);
  }

  private Optional<ArgumentRule> argument(
      String place, String name, ContractSpec.Argument written) {
    if (written.readers() != null && !written.readers().equals("covers")) {
      mistake(place + "/readers", "must be covers: " + written.readers());
    }
    var otherwise = Optional.ofNullable(written.otherwise()).orElse("ask");
    if (!List.of("ask", "deny").contains(otherwise)) {
      mistake(place + "/else", "must be ask or deny: " + otherwise);
    }
    var authority = EnumSet.noneOf(Authority.class);
    if (written.authority() != null) {
      authority.addAll(authorities(place + "/authority", written.authority()));
    }
    return at(
        place,
        () -> {
          var _ = ArgumentPath.parse(name);
          return Optional.of(
              new ArgumentRule(
                  authority,
                  written.readers() != null,
                  otherwise.equals("deny") ? Otherwise.DENY : Otherwise.ASK));
        },
        Optional.<ArgumentRule>empty());
  }

  private List<Authority> authorities(String place, JsonNode written) {
    Iterable<JsonNode> names = written.isArray() ? written : List.of(written);
    if (written.isArray() && written.isEmpty()) {
      mistake(place, "is empty: name one, or leave it out");
    }
    var found = new ArrayList<Authority>();
    names.forEach(name -> authority(place, name.asText()).ifPresent(found::add));
    return found;
  }

  private static Effects effects(ContractSpec.@Nullable Effects written) {
    return written == null
        ? Effects.NONE
        : new Effects(
            Set.copyOf(orEmpty(written.emits())),
            Set.copyOf(orEmpty(written.requires())),
            Set.copyOf(orEmpty(written.forbids())),
            Set.copyOf(orEmpty(written.once())));
  }

  private static ResultBudget budget(ContractSpec.@Nullable Budget written) {
    return written == null
        ? ResultBudget.DEFAULT
        : new ResultBudget(
            optional(written.resultBits()),
            optional(written.askBits()),
            optional(written.maxItems()));
  }

  private Optional<Authority> authority(String place, @Nullable String word) {
    if (word == null) {
      return Optional.empty();
    }
    var found =
        Arrays.stream(Authority.values()).filter(one -> one.name().equals(word)).findFirst();
    if (found.isEmpty()) {
      mistake(
          place,
          "must be one of "
              + Arrays.stream(Authority.values()).map(Enum::name).collect(Collectors.joining(", "))
              + ": "
              + word);
    }
    return found;
  }

  private Optional<Readers> readers(String place, @Nullable List<String> names) {
    return names == null
        ? Optional.empty()
        : at(place, () -> Optional.of(Readers.of(names)), Optional.<Readers>empty());
  }

  /** What is made, or else something in its place and a mistake. */
  private <T> T at(String place, Supplier<T> made, T otherwise) {
    try {
      return made.get();
    } catch (IllegalArgumentException e) {
      mistake(place, String.valueOf(e.getMessage()));
      return otherwise;
    }
  }

  private void mistake(String place, String problem) {
    mistakes.add(new Mistake(resource.key(), place, problem));
  }

  private static OptionalInt optional(@Nullable Integer value) {
    return value == null ? OptionalInt.empty() : OptionalInt.of(value);
  }

  private static <T> List<T> orEmpty(@Nullable List<T> list) {
    return list == null ? List.of() : list;
  }

  private static <T> Map<String, T> orEmpty(@Nullable Map<String, T> map) {
    return map == null ? Map.of() : map;
  }

  private static String step(String name) {
    return name.replace("~", "~0").replace("/", "~1");
  }
}
