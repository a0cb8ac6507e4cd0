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
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** A decision by one of many policies. */
@State(Scope.Thread)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@SuppressWarnings("NullAway.Init") // JMH sets it up before all else
public class DecisionBenchmark {
  @Param({"10", "10000"})
  public int policies;

  private GrantAuthority authority;
  private List<Action> calls;
  private List<Action> granted;
  private int next;

  @Setup
  public void load() {
    authority = SamplePolicies.authority(policies);
    calls = SamplePolicies.calls(policies);
    granted = SamplePolicies.granted(policies);
  }

  @Benchmark
  public Decision decide() {
    return authority.decide(calls.get(next++ & 1_023));
  }

  @Benchmark
  public Decision decideGranted() {
    return authority.decide(granted.get(next++ & 1_023));
  }
}
