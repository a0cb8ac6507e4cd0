package dev.sallyport.gateway.turn;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A timer that rings when it is told to. */
final class RingingTimer implements TurnTimer {
  final List<Duration> started = new ArrayList<>();
  private final List<Runnable> tasks = new ArrayList<>();

  @Override
  public Running start(Duration time, Runnable task) {
    started.add(time);
    tasks.add(task);
    return () -> tasks.remove(task);
  }

  /** The time of whatever is under way is over. */
  void ring() {
    List.copyOf(tasks).forEach(Runnable::run);
  }

  /** How many are under way. */
  int running() {
    return tasks.size();
  }
}
