package dev.sallyport.identity.key;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.identity.Authentication.Rejected;
import dev.sallyport.identity.Authentication.Unavailable;
import dev.sallyport.identity.store.Migrations;
import dev.sallyport.identity.testing.TestingClock;
import dev.sallyport.identity.testing.TestingDatabase;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class KeyVerifierTest {
  private static final String KEY = "spk_" + "a".repeat(12) + "_" + "A".repeat(43);

  private final TestingClock clock = new TestingClock();
  private final TestingDatabase database = TestingDatabase.h2();
  private final KeyVerifier keys =
      new KeyVerifier(new KeyStore(database.dataSource(), clock), Map.of(), clock);

  @BeforeEach
  void takeTheTableAway() throws Exception {
    Migrations.run(database.dataSource(), "identity");
    database.execute("ALTER TABLE identity_virtual_key RENAME TO elsewhere");
  }

  @AfterEach
  void close() {
    database.close();
  }

  /** A store that is down is asked by one caller at a time, and not by each after the other. */
  @Test
  void asksAStoreThatFailedNoSoonerThanItTellsItsCallers() throws Exception {
    var failed = keys.verify(KEY).orElseThrow();
    assertThat(failed).isInstanceOf(Unavailable.class);
    database.execute("ALTER TABLE elsewhere RENAME TO identity_virtual_key");

    clock.advance(((Unavailable) failed).retryAfter().minusMillis(1));
    assertThat(keys.verify(KEY)).contains(failed);
    clock.advance(((Unavailable) failed).retryAfter());
    assertThat(keys.verify(KEY)).contains(new Rejected("unknown_virtual_key"));
  }
}
