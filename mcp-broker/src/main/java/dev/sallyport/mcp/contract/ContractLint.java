package dev.sallyport.mcp.contract;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.resource.InvalidResourcesException;
import dev.sallyport.identity.resource.Mistake;
import dev.sallyport.identity.resource.Resource;
import dev.sallyport.sandbox.contract.ArgumentPath;
import dev.sallyport.sandbox.contract.AuthorityRule;
import dev.sallyport.sandbox.contract.FieldForm;
import dev.sallyport.sandbox.contract.FieldKind;
import dev.sallyport.sandbox.contract.FieldPath;
import dev.sallyport.sandbox.contract.ReadersRule;
import dev.sallyport.sandbox.contract.ToolContract;
import dev.sallyport.sandbox.label.Authority;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.BiPredicate;
import java.util.stream.Collectors;

/**
 * Finds in a contract that is being applied what could never do what it says: paths that the tool
 * does not have, rules that never count, and a sink that does not say whom it reaches. A contract
 * that is in force stays so, whatever becomes of its tool. One use.
 */
public final class ContractLint {
  private static final int MOST_NAMED = 10;

  private final Resource resource;
  private final List<Mistake> mistakes = new ArrayList<>();

  private ContractLint(Resource resource) {
    this.resource = resource;
  }

  /**
   * Checks a contract; one that cannot be read at all is left to {@link Contracts}.
   *
   * @param definitions the approved definition of a tool of a server, if there is one
   * @throws InvalidResourcesException with all that is wrong
   */
  public static void check(
      Resource resource, BiFunction<String, String, Optional<ObjectNode>> definitions)
      throws InvalidResourcesException {
    ContractReader.Written written;
    try {
      written = ContractReader.read(resource);
    } catch (InvalidResourcesException _) {
      return;
    }
    var lint = new ContractLint(resource);
    lint.checkRules(written.contract());
    definitions
        .apply(written.server(), written.tool())
        .map(KnownPaths::of)
        .ifPresent(known -> lint.checkPaths(written, known));
    if (!lint.mistakes.isEmpty()) {
      throw new InvalidResourcesException(lint.mistakes);
    }
  }

  private void checkRules(ToolContract contract) {
    contract.results().fields().keySet().forEach(path -> checkReached(contract, path));
    checkHidden("/spec/authority_when/", contract.results().authorityWhen(), AuthorityRule::hides);
    checkHidden("/spec/readers_when/", contract.results().readersWhen(), ReadersRule::hides);
    contract
        .arguments()
        .byPath()
        .forEach((path, rule) -> {
          if (rule.authority().contains(Authority.PUBLIC)) {
            var place = "/spec/args/" + key(path) + "/authority";
            mistake(place, "never counts: any value is the word of PUBLIC");
          }
        });
    if (contract.effects().isEgress() && !resource.spec().has("audience_from")) {
      mistake(
          "/spec/effects/emits",
          "egress: whom the call reaches is missing: name the arguments in audience_from, or write"
              + " audience_from: [] if it reaches everyone");
    }
  }

  /** A rule of single items after one that holds wherever it does never counts. */
  private <T> void checkHidden(String place, List<T> rules, BiPredicate<T, T> hides) {
    for (int i = 0; i < rules.size(); i++) {
      for (int earlier = 0; earlier < i; earlier++) {
        if (hides.test(rules.get(earlier), rules.get(i))) {
          mistake(place + i, "never counts: %s%d holds wherever it does".formatted(place, earlier));
          break;
        }
      }
    }
  }

  /** A rule below a field that has no parts of that sort never counts. */
  private void checkReached(ToolContract contract, FieldPath path) {
    for (int length = 0; length < path.steps().size(); length++) {
      var above = new FieldPath(path.steps().subList(0, length));
      var rule = contract.results().fields().get(above);
      if (rule != null && !mayHold(rule.form(), path.steps().get(length))) {
        mistake(
            "/spec/results/" + step(written(path)),
            "never counts: what %s is has no such part".formatted(above));
        return;
      }
    }
  }

  private static boolean mayHold(FieldForm form, FieldPath.Step step) {
    return switch (form) {
      case FieldForm.Flag _, FieldForm.OneOf _, FieldForm.Whole _, FieldForm.Decimal _ -> false;
      case FieldForm.Moment _ -> false;
      case FieldForm.Items _ -> step instanceof FieldPath.Item;
      // Such a text may itself be JSON; the others are never looked into.
      case FieldForm.Open(var kind) ->
          kind == FieldKind.TEXT || kind == FieldKind.JSON || kind == FieldKind.BLOB;
    };
  }

  private void checkPaths(ContractReader.Written written, KnownPaths known) {
    var contract = written.contract();
    var tool = written.server() + "/" + written.tool();
    contract.results().fields().keySet().stream()
        .filter(path -> !known.has(path))
        .forEach(path -> unknown("/spec/results/" + step(written(path)), tool));
    var when = contract.results().authorityWhen();
    for (int i = 0; i < when.size(); i++) {
      if (!known.has(when.get(i).each())) {
        unknown("/spec/authority_when/%d/each".formatted(i), tool);
      }
    }
    var readers = contract.results().readersWhen();
    for (int i = 0; i < readers.size(); i++) {
      if (!known.has(readers.get(i).each())) {
        unknown("/spec/readers_when/%d/each".formatted(i), tool);
      } else if (readers.get(i).who() instanceof ReadersRule.Told(var member)
          && !known.has(readers.get(i).each().then(new FieldPath.Member(member)))) {
        unknown("/spec/readers_when/%d/from".formatted(i), tool);
      }
    }
    contract.arguments().byPath().keySet().stream()
        .filter(path -> !known.has(path))
        .forEach(path -> unknown("/spec/args/" + key(path), tool, known));
    var audience = contract.arguments().audienceFrom();
    for (int i = 0; i < audience.size(); i++) {
      if (!known.has(audience.get(i))) {
        unknown("/spec/audience_from/" + i, tool, known);
      }
    }
  }

  private void unknown(String place, String tool) {
    mistake(place, "the approved output schema of %s has no such path".formatted(tool));
  }

  private void unknown(String place, String tool, KnownPaths known) {
    var names = known.arguments().stream().limit(MOST_NAMED).collect(Collectors.joining(", "));
    mistake(place, "%s takes no such argument; it takes: %s".formatted(tool, names));
  }

  /** A path of results as its author wrote it. */
  private String written(FieldPath path) {
    return resource
        .spec()
        .path("results")
        .propertyStream()
        .map(one -> one.getKey())
        .filter(key -> FieldPath.parse(key).equals(path))
        .findFirst()
        .orElseGet(path::toString);
  }

  /** The key of a rule of arguments as its author wrote it, as a part of a pointer. */
  private String key(ArgumentPath path) {
    return resource
        .spec()
        .path("args")
        .propertyStream()
        .map(one -> one.getKey())
        .filter(key -> ArgumentPath.parse(key).equals(path))
        .findFirst()
        .map(ContractLint::step)
        .orElseGet(path::pointer);
  }

  private void mistake(String place, String problem) {
    mistakes.add(new Mistake(resource.key(), place, problem));
  }

  private static String step(String name) {
    return name.replace("~", "~0").replace("/", "~1");
  }
}
