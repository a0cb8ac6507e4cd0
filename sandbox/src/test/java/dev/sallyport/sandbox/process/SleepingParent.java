package dev.sallyport.sandbox.process;

import java.util.List;
import java.util.Map;

/** Starts a sandboxed process, prints its id once that runs, and waits to be killed. */
final class SleepingParent {
  private SleepingParent() {}

  public static void main(String[] arguments) throws Exception {
    var command = ChildCommand.of(List.of("sh", "-c", "echo up; sleep 86396"), Map.of());
    var builder = Isolation.detect().prepare(ChildRuntime.BWRAP, command);
    var child = new Spawner().start(builder);
    if (child.inputReader().readLine() == null) {
      throw new IllegalStateException("ended with " + child.waitFor());
    }
    System.out.println(child.pid());
    Thread.currentThread().join();
  }
}
