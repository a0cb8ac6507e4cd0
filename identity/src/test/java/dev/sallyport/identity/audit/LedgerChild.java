package dev.sallyport.identity.audit;

import static dev.sallyport.identity.audit.LedgerSamples.ALLOWED;
import static dev.sallyport.identity.audit.LedgerSamples.action;
import static dev.sallyport.identity.audit.LedgerSamples.call;
import static dev.sallyport.identity.audit.LedgerSamples.facts;

import dev.sallyport.identity.action.Outcome;
import dev.sallyport.identity.testing.TestingSigningKeys;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;

/**
 * A process that writes evidence until it is killed. Each line on its output names a record that it
 * was told is durable: {@code intent CALL} or {@code outcome CALL}.
 */
final class LedgerChild {
  private static final int THREADS = 8;

  private LedgerChild() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    var config = LedgerConfig.in(Path.of(args[0])).withSegmentBytes(Long.parseLong(args[1]));
    var ledger = EvidenceLedger.open(config, new TestingSigningKeys(), InstantSource.system());
    var threads = new Thread[THREADS];
    for (int i = 0; i < THREADS; i++) {
      var name = args[2] + "-" + i + "-";
      threads[i] = Thread.ofVirtual().start(() -> writeForEver(ledger, name));
    }
    for (var thread : threads) {
      thread.join();
    }
  }

  private static void writeForEver(EvidenceLedger ledger, String name) {
    for (int i = 0; ; i++) {
      var entry = ledger.begin(call(name + i), action(), ALLOWED);
      System.out.println("intent " + name + i);
      entry.end(new Outcome.Succeeded(), facts());
      System.out.println("outcome " + name + i);
    }
  }
}
