package dev.sallyport.identity.testing;

import dev.sallyport.identity.action.Approvals.Gate;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/** A gate that opens as a test says, and counts whom it let on. Thread-safe. */
public final class CountingGate implements Gate {
  private final BooleanSupplier opens;
  private final AtomicInteger passed = new AtomicInteger();

  public CountingGate(BooleanSupplier opens) {
    this.opens = opens;
  }

  /** Of calls that no limit stops. */
  public static CountingGate opening() {
    return new CountingGate(() -> true);
  }

  @Override
  public boolean open() {
    if (!opens.getAsBoolean()) {
      return false;
    }
    passed.incrementAndGet();
    return true;
  }

  @Override
  public void close() {
    passed.decrementAndGet();
  }

  /** How many it let on. */
  public int passed() {
    return passed.get();
  }
}
