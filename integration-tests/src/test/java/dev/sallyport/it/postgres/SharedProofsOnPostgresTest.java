package dev.sallyport.it.postgres;

import dev.sallyport.identity.dpop.SharedProofsTest;
import dev.sallyport.identity.testing.TestingDatabase;

class SharedProofsOnPostgresTest extends SharedProofsTest {
  @Override
  protected TestingDatabase newDatabase() {
    return TestingPostgres.database("identity");
  }
}
