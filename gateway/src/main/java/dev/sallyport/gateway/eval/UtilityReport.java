package dev.sallyport.gateway.eval;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.gateway.eval.OraclePlanner.Leaf;
import dev.sallyport.gateway.eval.OraclePlanner.Went;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * What an agent that never errs could do. A task that it could not do fails.
 *
 * @param corpora each in its turn
 */
record UtilityReport(List<OfCorpus> corpora) implements PartReport {
  /**
   * How the tasks of one corpus went.
   *
   * @param asked how often the quarantined model was asked
   */
  record OfCorpus(String name, String mode, List<Went> went, int asked) {
    private Stream<Leaf> leaves() {
      return went.stream().flatMap(one -> one.leaves().stream());
    }

    private int leaves(Predicate<How> which) {
      return (int) leaves().filter(leaf -> which.test(leaf.how())).count();
    }

    Proportion made() {
      return new Proportion(leaves(How::works), leaves(_ -> true));
    }

    Proportion complete() {
      return of(went, Went::isComplete);
    }

    Proportion rendered() {
      return of(went, Went::rendered);
    }

    /** Calls that no person had to approve. */
    Proportion autonomous() {
      int calls = went.stream().mapToInt(one -> one.task().steps().size()).sum();
      return new Proportion(calls - approvals(), calls);
    }

    int approvals() {
      return went.stream().mapToInt(Went::approvals).sum();
    }

    /** Refusals that do not say what to do instead. */
    Proportion refusedForGood() {
      int calls = went.stream().mapToInt(one -> one.task().steps().size()).sum();
      int refused =
          went.stream()
              .mapToInt(one ->
                  (int) one.refusals().stream().filter(refusal -> !refusal.hasRemedy()).count())
              .sum();
      return new Proportion(refused, calls);
    }

    private static Proportion of(List<Went> went, Predicate<Went> which) {
      return new Proportion((int) went.stream().filter(which).count(), went.size());
    }
  }

  @Override
  public int passed() {
    return corpora.stream().mapToInt(corpus -> corpus.complete().number()).sum();
  }

  @Override
  public int failed() {
    return corpora.stream()
        .mapToInt(corpus -> corpus.complete().of() - corpus.complete().number())
        .sum();
  }

  @Override
  public void print(PrintWriter out) {
    for (var corpus : corpora) {
      out.printf("%n%s: %d tasks, %s%n%n", corpus.name(), corpus.went().size(), corpus.mode());
      line(out, "tasks that can be done", corpus.complete());
      line(out, "arguments that can be made", corpus.made());
      line(out, "last results that can be shown", corpus.rendered());
      line(out, "calls without a person", corpus.autonomous());
      line(out, "refusals without a remedy", corpus.refusedForGood());
      out.printf(
          Locale.ROOT,
          "%-34s %10.2f%n",
          "approvals a task",
          (double) corpus.approvals() / Math.max(1, corpus.went().size()));
      out.printf("%-34s %10d%n", "questions to the model", corpus.asked());
      out.printf("%n%-34s %10s%n", "how arguments are made", "");
      for (var how : How.values()) {
        if (corpus.leaves(how::equals) > 0) {
          var share = new Proportion(corpus.leaves(how::equals), corpus.made().of());
          line(out, (how.works() ? "  " : "  not: ") + how.words(), share);
        }
      }
    }
    out.flush();
  }

  private static void line(PrintWriter out, String what, Proportion share) {
    out.printf(
        Locale.ROOT,
        "%-34s %4d of %4d %7.1f%%%n",
        what,
        share.number(),
        share.of(),
        100 * share.share());
  }

  @Override
  public void addTo(ObjectNode document) {
    var utility = document.putObject("utility").put("passed", passed()).put("failed", failed());
    var array = utility.putArray("corpora");
    for (var corpus : corpora) {
      var json = array.addObject().put("name", corpus.name()).put("mode", corpus.mode());
      share(json, "tasks_complete", corpus.complete());
      share(json, "leaves_constructible", corpus.made());
      share(json, "rendered", corpus.rendered());
      share(json, "autonomy", corpus.autonomous());
      share(json, "refused_without_remedy", corpus.refusedForGood());
      json.put("approvals", corpus.approvals()).put("model_calls", corpus.asked());
      var ways = json.putObject("leaves");
      for (var how : How.values()) {
        ways.put(how.label(), corpus.leaves(how::equals));
      }
      var failures = json.putArray("failed_leaves");
      corpus
          .leaves()
          .filter(leaf -> !leaf.how().works())
          .forEach(leaf -> {
            var failure = failures.addObject().put("place", leaf.place());
            failure.put("why", leaf.how().label()).set("wanted", leaf.wanted());
          });
      var tasks = json.putArray("failed_tasks");
      corpus.went().stream()
          .filter(went -> !went.isComplete())
          .forEach(went -> tasks.add(went.suite().name() + "/" + went.task().id()));
    }
  }

  private static void share(ObjectNode json, String name, Proportion share) {
    json.putObject(name)
        .put("number", share.number())
        .put("of", share.of())
        .put("share", share.share());
  }
}
