package dev.sallyport.identity.revocation;

import dev.sallyport.identity.action.Cancellation;
import dev.sallyport.identity.action.Cancellation.Why;
import dev.sallyport.identity.action.Presence;
import java.util.function.Consumer;

/** One request under way of a caller who was let in, until it is closed. */
public final class Attendance implements Presence, AutoCloseable {
  private final Standing standing;
  private final Proof proof;
  private final Standing.Entry entry;
  private final Cancellation cancellation = new Cancellation();

  Attendance(Standing standing, Proof proof, boolean doubtful, Consumer<Why> told) {
    this.standing = standing;
    this.proof = proof;
    this.entry =
        standing.add(
            proof,
            true,
            doubtful,
            why -> {
              cancellation.cancel(why);
              told.accept(why);
            });
  }

  @Override
  public Cancellation cancellation() {
    return cancellation;
  }

  @Override
  public Kept keep(Consumer<Why> end) {
    var kept = standing.add(proof, false, true, end);
    return () -> standing.remove(kept);
  }

  @Override
  public void close() {
    standing.remove(entry);
  }
}
