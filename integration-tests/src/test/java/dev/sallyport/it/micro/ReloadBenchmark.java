package dev.sallyport.it.micro;

import dev.sallyport.identity.action.Action;
import dev.sallyport.identity.action.Decision;
import dev.sallyport.identity.grant.GrantAuthority;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Decisions while 10,000 policies are compiled and put in force, again and again. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@SuppressWarnings("NullAway.Init") // JMH sets it up before all else
public class ReloadBenchmark {
  private static final int POLICIES = 10_000;

  private GrantAuthority authority;
  private List<Action> calls;
  private Thread reloading;
  private int next;

  @Setup
  public void begin() {
    authority = SamplePolicies.authority(POLICIES);
    calls = SamplePolicies.calls(POLICIES);
    reloading = Thread.ofPlatform().daemon().start(this::reload);
  }

  private void reload() {
    while (!Thread.currentThread().isInterrupted()) {
      authority.use(SamplePolicies.compiled(POLICIES));
    }
  }

  @TearDown
  public void end() throws InterruptedException {
    reloading.interrupt();
    reloading.join();
  }

  @Benchmark
  public Decision decide() {
    return authority.decide(calls.get(next++ & 1_023));
  }
}
