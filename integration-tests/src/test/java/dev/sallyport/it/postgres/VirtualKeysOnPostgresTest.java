package dev.sallyport.it.postgres;

import dev.sallyport.identity.testing.TestingDatabase;
import dev.sallyport.identity.trust.VirtualKeysTest;

class VirtualKeysOnPostgresTest extends VirtualKeysTest {
  @Override
  protected TestingDatabase newDatabase() {
    return TestingPostgres.database("identity");
  }
}
