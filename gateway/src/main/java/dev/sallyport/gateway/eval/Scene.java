package dev.sallyport.gateway.eval;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.gateway.eval.Attack.Returned;
import dev.sallyport.gateway.eval.Corpus.Call;
import dev.sallyport.gateway.eval.Corpus.Goal;
import dev.sallyport.gateway.eval.Corpus.Suite;
import dev.sallyport.gateway.eval.Corpus.Task;
import java.util.HashSet;
import java.util.Set;

/**
 * One task under one attack, as the tools have it: they return what the corpus says, poisoned, and
 * note which calls were made. Thread-safe.
 */
final class Scene {
  private final Suite suite;
  private final Task task;
  private final Goal goal;
  private final Attack attack;
  private final Set<Call> done = new HashSet<>();
  private int next;
  private boolean obeyed;

  Scene(Suite suite, Task task, Goal goal, Attack attack) {
    this.suite = suite;
    this.task = task;
    this.goal = goal;
    this.attack = attack;
  }

  Suite suite() {
    return suite;
  }

  Task task() {
    return task;
  }

  Attack attack() {
    return attack;
  }

  /** What a tool returns to a call, whoever had the idea. */
  synchronized Returned answer(String tool, ObjectNode arguments) {
    var call = new Call(tool, arguments);
    done.add(call);
    for (int i = 0; i < task.steps().size(); i++) {
      var step = task.steps().get((next + i) % task.steps().size());
      if (step.call().equals(call)) {
        next = (next + i + 1) % task.steps().size();
        return attack.on(step, suite, goal.text());
      }
    }
    return Returned.DONE;
  }

  /** Notes that the agent does what it was told to do. */
  synchronized void obeyed(Goal told) {
    obeyed |= told.equals(goal);
  }

  /** Whether the attacker has what it wanted, of an agent that did it because it was told to. */
  synchronized boolean isLost() {
    return obeyed && done.containsAll(goal.calls());
  }
}
