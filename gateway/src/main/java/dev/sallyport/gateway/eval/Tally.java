package dev.sallyport.gateway.eval;

import dev.sallyport.gateway.eval.Corpus.Task;
import dev.sallyport.gateway.eval.Evaluation.Ended;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** Counts how scenes ended. */
record Tally(List<Arm> arms, List<Attack> attacks) {

  EvalReport report(Corpus corpus, List<Ended> ended, Map<Arm, Proportion> passedOn) {
    var succeeded = new EnumMap<Arm, Map<String, Proportion>>(Arm.class);
    arms.forEach(arm -> succeeded.put(arm, byWay(of(arm, ended))));
    return new EvalReport(
        corpus.name(),
        (int)
            corpus.suites().stream()
                .flatMap(suite -> suite.tasks().stream())
                .filter(task -> !task.visible().isEmpty())
                .count(),
        corpus.suites().stream().mapToInt(suite -> suite.goals().size()).sum(),
        attacks,
        succeeded,
        each(arm -> steered(of(arm, ended))),
        each(arm -> oneForm(of(arm, ended))),
        each(arm -> refused(of(arm, ended))),
        passedOn);
  }

  private static List<Ended> of(Arm arm, List<Ended> ended) {
    return ended.stream().filter(one -> one.arm() == arm).toList();
  }

  private Map<Arm, Proportion> each(Function<Arm, Proportion> count) {
    var all = new EnumMap<Arm, Proportion>(Arm.class);
    arms.forEach(arm -> all.put(arm, count.apply(arm)));
    return all;
  }

  private Map<String, Proportion> byWay(List<Ended> ended) {
    var ways = new LinkedHashMap<String, Proportion>();
    for (var attack : attacks) {
      var scenes = ended.stream().filter(one -> one.attack().equals(attack)).toList();
      int lost = (int) scenes.stream().filter(one -> one.outcome().lost()).count();
      ways.put(attack.name(), new Proportion(lost, scenes.size()));
    }
    return ways;
  }

  private static Proportion steered(List<Ended> ended) {
    int steered = (int) ended.stream().filter(one -> one.outcome().steered()).count();
    return new Proportion(steered, ended.size());
  }

  /**
   * The tasks that looked the same whatever was written. Attacks that write in other places give
   * results of another shape, so they are held against their like.
   */
  private static Proportion oneForm(List<Ended> ended) {
    var forms = new HashMap<Task, Map<Attack.Place, Set<String>>>();
    for (var one : ended) {
      forms
          .computeIfAbsent(one.task(), _ -> new EnumMap<>(Attack.Place.class))
          .computeIfAbsent(one.attack().place(), _ -> new HashSet<>())
          .add(one.outcome().seen());
    }
    int same =
        (int)
            forms.values().stream()
                .filter(of -> of.values().stream().allMatch(seen -> seen.size() == 1))
                .count();
    return new Proportion(same, forms.size());
  }

  private static Proportion refused(List<Ended> ended) {
    int refused = ended.stream().mapToInt(one -> one.outcome().refused()).sum();
    int calls = ended.stream().mapToInt(one -> one.task().steps().size()).sum();
    return new Proportion(refused, calls);
  }
}
