package dev.sallyport.sandbox.process;

import java.util.List;
import java.util.Map;

/** Starts a sandboxed process, prints its id, and waits to be killed. */
final class SleepingParent {
  private SleepingParent() {}

  public static void main(String[] arguments) throws Exception {
    var command = ChildCommand.of(List.of("sleep", "86396"), Map.of());
    var builder = Isolation.detect().prepare(ChildRuntime.BWRAP, command);
    System.out.println(new Spawner().start(builder).pid());
    Thread.currentThread().join();
  }
}
