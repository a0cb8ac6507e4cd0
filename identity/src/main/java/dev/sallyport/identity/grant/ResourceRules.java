package dev.sallyport.identity.grant;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What one policy says of one resource, by action, each in the order in which it is considered. */
final class ResourceRules {
  static final ResourceRules NONE = new ResourceRules(Map.of(), List.of());

  /** A denial stands above all else; nothing is held or bounded that is not granted. */
  private static final Comparator<PolicyRule> ORDER =
      Comparator.comparingInt(rule ->
          switch (rule.says()) {
            case DENY -> 0;
            case ALLOW -> 1;
            case APPROVE -> 2;
            case LIMIT -> 3;
          });

  private final Map<String, List<PolicyRule>> byAction;
  private final List<PolicyRule> ofAny;

  private ResourceRules(Map<String, List<PolicyRule>> byAction, List<PolicyRule> ofAny) {
    this.byAction = Map.copyOf(byAction);
    this.ofAny = List.copyOf(ofAny);
  }

  /** All that is said of an action; empty if nothing is. */
  List<PolicyRule> of(String action) {
    return byAction.getOrDefault(action, ofAny);
  }

  /** The actions that are named; what is said of all others is the same. */
  Stream<String> actions() {
    return byAction.keySet().stream();
  }

  /** Collects what is said, in the order in which it is written. */
  static final class Builder {
    private final Map<String, List<PolicyRule>> written = new LinkedHashMap<>();

    /** Adds a rule on an action, or on all by the word for that. */
    void add(String action, PolicyRule rule) {
      written.computeIfAbsent(action, _ -> new ArrayList<>()).add(rule);
    }

    /** The rules on an action that name it; those on all are others. */
    List<PolicyRule> naming(String action) {
      return written.getOrDefault(action, List.of());
    }

    /** The actions that are named, and the word for all if it is there. */
    Iterable<String> actions() {
      return written.keySet();
    }

    /** A rule that is on an action and on all of them, too, is considered once. */
    ResourceRules build() {
      var any = naming(Names.ANY);
      var rules = new HashMap<String, List<PolicyRule>>();
      written.forEach((action, own) -> {
        var all = new ArrayList<>(own);
        if (!action.equals(Names.ANY)) {
          all.addAll(any);
          rules.put(action, all.stream().distinct().sorted(ORDER).toList());
        }
      });
      return new ResourceRules(rules, any.stream().sorted(ORDER).toList());
    }
  }
}
